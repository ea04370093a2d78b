/** The recordings of one room in the mixer, as the server knows them. */
import type { RecordedPart } from '../recording/mix-recorder.ts';
import type { RecordingEvent, RecordingRequest, RoomCommand } from './messages.ts';

export interface RecordingListener {
  /** There is something in the file that can be played. */
  readonly onBegan: (part: RecordedPart) => void;
  /** It ended by itself; not called where its room ends, nor after `stop`. */
  readonly onFailed: (failure: { readonly reason: string; readonly isDiskFull: boolean }) => void;
}

export type RoomRecordingRequest = RecordingRequest & RecordingListener;

export interface RoomRecording {
  /** Resolves when the file is whole, or its room has ended. May be called more than once. */
  stop(): Promise<void>;
}

interface Known {
  readonly listener: RecordingListener;
  readonly stopped: PromiseWithResolvers<void>;
  isStopping: boolean;
}

type StopCommand = Extract<RoomCommand, { readonly type: 'stop-recording' }>;

/** @typeParam Begin What begins one. */
export class RoomRecordings<Begin> {
  readonly #tell: (command: Begin | StopCommand) => void;
  readonly #known = new Map<number, Known>();
  #last = 0;
  #isClosed = false;

  constructor(tell: (command: Begin | StopCommand) => void) {
    this.#tell = tell;
  }

  /** @param command By the number of the recording. */
  begin(command: (recording: number) => Begin, listener: RecordingListener): RoomRecording {
    this.#last += 1;
    const recording = this.#last;
    const known: Known = { listener, stopped: Promise.withResolvers(), isStopping: false };
    // Of a room that has ended nothing comes any more.
    if (this.#isClosed) known.stopped.resolve();
    else this.#known.set(recording, known);
    this.#tell(command(recording));
    return {
      stop: () => {
        if (!known.isStopping) this.#tell({ type: 'stop-recording', recording });
        known.isStopping = true;
        return known.stopped.promise;
      },
    };
  }

  handle(event: RecordingEvent): void {
    const known = this.#known.get(event.recording);
    if (known === undefined) return;
    const { listener, stopped, isStopping } = known;
    if (event.type === 'recording-began') return listener.onBegan(event.part);
    this.#known.delete(event.recording);
    stopped.resolve();
    if (event.type === 'recording-failed' && !isStopping) listener.onFailed(event);
  }

  /** The room has ended. May be called more than once. */
  close(): void {
    this.#isClosed = true;
    for (const { stopped } of this.#known.values()) stopped.resolve();
    this.#known.clear();
  }
}
