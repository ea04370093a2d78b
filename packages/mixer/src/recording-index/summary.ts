/** What a recording's index comes to: who was there when, who spoke, who shared what, and in which files it is. */
import type { IndexEntry } from './entries.ts';

/** Milliseconds from the recording's start. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface RecordedFile extends Span {
  readonly file: string;
  /** Empty for everybody together. */
  readonly participantId: string;
  /** Undefined for everybody together. */
  readonly source: string | undefined;
  /** Whether it was ended, and neither runs nor was broken off. */
  readonly isEnded: boolean;
}

export interface RecordedParticipant {
  readonly participantId: string;
  /** The last that they had. */
  readonly name: string;
  readonly present: readonly Span[];
  readonly spoke: readonly Span[];
  readonly sharedScreen: readonly Span[];
}

export interface RecordingSummary {
  readonly roomId: string;
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Whether the recording was ended, and not broken off. */
  readonly isEnded: boolean;
  readonly files: readonly RecordedFile[];
  readonly participants: readonly RecordedParticipant[];
  /** User URLs of those who moderated while it ran. */
  readonly moderators: readonly string[];
}

type Timed = Exclude<IndexEntry, { type: 'recording-started' }>;
interface Edges {
  readonly starts: Timed['type'];
  readonly ends: Timed['type'];
}

const presence: Edges = { starts: 'participant-joined', ends: 'participant-left' };
const speech: Edges = { starts: 'speaking-started', ends: 'speaking-stopped' };
const screen: Edges = { starts: 'screen-started', ends: 'screen-stopped' };

/** What lasts at the last entry lasts until it. Undefined for an index that does not say when the recording started. */
export function summarize(entries: readonly IndexEntry[]): RecordingSummary | undefined {
  const start = entries.find((entry) => entry.type === 'recording-started');
  if (start === undefined) return undefined;
  const timed = entries.filter((entry) => entry.type !== 'recording-started');
  const durationMs = Math.max(0, ...timed.map(({ atMs }) => atMs));
  return {
    roomId: start.roomId,
    startedAt: start.startedAt,
    durationMs,
    isEnded: timed.some(({ type }) => type === 'recording-ended'),
    files: filesOf(timed, durationMs),
    participants: participantsOf(timed, durationMs),
    moderators: moderatorsOf(timed),
  };
}

function filesOf(entries: readonly Timed[], durationMs: number): readonly RecordedFile[] {
  const ends = new Map(
    entries.flatMap((entry) => (entry.type === 'part-ended' ? [[entry.file, entry.atMs] as const] : [])),
  );
  return entries.flatMap((entry) => {
    if (entry.type !== 'part-started' && entry.type !== 'track-started') return [];
    const { file, participantId, atMs } = entry;
    const source = entry.type === 'track-started' ? entry.source : undefined;
    const end = ends.get(file);
    const [untilMs, isEnded] = [end ?? durationMs, end !== undefined];
    return [{ file, participantId, source, fromMs: atMs, untilMs, isEnded }];
  });
}

function moderatorsOf(entries: readonly Timed[]): readonly string[] {
  const urls = entries.flatMap((entry) => (entry.type === 'moderator-present' ? [entry.userUrl] : []));
  return [...new Set(urls)];
}

function participantsOf(entries: readonly Timed[], durationMs: number): readonly RecordedParticipant[] {
  const names = new Map(
    entries.flatMap((entry) =>
      entry.type === 'participant-joined' ? [[entry.participantId, entry.name] as const] : [],
    ),
  );
  const byParticipant = new Map<string, Timed[]>([...names.keys()].map((id) => [id, []]));
  for (const entry of entries) {
    if ('participantId' in entry) byParticipant.get(entry.participantId)?.push(entry);
  }
  return [...names].map(([participantId, name]) => {
    const own = byParticipant.get(participantId) ?? [];
    const spansBy = (edges: Edges) => spansOf(own, edges, durationMs);
    return {
      participantId,
      name,
      present: spansBy(presence),
      spoke: spansBy(speech),
      sharedScreen: spansBy(screen),
    };
  });
}

/** A start within a span, and an end outside of one, are nothing. Who leaves does nothing any more. */
function spansOf(entries: readonly Timed[], { starts, ends }: Edges, durationMs: number): readonly Span[] {
  const spans: Span[] = [];
  let fromMs: number | undefined;
  for (const { type, atMs } of entries) {
    if (type === starts) fromMs ??= atMs;
    if (fromMs === undefined || (type !== ends && type !== presence.ends)) continue;
    spans.push({ fromMs, untilMs: atMs });
    fromMs = undefined;
  }
  return fromMs === undefined ? spans : [...spans, { fromMs, untilMs: durationMs }];
}
