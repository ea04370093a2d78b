/** What is said while there is no link waits here, in order, until there is one. */
import { longestResumeSeconds, type Message } from '@plenum/protocol';

/** Milliseconds. A request that is waited for so long is sent whenever the link comes back, or the session is over. */
export const throughLossMs = (longestResumeSeconds + 60) * 1000;

interface Held {
  readonly message: Message;
  /** A request whose answer is waited for: of no use any more once nobody waits. */
  readonly isTracked: boolean;
}

const maxHeld = 256;

export class Outbox {
  #held: readonly Held[] = [];

  /** The oldest give way. Requests are not lost by that: they are among the unanswered. */
  hold(message: Message, isTracked: boolean): void {
    this.#held = [...this.#held, { message, isTracked }].slice(-maxHeld);
  }

  /**
   * Everything to send over a new link, in the order in which it was said, since what gives an address up must not overtake
   * what claims it: first the requests of before the loss, of which nobody knows whether they arrived, then what waited here.
   */
  empty(unanswered: readonly Message[]): readonly Message[] {
    const held = this.#held;
    this.#held = [];
    const isHeld = new Set(held.map(({ message }) => message));
    const isUnanswered = new Set(unanswered);
    const before = unanswered.filter((message) => !isHeld.has(message));
    const since = held.filter(({ message, isTracked }) => !isTracked || isUnanswered.has(message));
    return [...before, ...since.map(({ message }) => message)];
  }
}
