/** The files that a room's thread is writing. */
import { constants } from 'node:os';
import { MixRecorder } from '../recording/mix-recorder.ts';
import type { RoomMixer } from '../room/room-mixer.ts';
import type { RecordingEvent, RecordingRequest, RoomSettings } from './messages.ts';

interface Writing {
  readonly recorder: MixRecorder;
  readonly stopTapping: () => void;
}

export class Recorders {
  readonly #mixer: Pick<RoomMixer, 'tap'>;
  readonly #encoding: RoomSettings['encoding'];
  readonly #tell: (event: RecordingEvent) => void;
  readonly #writing = new Map<number, Writing>();
  readonly #ending = new Set<Promise<void>>();

  constructor(
    mixer: Pick<RoomMixer, 'tap'>,
    encoding: RoomSettings['encoding'],
    tell: (event: RecordingEvent) => void,
  ) {
    this.#mixer = mixer;
    this.#encoding = encoding;
    this.#tell = tell;
  }

  begin(recording: number, { path, keyFrameEveryMs }: RecordingRequest): void {
    const { codec, width, height, framesPerSecond } = this.#encoding;
    const recorder = new MixRecorder({
      codec,
      size: { width, height },
      framesPerSecond,
      keyFrameEveryMs,
      pathOf: (extension) => `${path}.${extension}`,
      wallMs: () => Date.now(),
      onPart: (part) => this.#tell({ type: 'recording-began', recording, part }),
      onFailure: (reason) => this.#handleFailure(recording, reason),
    });
    this.#writing.set(recording, { recorder, stopTapping: this.#mixer.tap(recorder) });
  }

  #handleFailure(recording: number, reason: Error): void {
    const writing = this.#writing.get(recording);
    if (writing === undefined) return;
    void this.#end(recording, writing);
    this.#tell({
      type: 'recording-failed',
      recording,
      reason: reason.message,
      isDiskFull: isDiskFull(reason),
    });
  }

  /** Answers also for one that is not there, or not any more. */
  async stop(recording: number): Promise<void> {
    const writing = this.#writing.get(recording);
    if (writing !== undefined) await this.#end(recording, writing);
    this.#tell({ type: 'recording-stopped', recording });
  }

  #end(recording: number, { recorder, stopTapping }: Writing): Promise<void> {
    this.#writing.delete(recording);
    stopTapping();
    const whole = recorder.close().finally(() => this.#ending.delete(whole));
    this.#ending.add(whole);
    return whole;
  }

  /** May be called more than once. Resolves when every file is whole. */
  async close(): Promise<void> {
    for (const [recording, writing] of [...this.#writing]) void this.#end(recording, writing);
    await Promise.all(this.#ending);
  }
}

const { ENOSPC, EDQUOT } = constants.errno;

/** FFmpeg has the system's numbers, below zero. */
function isDiskFull({ cause }: Error): boolean {
  return cause === -ENOSPC || cause === -EDQUOT;
}
