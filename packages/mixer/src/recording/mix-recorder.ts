/** Records the one picture and everybody's sound, as the mixer encodes them: fragmented MP4 of H.264 and Opus, or WebM of VP8 and Opus. */
import { opusDurationMs, opusHead } from '../audio/opus.ts';
import type { Size } from '../layout/layout.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { parameterSetsOf } from '../picture/h264.ts';
import type { MixedPicture, MixedSound, MixTap } from '../room/tap.ts';
import { RecordingFile } from './recording-file.ts';

export interface MixRecorderOptions {
  /** As the mixer encodes. */
  readonly codec: PictureCodec;
  readonly size: Size;
  readonly framesPerSecond: number;
  /** Milliseconds, 500 or more: players can only jump to key frames. Undefined for those that others ask for. */
  readonly keyFrameEveryMs?: number | undefined;
  /** Where to, by the extension that the codec needs. */
  readonly pathOf: (extension: 'mp4' | 'webm') => string;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** Called when there is something in it that can be played: less than a second after the first picture. */
  readonly onPart: (part: RecordedPart) => void;
  /** Called once at most; what was written until then can be played. */
  readonly onFailure: (reason: Error) => void;
}

/** A file that was begun. */
export interface RecordedPart {
  readonly path: string;
  /** Milliseconds since 1970, of its beginning. */
  readonly wallMs: number;
}

const [pictureTrack, soundTrack] = [0, 1];

/** Given to a mixer as a tap. */
export class MixRecorder implements MixTap {
  readonly keyFrameEveryMs: number | undefined;
  readonly #options: MixRecorderOptions;
  #begun: { readonly file: RecordingFile; readonly beganMs: number } | undefined;
  #isClosed = false;

  constructor(options: MixRecorderOptions) {
    this.#options = options;
    this.keyFrameEveryMs = options.keyFrameEveryMs;
  }

  handlePicture({ data, timeMs, isKeyFrame }: MixedPicture): void {
    if (this.#isClosed) return;
    if (this.#begun === undefined && isKeyFrame)
      this.#begun = { file: this.#begin(data, timeMs), beganMs: timeMs };
    const durationMs = 1_000 / this.#options.framesPerSecond;
    this.#begun?.file.write(pictureTrack, { data, timeMs, durationMs, isKeyFrame });
  }

  handleSound({ opus, timeMs }: MixedSound): void {
    if (this.#isClosed || this.#begun === undefined || opus === undefined) return;
    if (timeMs < this.#begun.beganMs) return;
    const durationMs = opusDurationMs(opus);
    this.#begun.file.write(soundTrack, { data: opus, timeMs, durationMs, isKeyFrame: true });
  }

  #begin(keyFrame: Uint8Array, beganMs: number): RecordingFile {
    const { codec, size, pathOf, wallMs, onPart, onFailure } = this.#options;
    const extension = codec === 'h264' ? 'mp4' : 'webm';
    const path = pathOf(extension);
    const part = { path, wallMs: wallMs() };
    const onPlayable = () => onPart(part);
    const head = codec === 'h264' ? parameterSetsOf(keyFrame) : undefined;
    return new RecordingFile({ path, extension, beganMs, onFailure, onPlayable }, async () => [
      { kind: 'picture', codec, size, head },
      { kind: 'sound', codec: 'opus', channels: 1, head: opusHead(1) },
    ]);
  }

  /** Resolves when what was given until now is written. */
  get settled(): Promise<void> {
    return this.#begun?.file.settled ?? Promise.resolve();
  }

  /** May be called more than once. Resolves when the file is whole. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#begun?.file.close();
  }
}
