/**
 * Puts the frames of one stream together. After a loss there is nothing before the next key frame: of half a frame, and of what is
 * built on it, a decoder makes a torn picture, and a picture that stands still is better.
 */
import { unwrap } from '../rtp/counter.ts';
import type { OrderedPacket } from '../rtp/reorder.ts';
import { concatenate, type FrameFormat, type FramePart } from './codec.ts';

export interface EncodedFrame {
  readonly data: Uint8Array;
  readonly isKeyFrame: boolean;
  /** In units of 90 kHz, without a limit. */
  readonly timestamp: number;
}

export interface Assembled {
  readonly frames: readonly EncodedFrame[];
  /** Whether a key frame has to be asked for before there is another. */
  readonly isKeyFrameNeeded: boolean;
}

/** Octets; a frame that is larger is none. */
const maxFrameSize = 4_000_000;

export class FrameAssembler {
  readonly #format: FrameFormat;
  #parts: FramePart[] = [];
  #size = 0;
  #timestamp: number | undefined;
  /** Whether the frame that is being put together has all of its parts so far. */
  #isWhole = false;
  #isKeyFrameNeeded = true;

  constructor(format: FrameFormat) {
    this.#format = format;
  }

  push(packets: readonly OrderedPacket[]): Assembled {
    const frames = packets.flatMap((packet) => this.#add(packet));
    return { frames, isKeyFrameNeeded: this.#isKeyFrameNeeded };
  }

  #add(packet: OrderedPacket): readonly EncodedFrame[] {
    const timestamp = unwrap(packet.timestamp, 32, this.#timestamp);
    const isAnother = timestamp !== this.#timestamp;
    // Of a frame whose last packet did not come nothing is made.
    const isTorn = packet.isAfterGap || (isAnother && this.#parts.length > 0);
    if (isTorn) this.#lose();
    if (isAnother || isTorn) this.#begin(timestamp);
    this.#take(this.#format.parsePart(packet.payload));
    return packet.marker ? this.#finish(timestamp) : [];
  }

  #begin(timestamp: number): void {
    this.#timestamp = timestamp;
    this.#parts = [];
    this.#size = 0;
    this.#isWhole = true;
  }

  #take(part: FramePart | undefined): void {
    const isMissingItsBegin = part !== undefined && this.#parts.length === 0 && !part.isStart;
    this.#size += part?.data.length ?? 0;
    if (part === undefined || isMissingItsBegin || this.#size > maxFrameSize) this.#lose();
    else if (this.#isWhole) this.#parts.push(part);
  }

  #lose(): void {
    this.#isWhole = false;
    this.#parts = [];
    this.#isKeyFrameNeeded = true;
  }

  #finish(timestamp: number): readonly EncodedFrame[] {
    const { isKeyFrame } = this.#format;
    const data = this.#isWhole ? concatenate(this.#parts.map((part) => part.data)) : undefined;
    this.#parts = [];
    this.#isWhole = false;
    if (data === undefined) return [];
    const isKey = isKeyFrame(data);
    if (this.#isKeyFrameNeeded && !isKey) return [];
    this.#isKeyFrameNeeded = false;
    return [{ data, isKeyFrame: isKey, timestamp }];
  }

  /** A decoder could not make anything of a frame. */
  handleUndecodable(): void {
    this.#isKeyFrameNeeded = true;
  }
}
