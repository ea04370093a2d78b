/** The files that a room's thread is writing, by the number of the recording that each is of. */
import { constants } from 'node:os';
import type { RecordingEvent } from './messages.ts';

export interface OpenFile {
  /** Resolves when it is whole. */
  close(): Promise<void>;
}

export class OpenFiles {
  readonly #tell: (event: RecordingEvent) => void;
  readonly #open = new Map<number, OpenFile>();
  readonly #ending = new Set<Promise<void>>();

  constructor(tell: (event: RecordingEvent) => void) {
    this.#tell = tell;
  }

  add(recording: number, file: OpenFile): void {
    this.#open.set(recording, file);
  }

  /** It cannot be written any more. */
  handleFailure(recording: number, reason: Error): void {
    const file = this.#open.get(recording);
    if (file === undefined) return;
    void this.#end(recording, file);
    this.#tell({
      type: 'recording-failed',
      recording,
      reason: reason.message,
      isDiskFull: isDiskFull(reason),
    });
  }

  /** Answers also for one that is not there, or not any more. */
  async stop(recording: number): Promise<void> {
    const file = this.#open.get(recording);
    if (file !== undefined) await this.#end(recording, file);
    this.#tell({ type: 'recording-stopped', recording });
  }

  #end(recording: number, file: OpenFile): Promise<void> {
    this.#open.delete(recording);
    const whole = file.close().finally(() => this.#ending.delete(whole));
    this.#ending.add(whole);
    return whole;
  }

  /** May be called more than once. Resolves when every file is whole. */
  async close(): Promise<void> {
    for (const [recording, file] of [...this.#open]) void this.#end(recording, file);
    await Promise.all(this.#ending);
  }
}

const { ENOSPC, EDQUOT } = constants.errno;

/** FFmpeg has the system's numbers, below zero. */
function isDiskFull({ cause }: Error): boolean {
  return cause === -ENOSPC || cause === -EDQUOT;
}
