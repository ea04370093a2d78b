/**
 * Says at which moment a timestamp of one track was (RFC 3550 section 6.4.1): by the sender's reports where they came, by when packets
 * came before that.
 */
import { unwrap } from '../rtp/counter.ts';

interface Anchor {
  /** Without a limit. */
  readonly timestamp: number;
  /** Milliseconds since 1970, of the same moment. */
  readonly wallMs: number;
  readonly isReported: boolean;
}

/** Milliseconds; a smaller difference comes from how reports are made, and to follow it would make the sound uneven. */
const followFromMs = 20;
/** Milliseconds; what is further off is no moment of this track: its sender began anew, or reports what cannot be. */
const offAtMostMs = 2_000;

export class TrackClock {
  readonly #clockRate: number;
  #anchor: Anchor | undefined;
  #last: number | undefined;

  /** @param clockRate Units of a timestamp in a second. */
  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** @param timestamp Of 32 bits. @param arrivalMs When it came. Both results and arrivals are milliseconds since 1970. */
  timeOf(timestamp: number, arrivalMs: number): number {
    const unwrapped = unwrap(timestamp, 32, this.#last);
    this.#last = unwrapped;
    const known = this.#at(unwrapped);
    if (known !== undefined && Math.abs(known - arrivalMs) <= offAtMostMs) return known;
    this.#anchor = { timestamp: unwrapped, wallMs: arrivalMs, isReported: false };
    return arrivalMs;
  }

  /** @param wallMs Milliseconds since 1970 of the moment that the sender names. */
  handleReport(timestamp: number, wallMs: number): void {
    const unwrapped = unwrap(timestamp, 32, this.#last);
    this.#last ??= unwrapped;
    const offMs = Math.abs((this.#at(unwrapped) ?? wallMs) - wallMs);
    const isWorthIt = this.#anchor?.isReported !== true || offMs > followFromMs;
    if (isWorthIt && offMs <= offAtMostMs) this.#anchor = { timestamp: unwrapped, wallMs, isReported: true };
  }

  #at(timestamp: number): number | undefined {
    if (this.#anchor === undefined) return undefined;
    return this.#anchor.wallMs + ((timestamp - this.#anchor.timestamp) * 1_000) / this.#clockRate;
  }
}
