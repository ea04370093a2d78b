/** Whose answer is not there yet. Places are few: who goes gives theirs back, and of one client only so many are held. */

/** Somebody who may have to wait. */
export interface Waiter {
  /** Tells clients apart: whose share of the places it takes. */
  readonly client: string;
  /** Aborted when nobody is there any more who could be answered. */
  readonly gone: AbortSignal;
}

export interface WaitsOptions<Answer> {
  /** Runs something after so many milliseconds; gives what prevents it. */
  readonly after: (ms: number, run: () => void) => () => void;
  readonly most: number;
  readonly mostOfOneClient: number;
  /** Milliseconds, after which it is too late. */
  readonly longestMs: number;
  /** For who came too late, goes, or is there at the end. */
  readonly tooLate: () => Answer;
}

interface Waiting<Answer> {
  /** Undefined as long as it is not there. */
  readonly look: () => Answer | undefined;
  readonly settle: (answer: Answer) => void;
}

export class Waits<Answer> {
  readonly #options: WaitsOptions<Answer>;
  readonly #waiting = new Set<Waiting<Answer>>();
  readonly #held = new Map<string, number>();

  constructor(options: WaitsOptions<Answer>) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Undefined where there is no place left. */
  enter(look: () => Answer | undefined, { client, gone }: Waiter): Promise<Answer> | undefined {
    const { after, most, mostOfOneClient, longestMs, tooLate } = this.#options;
    const held = this.#held.get(client) ?? 0;
    if (gone.aborted || this.#waiting.size >= most || held >= mostOfOneClient) return undefined;
    this.#held.set(client, held + 1);
    return new Promise((resolve) => {
      const leave = () => waiting.settle(tooLate());
      const stopTimer = after(longestMs, leave);
      gone.addEventListener('abort', leave);
      const waiting: Waiting<Answer> = {
        look,
        settle: (answer) => {
          if (!this.#waiting.delete(waiting)) return;
          stopTimer();
          gone.removeEventListener('abort', leave);
          this.#giveBack(client);
          resolve(answer);
        },
      };
      this.#waiting.add(waiting);
    });
  }

  #giveBack(client: string): void {
    const held = (this.#held.get(client) ?? 0) - 1;
    if (held > 0) this.#held.set(client, held);
    else this.#held.delete(client);
  }

  /** Answers those whose answer is there now. */
  look(): void {
    for (const { look, settle } of [...this.#waiting]) {
      const answer = look();
      if (answer !== undefined) settle(answer);
    }
  }

  /** Too late for everybody. May be called more than once. */
  close(): void {
    for (const { settle } of [...this.#waiting]) settle(this.#options.tooLate());
  }
}
