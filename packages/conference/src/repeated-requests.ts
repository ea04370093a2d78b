/**
 * A request that comes again, because its answer was lost with a link, is not another one: it gets the answer of the first.
 * Remembered for one to two minutes, longer than anybody waits for an answer whose request may not be done twice.
 */
import type { Clock } from '@plenum/hyperty';
import type { MessageOf } from '@plenum/protocol';
import { callerOf } from './caller.ts';

const periodMs = 60_000;
/** In one period; of more the first are forgotten. */
const maxAnswers = 10_000;

type Answers = Map<string, Promise<object>>;

export class RepeatedRequests {
  readonly #clock: Clock;
  #before: Answers = new Map();
  #now: Answers = new Map();
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  /** The answer to the same request before, or what `answer` makes. */
  answerOnce(message: MessageOf<'execute'>, answer: () => Promise<object>): Promise<object> {
    this.#turn();
    const { id, from, body } = message;
    // An address that was given up may be somebody else's the next minute.
    const key = `${callerOf(message).userUrl} ${from} ${id} ${body.method}`;
    const known = this.#now.get(key) ?? this.#before.get(key);
    if (known !== undefined) return known;
    const made = answer();
    this.#now.set(key, made);
    // Who failed has done nothing and may try again; and an error keeps alive the room and whatever else it comes from.
    made.catch(() => this.#forget(key, made));
    const [oldest] = this.#now.keys();
    if (this.#now.size > maxAnswers && oldest !== undefined) this.#now.delete(oldest);
    return made;
  }

  #forget(key: string, made: Promise<object>): void {
    for (const answers of [this.#now, this.#before]) if (answers.get(key) === made) answers.delete(key);
  }

  #turn(): void {
    const periods = Math.floor((this.#clock.now() - this.#since) / periodMs);
    if (periods === 0) return;
    this.#since += periods * periodMs;
    this.#before = periods === 1 ? this.#now : new Map();
    this.#now = new Map();
  }
}
