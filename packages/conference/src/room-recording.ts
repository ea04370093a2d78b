/**
 * The recording of a room: what its composite shows and sounds like, and an index of who was there.
 *
 * | state    | means                             | goes on with                                           |
 * |----------|-----------------------------------|--------------------------------------------------------|
 * | off      | nothing is written                | a moderator, or the application, starts it: starting   |
 * | starting | there is a place; nothing is written, nobody told | a mix: running; none, or stopped: off |
 * | running  | the index is; a part, while there is a mix | stopped, failed, or without a mix for too long: ending |
 * | ending   | what was written is made whole    | it is, or that takes too long: off                     |
 */
import { type Clock, type Logger, SerialQueue } from '@plenum/hyperty';
import type { MediaMix, MediaTracks, TracksOptions } from '@plenum/media';
import {
  ConferenceError,
  type ErrorCode,
  type ParticipantId,
  type RecordingContent,
  type RecordingData,
  type RoomId,
} from '@plenum/protocol';
import type { RecordingArchive, RecordingFact, RecordingPlace } from './recording-archive.ts';
import { factsBetween, type RecordedPeople } from './recording-facts.ts';
import { createWriters, type RecordingWriters, writersOf } from './recording-writers.ts';

export interface RoomRecordingContext {
  readonly roomId: RoomId;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Undefined where nothing can be recorded. */
  readonly archive: RecordingArchive | undefined;
  readonly people: () => RecordedPeople;
  /** As `MediaRouter.openTracks`. */
  readonly openTracks: (options: TracksOptions) => Promise<MediaTracks>;
  /** Tells everybody. */
  readonly show: (recording: RecordingData | undefined) => void;
  /** The mix is needed now, or no longer. */
  readonly onNeedChanged: () => void;
}

interface Running extends RecordingWriters {
  readonly place: RecordingPlace;
  /** ISO 8601. */
  readonly since: string;
  /** Milliseconds from its start until now. */
  readonly atMs: () => number;
  people: RecordedPeople;
  speaker: ParticipantId | undefined;
  /** Why not all is written; undefined while it is. */
  limitedBy: ErrorCode | undefined;
}

/** Milliseconds that files have to become whole: less than whoever stops it waits for the answer. */
const wholeWithinMs = 12_000;

export class RoomRecording {
  readonly #context: RoomRecordingContext;
  /** Starting and stopping, one after the other. */
  readonly #queue = new SerialQueue();
  #mix: MediaMix | undefined;
  #running: Running | undefined;
  #isClosed = false;

  constructor(context: RoomRecordingContext) {
    this.#context = context;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Whether a mix is needed. */
  get isMixNeeded(): boolean {
    return this.#running?.composite !== undefined;
  }

  /**
   * Where it runs it goes on, as it was begun.
   * @throws ConferenceError `recording-unavailable`, `mixer-unavailable`, `storage-full`, `storage-failed`, `room-closed`, or `aborted`
   * where it was stopped meanwhile.
   */
  start(content: RecordingContent): Promise<void> {
    return this.#queue.run(() => this.#start(content));
  }

  async #start(content: RecordingContent): Promise<void> {
    if (this.#running !== undefined) return;
    const { archive, logger, roomId, show, onNeedChanged } = this.#context;
    if (archive === undefined) throw new ConferenceError('recording-unavailable');
    const running = await this.#begin(archive, content);
    this.#running = running;
    this.handlePeople();
    onNeedChanged();
    try {
      await Promise.all(writersOf(running).map(({ ready }) => ready));
    } catch (thrown) {
      this.#running = undefined;
      await this.#untilWhole(running);
      await running.place.discard();
      if (!this.#isClosed) onNeedChanged();
      throw thrown;
    }
    logger.info('recording started', { roomId });
    show({ since: running.since });
    for (const writer of writersOf(running)) writer.begin();
  }

  /** Makes a place for it, and sees to what will be written. */
  async #begin(archive: RecordingArchive, content: RecordingContent): Promise<Running> {
    const { clock, roomId, people, openTracks } = this.#context;
    // One moment for both, since the one is for people and the other for files.
    const [since, beganMs] = [clock.isoTime(), clock.now()];
    let running: Running | undefined;
    const fail = (code: ErrorCode) => {
      const ended = running;
      if (ended === undefined) return;
      abandon(ended, code);
      void this.#queue.run(() => this.#end(ended, code));
    };
    const limit = (code: ErrorCode) => {
      if (running !== undefined) this.#limit(running, code);
    };
    const place = await archive.begin({ roomId, startedAt: since, onFailed: ({ code }) => fail(code) });
    if (this.#isClosed) {
      await place.discard();
      throw new ConferenceError('room-closed');
    }
    const atMs = () => Math.max(0, Math.round(clock.now() - beganMs));
    const writers = createWriters(content, {
      clock,
      place,
      since,
      atMs,
      mix: this.#mix,
      people: people().size,
      openTracks,
      onLimited: limit,
      onFailed: fail,
    });
    const nothingYet = { people: new Map(), speaker: undefined, limitedBy: undefined };
    running = { place, since, atMs, ...writers, ...nothingYet };
    return running;
  }

  /** It goes on, and everybody is told once that it is not all. */
  #limit(running: Running, code: ErrorCode): void {
    if (this.#running !== running || running.limitedBy !== undefined) return;
    const { show, logger, roomId } = this.#context;
    running.limitedBy = code;
    logger.warn('not all is recorded any more', { roomId, code });
    show({ since: running.since, limitedBy: code });
  }

  /** Resolves when what was written is whole; also where nothing runs. One that has not begun does not. */
  stop(): Promise<void> {
    abandon(this.#running, 'aborted');
    return this.#queue.run(() => (this.#running === undefined ? undefined : this.#end(this.#running)));
  }

  async #end(running: Running, endedBy?: ErrorCode): Promise<void> {
    if (this.#running !== running) return;
    const { show, onNeedChanged, logger, roomId } = this.#context;
    const { place, since } = running;
    this.#running = undefined;
    const isWhole = await this.#untilWhole(running);
    this.#note(running, { type: 'recording-ended' });
    await place.close(isWhole);
    if (endedBy === undefined) logger.info('recording stopped', { roomId });
    else logger.warn('recording ended', { roomId, code: endedBy });
    if (this.#isClosed) return;
    show(endedBy === undefined ? undefined : { since, endedBy });
    onNeedChanged();
  }

  /** What a mixer that hangs has in hand is not waited for: it may still write that. Says whether all is written. */
  async #untilWhole(running: Running): Promise<boolean> {
    const { clock, logger, roomId } = this.#context;
    const late = Promise.withResolvers<boolean>();
    const stopWaiting = clock.after(wholeWithinMs, () => {
      logger.warn('a recording is not whole in time', { roomId });
      late.resolve(false);
    });
    const whole = Promise.all(writersOf(running).map((writer) => writer.close())).then(() => true);
    const isWhole = await Promise.race([whole, late.promise]);
    stopWaiting();
    return isWhole;
  }

  /** There is a mix now, or none any more. */
  handleMix(mix: MediaMix | undefined): void {
    if (this.#isClosed) return;
    this.#mix = mix;
    this.#running?.composite?.handleMix(mix);
  }

  /** There is no mix to be had now. */
  handleMixRefused(reason: ConferenceError): void {
    this.#running?.composite?.handleRefused(reason);
  }

  /** Somebody came or went, shares a screen or no longer, or moderates. */
  handlePeople(): void {
    const running = this.#running;
    if (running === undefined) return;
    const people = this.#context.people();
    for (const fact of factsBetween(running.people, people)) this.#note(running, fact);
    running.people = people;
    running.tracks?.follow(people);
  }

  /** Who speaks; undefined where nobody does. */
  handleSpeaker(participantId: ParticipantId | undefined): void {
    const running = this.#running;
    if (running === undefined || running.speaker === participantId) return;
    const { speaker } = running;
    if (speaker !== undefined) this.#note(running, { type: 'speaking-stopped', participantId: speaker });
    if (participantId !== undefined) this.#note(running, { type: 'speaking-started', participantId });
    running.speaker = participantId;
  }

  #note({ place, atMs }: Running, fact: RecordingFact): void {
    place.note({ ...fact, atMs: atMs() });
  }

  /** The room ends, and with it what is written. May be called more than once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    abandon(this.#running, 'room-closed');
    void this.stop();
  }
}

/** What has not begun does not any more. */
function abandon(running: Running | undefined, code: ErrorCode): void {
  if (running !== undefined) for (const writer of writersOf(running)) writer.abandon(code);
}
