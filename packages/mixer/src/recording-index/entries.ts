/**
 * What a recording's index says, entry by entry as it happens: its file can be cut anywhere, and what is before the cut is read. Ended in
 * order it is one JSON array, an entry a line.
 */

/** Times are milliseconds from the recording's start. */
export type IndexEntry =
  | {
      readonly type: 'recording-started';
      /** Of this format. */
      readonly version: 1;
      readonly roomId: string;
      /** ISO 8601, in UTC. */
      readonly startedAt: string;
    }
  /** A file, beside the index. */
  | {
      readonly type: 'part-started';
      readonly file: string;
      /** Of everybody together: an empty one. */
      readonly participantId: string;
      readonly atMs: number;
    }
  /** A file with what somebody sent of one source, as it came: `microphone`, `camera`, `screen` or `screen-audio`. */
  | {
      readonly type: 'track-started';
      readonly file: string;
      readonly participantId: string;
      readonly source: string;
      readonly atMs: number;
    }
  /** What somebody sends from here on of one source is in no file. */
  | {
      readonly type: 'track-left-out';
      readonly participantId: string;
      readonly source: string;
      readonly atMs: number;
    }
  /** Of a part, or a track. */
  | { readonly type: 'part-ended'; readonly file: string; readonly atMs: number }
  | {
      readonly type: 'participant-joined';
      readonly participantId: string;
      readonly name: string;
      readonly atMs: number;
    }
  | { readonly type: 'participant-left'; readonly participantId: string; readonly atMs: number }
  | { readonly type: 'speaking-started'; readonly participantId: string; readonly atMs: number }
  | { readonly type: 'speaking-stopped'; readonly participantId: string; readonly atMs: number }
  /** A screen was shared. */
  | { readonly type: 'screen-started'; readonly participantId: string; readonly atMs: number }
  | { readonly type: 'screen-stopped'; readonly participantId: string; readonly atMs: number }
  /** Somebody moderates: they may look at it later. */
  | { readonly type: 'moderator-present'; readonly userUrl: string; readonly atMs: number }
  | { readonly type: 'recording-ended'; readonly atMs: number };

type FieldKind = 'text' | 'time' | 'ms' | 'version';
type FieldsOf<Type extends IndexEntry['type']> = Readonly<
  Record<Exclude<keyof Extract<IndexEntry, { type: Type }>, 'type'>, FieldKind>
>;

const ofParticipant = { participantId: 'text', atMs: 'ms' } as const;

const fields: { readonly [Type in IndexEntry['type']]: FieldsOf<Type> } = {
  'recording-started': { version: 'version', roomId: 'text', startedAt: 'time' },
  'part-started': { file: 'text', participantId: 'text', atMs: 'ms' },
  'track-started': { file: 'text', ...ofParticipant, source: 'text' },
  'track-left-out': { ...ofParticipant, source: 'text' },
  'part-ended': { file: 'text', atMs: 'ms' },
  'participant-joined': { ...ofParticipant, name: 'text' },
  'participant-left': ofParticipant,
  'speaking-started': ofParticipant,
  'speaking-stopped': ofParticipant,
  'screen-started': ofParticipant,
  'screen-stopped': ofParticipant,
  'moderator-present': { userUrl: 'text', atMs: 'ms' },
  'recording-ended': { atMs: 'ms' },
};

const checks: Readonly<Record<FieldKind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  time: (value) => typeof value === 'string' && Number.isFinite(Date.parse(value)),
  ms: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  version: (value) => value === 1,
};

/** The first line opens the array, each further one goes on in it. */
export function formatEntry(entry: IndexEntry): string {
  const begin = entry.type === 'recording-started' ? '[\n' : ',\n';
  const end = entry.type === 'recording-ended' ? '\n]\n' : '';
  return `${begin}${JSON.stringify(entry)}${end}`;
}

/** Entries in order. What cannot be read is left out: the line where the file was cut, and kinds of entries of later versions. */
export function parseIndex(text: string): readonly IndexEntry[] {
  return text.split('\n').flatMap((line) => parseLine(line.replace(/,$/, '')) ?? []);
}

function parseLine(line: string): IndexEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isEntry(value: unknown): value is IndexEntry {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const entries = new Map<string, unknown>(Object.entries(value));
  const type = String(value.type);
  if (!Object.hasOwn(fields, type)) return false;
  return Object.entries(fields[type as IndexEntry['type']]).every(([name, kind]) =>
    checks[kind](entries.get(name)),
  );
}
