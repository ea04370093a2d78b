/** Writes a room's one picture and everybody's sound into files. */
import { MixRecorder } from '../recording/mix-recorder.ts';
import type { RoomMixer } from '../room/room-mixer.ts';
import type { RecordingEvent, RecordingRequest, RoomSettings } from './messages.ts';
import { OpenFiles } from './open-files.ts';

export class Recorders {
  readonly #mixer: Pick<RoomMixer, 'tap'>;
  readonly #encoding: RoomSettings['encoding'];
  readonly #tell: (event: RecordingEvent) => void;
  readonly #files: OpenFiles;

  constructor(
    mixer: Pick<RoomMixer, 'tap'>,
    encoding: RoomSettings['encoding'],
    tell: (event: RecordingEvent) => void,
  ) {
    this.#mixer = mixer;
    this.#encoding = encoding;
    this.#tell = tell;
    this.#files = new OpenFiles(tell);
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
      onFailure: (reason) => this.#files.handleFailure(recording, reason),
    });
    const stopTapping = this.#mixer.tap(recorder);
    this.#files.add(recording, {
      close: () => {
        stopTapping();
        return recorder.close();
      },
    });
  }

  /** Answers also for one that is not there, or not any more. */
  stop(recording: number): Promise<void> {
    return this.#files.stop(recording);
  }

  /** May be called more than once. Resolves when every file is whole. */
  close(): Promise<void> {
    return this.#files.close();
  }
}
