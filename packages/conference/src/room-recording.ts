/**
 * The recording of a room: what its composite shows and sounds like, and an index of who was there.
 *
 * | state   | means                             | goes on with                                           |
 * |---------|-----------------------------------|--------------------------------------------------------|
 * | off     | nothing is written                | a moderator, or the application, starts it: running    |
 * | running | the index is; a part, while there is a mix | stopped, failed, or without a mix for too long: ending |
 * | ending  | what was written is made whole    | it is: off                                             |
 */
import { type Clock, type Logger, SerialQueue } from '@plenum/hyperty';
import type { MediaMix, MixRecording } from '@plenum/media';
import {
  ConferenceError,
  type ErrorCode,
  type ParticipantId,
  type RecordingData,
  type RoomId,
} from '@plenum/protocol';
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

interface Part {
  readonly writing: MixRecording;
  /** Its name, once it is there. */
  file: string | undefined;
}

interface Running {
  readonly place: RecordingPlace;
  /** ISO 8601. */
  readonly since: string;
  /** Milliseconds on the clock. */
  readonly beganMs: number;
  parts: number;
  part: Part | undefined;
  people: RecordedPeople;
  speaker: ParticipantId | undefined;
  stopWaiting: () => void;
  /** Of the parts before. */
  whole: Promise<unknown>;
}

/** Milliseconds: one can jump to these places; each costs as much as some thirty other pictures. */
const keyFrameEveryMs = 10_000;
/** Milliseconds without a mix, after which there is no use in waiting for another. */
const longestGapMs = 30_000;

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

  /** Where it runs it goes on. @throws ConferenceError `recording-unavailable`, `storage-full`, `storage-failed`, `room-closed`. */
  start(): Promise<void> {
    return this.#queue.run(() => this.#start());
  }

  async #start(): Promise<void> {
    if (this.#running !== undefined) return;
    const { archive, clock, roomId, logger, show, onNeedChanged } = this.#context;
    if (archive === undefined) throw new ConferenceError('recording-unavailable');
    const since = clock.isoTime();
    let running: Running | undefined;
    const onFailed = ({ code }: ConferenceError) => {
      if (running !== undefined) void this.#fail(running, code);
    };
    const place = await archive.begin({ roomId, startedAt: since, onFailed });
    if (this.#isClosed) {
      await place.close();
      throw new ConferenceError('room-closed');
    }
    running = {
      place,
      since,
      beganMs: clock.now(),
      parts: 0,
      part: undefined,
      people: new Map(),
      speaker: undefined,
      stopWaiting: () => undefined,
      whole: Promise.resolve(),
    };
    this.#running = running;
    logger.info('recording started', { roomId });
    show({ since });
    this.handlePeople();
    this.#followMix(running);
    onNeedChanged();
  }

  /** Resolves when what was written is whole; also where nothing runs. */
  stop(): Promise<void> {
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
    this.#endPart(running);
    await running.whole;
    this.#note(running, { type: 'recording-ended' });
    await place.close();
    if (endedBy === undefined) logger.info('recording stopped', { roomId });
    if (this.#isClosed) return;
    show(endedBy === undefined ? undefined : { since, endedBy });
    onNeedChanged();
  }

  #endPart(running: Running): void {
    const { part, whole } = running;
    running.part = undefined;
    running.stopWaiting();
    if (part !== undefined) running.whole = Promise.all([whole, this.#makeWhole(running, part)]);
  }

  async #makeWhole(running: Running, part: Part): Promise<void> {
    await part.writing.stop();
    if (part.file !== undefined) this.#note(running, { type: 'part-ended', file: part.file });
  }

  /** There is a mix now, or none any more. */
  handleMix(mix: MediaMix | undefined): void {
    if (this.#isClosed) return;
    this.#mix = mix;
    if (this.#running !== undefined) this.#followMix(this.#running);
  }

  /** What was written goes on as a further part, as soon as there is something to write. */
  #followMix(running: Running): void {
    const { place } = running;
    this.#endPart(running);
    if (this.#mix === undefined) {
      const giveUp = () => void this.#fail(running, 'mixer-unavailable');
      running.stopWaiting = this.#context.clock.after(longestGapMs, giveUp);
      return;
    }
    running.parts += 1;
    const part: Part = {
      file: undefined,
      writing: this.#mix.record({
        path: place.pathOfPart(running.parts),
        keyFrameEveryMs,
        onBegan: (path) => {
          part.file = fileNameOf(path);
          this.#note(running, { type: 'part-started', file: part.file, participantId: '' });
        },
        onFailed: ({ code }) => void this.#fail(running, code),
      }),
    };
    running.part = part;
  }

  /** There is no mix to be had now. A recording that has not begun to be written is not waited for. */
  handleMixRefused({ code }: ConferenceError): void {
    if (this.#running?.parts === 0) void this.#fail(this.#running, code);
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
    void this.stop();
  }
}

function fileNameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
