/** What a shared screen is sent as: once, in full, and rather seldom than blurred: half of a text cannot be read. */
import type { PictureWish } from './picture-sender.ts';

const screenEncoding = {
  /** bit/s: a page of small text is sharp within a second, and a film can be followed. */
  maxBitrate: 2_500_000,
  /** Frames a second. */
  maxFramerate: 15,
  /** Before the own camera, where there is not enough for both (W3C WebRTC Priority Control, section 4.1). */
  priority: 'high',
} as const;

/** @param active Whether it is sent now. */
export function inDetail(track: MediaStreamTrack | undefined, active = true): PictureWish {
  return { track, encodings: [{ ...screenEncoding, active }], degradation: 'maintain-resolution' };
}
