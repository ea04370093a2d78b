/** Files that something without media is writing. */
import { ConferenceError, type ErrorCode } from '@plenum/protocol';
import type { MixRecording, TrackRecordingOptions } from '../media-server.ts';

export class FakeFiles<File extends TrackRecordingOptions> {
  /** Those that are being written, by their path with the extension. */
  readonly open = new Map<string, File>();

  begin(file: File): MixRecording {
    const path = `${file.path}.webm`;
    this.open.set(path, file);
    queueMicrotask(() => {
      if (this.open.has(path)) file.onBegan({ path, wallMs: Date.now() });
    });
    return {
      stop: async () => {
        this.open.delete(path);
      },
    };
  }

  /** Ends them as a disk without space would, or one that is gone. */
  fail(code: Extract<ErrorCode, 'storage-full' | 'storage-failed'>): void {
    const failed = [...this.open.values()];
    this.open.clear();
    for (const { onFailed } of failed) onFailed(new ConferenceError(code));
  }
}
