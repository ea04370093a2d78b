/** What writes a recording: the composite, each source by itself, or both; and what the index says of their files. */
import type { Clock } from '@plenum/hyperty';
import type { MediaMix, MediaTracks, RecordedPart, TracksOptions } from '@plenum/media';
import type { ErrorCode, RecordingContent } from '@plenum/protocol';
import { RecordedComposite } from './recorded-composite.ts';
import { RecordedTracks } from './recorded-tracks.ts';
import type { RecordingPlace } from './recording-archive.ts';

export interface RecordingWriters {
  readonly composite: RecordedComposite | undefined;
  readonly tracks: RecordedTracks | undefined;
}

export interface WritersOptions {
  readonly clock: Clock;
  readonly place: RecordingPlace;
  /** Of the recording: ISO 8601. */
  readonly since: string;
  /** Milliseconds from its start until now. */
  readonly atMs: () => number;
  /** Where there is one already. */
  readonly mix: MediaMix | undefined;
  /** How many are there. */
  readonly people: number;
  readonly openTracks: (options: TracksOptions) => Promise<MediaTracks>;
  /** Not all that is published is written any more. May be called often. */
  readonly onLimited: (code: ErrorCode) => void;
  /** It cannot go on. */
  readonly onFailed: (code: ErrorCode) => void;
}

export function createWriters(content: RecordingContent, options: WritersOptions): RecordingWriters {
  return {
    composite: content.composite ? writeComposite(options) : undefined,
    tracks: content.tracks ? writeTracks(options) : undefined,
  };
}

/** Both are the same to whoever only begins and ends them. */
export function writersOf({
  composite,
  tracks,
}: RecordingWriters): readonly (RecordedComposite | RecordedTracks)[] {
  return [composite, tracks].filter((writer) => writer !== undefined);
}

function writeComposite({ clock, place, since, atMs, mix, onFailed }: WritersOptions): RecordedComposite {
  const context = {
    clock,
    pathOf: (number: number) => place.pathOf(`part-${number}`),
    onPart: (part: RecordedPart) => {
      const file = fileNameOf(part.path);
      place.note({ type: 'part-started', file, participantId: '', atMs: beginningOf(part, since) });
    },
    onPartEnded: (path: string) => place.note({ type: 'part-ended', file: fileNameOf(path), atMs: atMs() }),
    onFailed,
  };
  return new RecordedComposite(context, mix);
}

function writeTracks(options: WritersOptions): RecordedTracks {
  const { clock, place, since, atMs, people, openTracks, onLimited, onFailed } = options;
  return new RecordedTracks({
    clock,
    people,
    open: openTracks,
    pathOf: (number, source) => place.pathOf(`track-${number}-${source}`),
    onPart: (part, owner) => {
      const file = fileNameOf(part.path);
      place.note({ type: 'track-started', file, ...owner, atMs: beginningOf(part, since) });
    },
    onPartEnded: (path) => place.note({ type: 'part-ended', file: fileNameOf(path), atMs: atMs() }),
    onLeftOut: (owner) => {
      place.note({ type: 'track-left-out', ...owner, atMs: atMs() });
      onLimited('too-many-files');
    },
    onFailed,
  });
}

/** Of all files by the one clock, so that they can be put beside each other. */
function beginningOf({ wallMs }: RecordedPart, since: string): number {
  return Math.max(0, Math.round(wallMs - Date.parse(since)));
}

function fileNameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
