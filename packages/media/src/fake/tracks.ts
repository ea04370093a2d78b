/** Tracks without media, and a record of what was asked. */
import { ConferenceError, type ErrorCode } from '@plenum/protocol';
import type {
  MediaTracks,
  MixRecording,
  MixSource,
  TrackRecordingOptions,
  TracksOptions,
} from '../media-server.ts';

interface Track {
  readonly source: MixSource;
  readonly options: TrackRecordingOptions;
}

export class FakeTracks implements MediaTracks {
  readonly #options: TracksOptions;
  readonly #onClosed: (tracks: FakeTracks) => void;
  /** What is being written, by its path with the extension. */
  readonly recordings = new Map<string, Track>();
  #isClosed = false;

  constructor(options: TracksOptions, onClosed: (tracks: FakeTracks) => void) {
    this.#options = options;
    this.#onClosed = onClosed;
  }

  record(source: MixSource, options: TrackRecordingOptions): MixRecording {
    const path = `${options.path}.webm`;
    this.recordings.set(path, { source, options });
    queueMicrotask(() => {
      if (this.recordings.has(path)) options.onBegan({ path, wallMs: Date.now() });
    });
    return {
      stop: async () => {
        this.recordings.delete(path);
      },
    };
  }

  /** Ends what is being written as a disk without space would, or one that is gone. */
  failRecordings(code: Extract<ErrorCode, 'storage-full' | 'storage-failed'>): void {
    const failed = [...this.recordings.values()];
    this.recordings.clear();
    for (const { options } of failed) options.onFailed(new ConferenceError(code));
  }

  /** Ends it as the death of its process would. */
  crash(): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onEnded(new ConferenceError('mixer-unavailable'));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.recordings.clear();
    this.#onClosed(this);
  }
}
