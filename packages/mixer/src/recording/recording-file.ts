/** One file of a recording, written so that of a process that is killed at most the last second is lost. */
import { type ContainerFormat, type MuxedPacket, type MuxedTrack, Muxer } from '../av/muxer.ts';
import { TimeOrder } from './time-order.ts';

/** Matroska where WebM does not know the codec; MP4 for the one picture, which any player shows. */
export type RecordingExtension = 'webm' | 'mkv' | 'mp4';

export interface RecordingFileOptions {
  readonly path: string;
  readonly extension: RecordingExtension;
  /** Milliseconds, on the clock that the samples' times are of: the file's beginning. */
  readonly beganMs: number;
  /** Called once at most: a disk that is full or too slow, a folder that is not there. What was written until then stays. */
  readonly onFailure: (reason: Error) => void;
  /** Called once at most: there is something in it that can be played. */
  readonly onPlayable: () => void;
}

export interface Sample {
  readonly data: Uint8Array;
  readonly timeMs: number;
  readonly durationMs: number;
  readonly isKeyFrame: boolean;
}

/**
 * Milliseconds of media that are kept together in memory and then written. With what waits to be put in order, and for the other track, less
 * than a second.
 */
const chunkMs = 700;
/** Milliseconds that a sample may come later than one of another track that was after it: sound comes sooner than pictures. */
const orderMs = 200;

const formats: Readonly<
  Record<RecordingExtension, { readonly format: ContainerFormat; readonly options: Record<string, string> }>
> = {
  webm: { format: 'webm', options: { cluster_time_limit: `${chunkMs}` } },
  mkv: { format: 'matroska', options: { cluster_time_limit: `${chunkMs}` } },
  mp4: {
    format: 'mp4',
    options: {
      movflags: 'empty_moov+default_base_moof+frag_discont',
      frag_duration: `${chunkMs * 1_000}`,
    },
  },
};

export class RecordingFile {
  readonly #beganMs: number;
  readonly #muxer: Muxer;
  /** Milliseconds, of each track. */
  readonly #lastMs: number[] = [];
  readonly #order = new TimeOrder<MuxedPacket>(orderMs);

  /** @param tracks What is written: their order is that of the numbers. */
  constructor(options: RecordingFileOptions, tracks: () => Promise<readonly MuxedTrack[]>) {
    const { path, extension, beganMs, onFailure, onPlayable } = options;
    this.#beganMs = beganMs;
    const output = { kind: 'file', path } as const;
    this.#muxer = new Muxer({ ...formats[extension], output, onFailure, onPlayable }, tracks);
  }

  /** What is not later than the last of its track is put right behind it: a sender's clock was found to be wrong. */
  write(track: number, sample: Sample): void {
    const earliestMs = (this.#lastMs[track] ?? -1) + 1;
    const timeMs = Math.max(sample.timeMs - this.#beganMs, earliestMs);
    this.#lastMs[track] = timeMs;
    for (const packet of this.#order.push({ ...sample, track, timeMs })) this.#muxer.write(packet);
  }

  /** Resolves when what was given until now is written, as far as it is given out at all. */
  get settled(): Promise<void> {
    return this.#muxer.settled;
  }

  /** May be called more than once. Resolves when the file is whole. */
  close(): Promise<void> {
    for (const packet of this.#order.drain()) this.#muxer.write(packet);
    return this.#muxer.close();
  }
}
