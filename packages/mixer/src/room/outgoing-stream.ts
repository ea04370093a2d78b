/** One stream that the mixer sends: numbers its packets, and says by reports which moment a timestamp belongs to. */
import { wrap } from '../rtp/counter.ts';
import { formatRtp } from '../rtp/packet.ts';
import { formatSenderReport } from '../rtp/rtcp.ts';

export interface StreamIdentity {
  readonly ssrc: number;
  readonly payloadType: number;
}

export interface OutgoingOptions extends StreamIdentity {
  /** Units of a timestamp in a second. */
  readonly clockRate: number;
  /** Names the mixer: what it sends goes together. */
  readonly cname: string;
  readonly send: (datagram: Uint8Array) => void;
}

/** Milliseconds from 1900, where NTP begins to count, to 1970. */
const ntpEpochMs = 2_208_988_800_000;

export class OutgoingStream {
  readonly #options: OutgoingOptions;
  #sequenceNumber = 0;
  #packets = 0;
  #octets = 0;
  #frames = 0;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  get ssrc(): number {
    return this.#options.ssrc;
  }

  /** So many were sent. */
  get frames(): number {
    return this.#frames;
  }

  /** @param payloads Of one frame, in order. @param timestamp In units of the clock rate, without a limit. */
  sendFrame(payloads: readonly Uint8Array[], timestamp: number): void {
    const { ssrc, payloadType, send } = this.#options;
    for (const [index, payload] of payloads.entries()) {
      const marker = index === payloads.length - 1;
      const sequenceNumber = this.#sequenceNumber;
      send(formatRtp({ payloadType, marker, sequenceNumber, timestamp: wrap(timestamp, 32), ssrc, payload }));
      this.#sequenceNumber = wrap(sequenceNumber + 1, 16);
      this.#packets += 1;
      this.#octets += payload.length;
    }
    this.#frames += 1;
  }

  /** @param now Milliseconds since 1970, and the same moment as a timestamp. */
  sendReport(now: number, timestamp: number): void {
    const { ssrc, cname, send } = this.#options;
    send(
      formatSenderReport({
        ssrc,
        cname,
        ntpMs: now + ntpEpochMs,
        rtpTimestamp: wrap(timestamp, 32),
        packets: wrap(this.#packets, 32),
        octets: wrap(this.#octets, 32),
      }),
    );
  }
}
