/** Tracks without media, and a record of what was asked. */
import { ConferenceError } from '@plenum/protocol';
import type {
  MediaTracks,
  MixRecording,
  MixSource,
  TrackRecordingOptions,
  TracksOptions,
} from '../media-server.ts';
import { FakeFiles } from './files.ts';

interface Track extends TrackRecordingOptions {
  readonly source: MixSource;
}

export class FakeTracks implements MediaTracks {
  readonly #options: TracksOptions;
  readonly #onClosed: (tracks: FakeTracks) => void;
  readonly files = new FakeFiles<Track>();
  #isClosed = false;

  constructor(options: TracksOptions, onClosed: (tracks: FakeTracks) => void) {
    this.#options = options;
    this.#onClosed = onClosed;
  }

  record(source: MixSource, options: TrackRecordingOptions): MixRecording {
    return this.files.begin({ ...options, source });
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
    this.files.open.clear();
    this.#onClosed(this);
  }
}
