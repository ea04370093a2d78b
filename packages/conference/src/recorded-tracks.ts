/**
 * Everybody's sources as they come, as files of a recording that runs: one for each stretch in which somebody publishes a source by one
 * link.
 *
 * | state   | means                           | goes on with                                           |
 * |---------|---------------------------------|--------------------------------------------------------|
 * | opening | the mixer's process is asked    | there: open; refused: waiting, or failed at first      |
 * | open    | what is published is written    | its process ends: opening; a file cannot be written: failed |
 * | waiting | it was refused                  | after a while: opening; for too long: failed           |
 */
import type { Clock } from '@plenum/hyperty';
import type { MediaTracks, MixRecording, RecordedPart, TracksOptions } from '@plenum/media';
import {
  ConferenceError,
  type ErrorCode,
  type ParticipantId,
  type Source,
  toConferenceError,
} from '@plenum/protocol';
import type { RecordedPeople } from './recording-facts.ts';

export interface RecordedTracksContext {
  readonly clock: Clock;
  /** How many are there. */
  readonly people: number;
  readonly open: (options: TracksOptions) => Promise<MediaTracks>;
  /** Where a file goes, without the extension. @param number From 1 on. */
  readonly pathOf: (number: number, source: Source) => string;
  readonly onPart: (part: RecordedPart, of: TrackOwner) => void;
  /** @param path As `onPart` said. */
  readonly onPartEnded: (path: string) => void;
  /** Somebody begins to publish this, and it is not written: there are as many files as there may be. */
  readonly onLeftOut: (of: TrackOwner) => void;
  /** It cannot go on. */
  readonly onFailed: (code: ErrorCode) => void;
}

export interface TrackOwner {
  readonly participantId: ParticipantId;
  readonly source: Source;
}

interface Track {
  readonly writing: MixRecording;
  /** With its extension, once it is there. */
  path: string | undefined;
}

/** Milliseconds between two attempts to have it again, and without it at most. */
const [againAfterMs, longestGapMs] = [1_000, 30_000];
/** Milliseconds that it is waited for at first: less than whoever asked waits for the answer. */
const firstWithinMs = 10_000;
/** Of one recording: who shares and stops again and again does not fill a folder. */
export const mostFiles = 1_000;

export class RecordedTracks {
  readonly #context: RecordedTracksContext;
  readonly #ready = Promise.withResolvers<void>();
  #tracks: MediaTracks | undefined;
  #people: RecordedPeople = new Map();
  /** By who, what, and by which link. */
  readonly #writing = new Map<string, Track>();
  /** The same of what is published and not written. */
  readonly #leftOut = new Set<string>();
  #files = 0;
  #isBegun = false;
  #stopWaiting: () => void = () => undefined;
  #stopTrying: () => void = () => undefined;
  #whole: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(context: RecordedTracksContext) {
    this.#context = context;
    this.#ready.promise.catch(() => undefined);
    this.#stopWaiting = context.clock.after(firstWithinMs, () => this.abandon('mixer-unavailable'));
    void this.#open();
  }

  /** Resolves when sources can be written. @throws ConferenceError why they cannot: `mixer-unavailable`, or what `abandon` was told. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Nothing is written before. */
  begin(): void {
    this.#isBegun = true;
    this.follow(this.#people);
  }

  /** Who waits for the beginning does so no more. */
  abandon(code: ErrorCode): void {
    this.#ready.reject(new ConferenceError(code));
  }

  async #open(): Promise<void> {
    try {
      const tracks = await this.#context.open({
        people: Math.max(this.#context.people, this.#people.size),
        onEnded: () => this.#handleEnded(),
      });
      if (this.#isClosed) return tracks.close();
      this.#tracks = tracks;
      this.#stopWaiting();
      this.#ready.resolve();
      this.follow(this.#people);
    } catch (thrown) {
      this.abandon(toConferenceError(thrown).code);
      if (!this.#isClosed)
        this.#stopTrying = this.#context.clock.after(againAfterMs, () => void this.#open());
    }
  }

  #handleEnded(): void {
    if (this.#isClosed) return;
    const { clock, onFailed } = this.#context;
    this.#tracks = undefined;
    for (const key of [...this.#writing.keys()]) this.#end(key);
    this.#stopWaiting = clock.after(longestGapMs, () => onFailed('mixer-unavailable'));
    void this.#open();
  }

  /** Somebody came or went, publishes something else, or by another link. */
  follow(people: RecordedPeople): void {
    this.#people = people;
    if (this.#tracks === undefined || !this.#isBegun || this.#isClosed) return;
    const published = new Set<string>();
    for (const [participantId, { connection, sources }] of people) {
      for (const source of connection === undefined ? [] : sources) {
        const key = `${participantId}/${source}/${connection?.id}`;
        published.add(key);
        if (connection !== undefined && !this.#writing.has(key) && !this.#leftOut.has(key))
          this.#begin(key, this.#tracks, { connection, participantId, source });
      }
    }
    for (const key of [...this.#writing.keys()]) if (!published.has(key)) this.#end(key);
    for (const key of this.#leftOut) if (!published.has(key)) this.#leftOut.delete(key);
  }

  #begin(
    key: string,
    tracks: MediaTracks,
    { connection, ...owner }: TrackOwner & { readonly connection: NonNullable<PersonLink> },
  ): void {
    const { pathOf, onPart, onLeftOut, onFailed } = this.#context;
    if (this.#files >= mostFiles) {
      this.#leftOut.add(key);
      onLeftOut(owner);
      return;
    }
    this.#files += 1;
    const track: Track = {
      path: undefined,
      writing: tracks.record(
        { connection, source: owner.source },
        {
          path: pathOf(this.#files, owner.source),
          onBegan: (part) => {
            track.path = part.path;
            onPart(part, owner);
          },
          onFailed: ({ code }) => onFailed(code),
        },
      ),
    };
    this.#writing.set(key, track);
  }

  #end(key: string): void {
    const track = this.#writing.get(key);
    if (track === undefined) return;
    this.#writing.delete(key);
    const whole = this.#makeWhole(track);
    this.#whole = Promise.all([this.#whole, whole]);
  }

  async #makeWhole(track: Track): Promise<void> {
    await track.writing.stop();
    if (track.path !== undefined) this.#context.onPartEnded(track.path);
  }

  /** May be called more than once. Resolves when every file is whole. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#stopWaiting();
      this.#stopTrying();
      for (const key of [...this.#writing.keys()]) this.#end(key);
      const tracks = this.#tracks;
      this.#whole = this.#whole.then(() => tracks?.close());
    }
    await this.#whole;
  }
}

type PersonLink = Parameters<MediaTracks['record']>[0]['connection'] | undefined;
