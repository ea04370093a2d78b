/**
 * How many bytes may be under way to one receiver. Grows while they arrive as fast as they ever did, and shrinks as soon as they
 * begin to queue (LEDBAT, RFC 6817): so a file takes what nobody else wants, and sound and picture find no queue before them.
 */
import { chunkSize } from './file-reader.ts';

/** Milliseconds by which a file may delay what shares its way. RFC 6817 section 2.4.2 allows 100. */
const targetDelayMs = 60;
/** One on the wire and one behind it: the least with which a line is not idle between two words of the receiver. */
const minBytes = 2 * chunkSize;
const maxBytes = 1_048_576;
const initialBytes = 4 * chunkSize;
/** The way may have become longer: the shortest time is one of the last one or two of these spans. */
const baseSpanMs = 30_000;

interface Sent {
  readonly end: number;
  readonly at: number;
}

export class SendWindow {
  #bytes = initialBytes;
  #isStarting = true;
  #sent: Sent[] = [];
  #base = { current: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY, since: 0 };

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes up to `end` went out. */
  handleSent(end: number, now: number): void {
    this.#sent.push({ end, at: now });
  }

  /** The receiver has all up to `received`, `count` of them new. */
  handleArrived(received: number, count: number, now: number): void {
    const arrived = this.#sent.filter(({ end }) => end <= received);
    const last = arrived.at(-1);
    if (last === undefined) return;
    this.#sent = this.#sent.slice(arrived.length);
    const delayMs = now - last.at;
    const queuedMs = delayMs - this.#shortest(delayMs, now);
    this.#adapt((targetDelayMs - queuedMs) / targetDelayMs, count);
  }

  /** @param room 1: nothing queues, 0: as much as may be, below: too much. */
  #adapt(room: number, count: number): void {
    if (room < 0.5) this.#isStarting = false;
    // By one chunk in a round trip, or down by half in one: a queue that is there holds up others now.
    const grown = room > 0 ? (room * count * chunkSize) / this.#bytes : (Math.max(room, -1) * count) / 2;
    this.#set(this.#bytes + (this.#isStarting ? count : grown));
  }

  #shortest(delayMs: number, now: number): number {
    const { current, before, since } = this.#base;
    const isOver = now - since > baseSpanMs;
    this.#base = isOver
      ? { current: delayMs, before: current, since: now }
      : { current: Math.min(current, delayMs), before, since };
    return Math.min(this.#base.current, this.#base.before);
  }

  /** What was under way is lost. */
  handleLoss(): void {
    this.#sent = [];
    this.#isStarting = false;
    this.#set(this.#bytes / 2);
  }

  #set(bytes: number): void {
    this.#bytes = Math.min(Math.max(bytes, minBytes), maxBytes);
  }
}
