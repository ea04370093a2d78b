/** What the mixer needs to know of a codec for pictures: how frames are cut into packets (RFC 7741, RFC 6184) and put together again. */

export type PictureCodec = 'vp8' | 'h264';

/** One packet's part of a frame. */
export interface FramePart {
  /** In the form that a decoder takes. */
  readonly data: Uint8Array;
  /** Whether a frame may begin with it. */
  readonly isStart: boolean;
}

export interface FrameFormat {
  /** Undefined for what cannot be read. */
  readonly parsePart: (payload: Uint8Array) => FramePart | undefined;
  readonly isKeyFrame: (frame: Uint8Array) => boolean;
  /** Payloads of packets, in order; the last one is to be marked. @param number Counts the frames. */
  readonly split: (frame: Uint8Array, number: number) => readonly Uint8Array[];
}

/** Octets of payload: with all headers a packet stays below what networks carry in one piece. */
export const maxPayloadSize = 1_180;

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
