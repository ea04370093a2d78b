/**
 * The recording of a room: what its composite shows and sounds like, and an index of who was there.
 *
 * | state    | means                             | goes on with                                           |
 * |----------|-----------------------------------|--------------------------------------------------------|
 * | off      | nothing is written                | a moderator, or the application, starts it: starting   |
 * | starting | there is a place, and no mix yet; nobody is told | a mix: running; none, or stopped: off   |
 * | running  | the index is; a part, while there is a mix | stopped, failed, or without a mix for too long: ending |
 * | ending   | what was written is made whole    | it is, or that takes too long: off                     |
 */
import { type Clock, type Logger, SerialQueue } from '@plenum/hyperty';
import type { MediaMix } from '@plenum/media';
import {
  ConferenceError,
  type ErrorCode,
  type ParticipantId,
  type RecordingData,
  type RoomId,
} from '@plenum/protocol';
import { RecordedComposite } from './recorded-composite.ts';
import type { RecordingArchive, RecordingFact, RecordingPlace } from './recording-archive.ts';
import { factsBetween, type RecordedPeople } from './recording-facts.ts';

export interface RoomRecordingContext {
  readonly roomId: RoomId;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Undefined where nothing can be recorded. */
  readonly archive: RecordingArchive | undefined;
  readonly people: () => RecordedPeople;
  /** Tells everybody. */
  readonly show: (recording: RecordingData | undefined) => void;
  /** The mix is needed now, or no longer. */
  readonly onNeedChanged: () => void;
}

interface Running {
  readonly place: RecordingPlace;
  /** ISO 8601. */
  readonly since: string;
  /** Milliseconds on the clock. */
  readonly beganMs: number;
  readonly composite: RecordedComposite;
  people: RecordedPeople;
  speaker: ParticipantId | undefined;
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

  /** Whether a mix is needed. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Where it runs it goes on.
   * @throws ConferenceError `recording-unavailable`, `mixer-unavailable`, `storage-full`, `storage-failed`, `room-closed`, or `aborted`
   * where it was stopped meanwhile.
   */
  start(): Promise<void> {
    return this.#queue.run(() => this.#start());
  }

  async #start(): Promise<void> {
    if (this.#running !== undefined) return;
    const { archive, logger, roomId, show, onNeedChanged } = this.#context;
    if (archive === undefined) throw new ConferenceError('recording-unavailable');
    const running = await this.#begin(archive);
    this.#running = running;
    this.handlePeople();
    onNeedChanged();
    try {
      await running.composite.begun;
    } catch (thrown) {
      this.#running = undefined;
      await running.composite.close();
      await running.place.discard();
      if (!this.#isClosed) onNeedChanged();
      throw thrown;
    }
    logger.info('recording started', { roomId });
    show({ since: running.since });
  }

  /** Makes a place for it. */
  async #begin(archive: RecordingArchive): Promise<Running> {
    const { clock, roomId } = this.#context;
    const since = clock.isoTime();
    let running: Running | undefined;
    const fail = (code: ErrorCode) => {
      if (running !== undefined) void this.#fail(running, code);
    };
    const place = await archive.begin({ roomId, startedAt: since, onFailed: ({ code }) => fail(code) });
    if (this.#isClosed) {
      await place.discard();
      throw new ConferenceError('room-closed');
    }
    const note = (fact: RecordingFact, atMs: number) => place.note({ ...fact, atMs });
    const beganMs = clock.now();
    const composite = new RecordedComposite(
      {
        clock,
        pathOf: (number) => place.pathOf(`part-${number}`),
        onPart: ({ path, wallMs }) => {
          const atMs = Math.max(0, Math.round(wallMs - Date.parse(since)));
          note({ type: 'part-started', file: fileNameOf(path), participantId: '' }, atMs);
        },
        onPartEnded: (path) => note({ type: 'part-ended', file: fileNameOf(path) }, clock.now() - beganMs),
        onFailed: fail,
      },
      this.#mix,
    );
    running = { place, since, beganMs, composite, people: new Map(), speaker: undefined };
    return running;
  }

  /** Resolves when what was written is whole; also where nothing runs. One that has not begun does not. */
  stop(): Promise<void> {
    this.#running?.composite.abandon('aborted');
    return this.#queue.run(() => (this.#running === undefined ? undefined : this.#end(this.#running)));
  }

  async #fail(running: Running, code: ErrorCode): Promise<void> {
    this.#context.logger.warn('recording ended', { roomId: this.#context.roomId, code });
    await this.#queue.run(() => this.#end(running, code));
  }

  async #end(running: Running, endedBy?: ErrorCode): Promise<void> {
    if (this.#running !== running) return;
    const { show, onNeedChanged, logger, roomId } = this.#context;
    const { place, since } = running;
    this.#running = undefined;
    await this.#untilWhole(running);
    this.#note(running, { type: 'recording-ended' });
    await place.close();
    if (endedBy === undefined) logger.info('recording stopped', { roomId });
    if (this.#isClosed) return;
    show(endedBy === undefined ? undefined : { since, endedBy });
    onNeedChanged();
  }

  /** What a mixer that hangs has in hand is not waited for. */
  async #untilWhole({ composite }: Running): Promise<void> {
    const { clock, logger, roomId } = this.#context;
    const late = Promise.withResolvers<void>();
    const stopWaiting = clock.after(wholeWithinMs, () => {
      logger.warn('a recording is not whole in time', { roomId });
      late.resolve();
    });
    await Promise.race([composite.close(), late.promise]);
    stopWaiting();
  }

  /** There is a mix now, or none any more. */
  handleMix(mix: MediaMix | undefined): void {
    if (this.#isClosed) return;
    this.#mix = mix;
    this.#running?.composite.handleMix(mix);
  }

  /** There is no mix to be had now. */
  handleMixRefused(reason: ConferenceError): void {
    this.#running?.composite.handleRefused(reason);
  }

  /** Somebody came or went, shares a screen or no longer, or moderates. */
  handlePeople(): void {
    const running = this.#running;
    if (running === undefined) return;
    const people = this.#context.people();
    for (const fact of factsBetween(running.people, people)) this.#note(running, fact);
    running.people = people;
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

  #note({ place, beganMs }: Running, fact: RecordingFact): void {
    place.note({ ...fact, atMs: Math.max(0, Math.round(this.#context.clock.now() - beganMs)) });
  }

  /** The room ends, and with it what is written. May be called more than once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#running?.composite.abandon('room-closed');
    void this.stop();
  }
}

function fileNameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
