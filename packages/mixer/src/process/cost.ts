/** What mixing a room costs, as measured, so that no more is begun than the machine does in time. */
import type { PictureCodec } from '../picture/codec.ts';

export interface RoomLoad {
  /** Of the one picture; `none` where it is not made, and everybody's own is only written down. */
  readonly codec: PictureCodec | 'none';
  /** Who is in it, or will be. */
  readonly people: number;
  /** Whether it is made smaller as well. */
  readonly isSmallShown?: boolean | undefined;
}

/**
 * Hundredths of a core, on the machine of docs/performance.md, of 720 lines at 25 frames a second with everybody's camera in 360
 * lines. A machine that is slower does less than it promises: the budget is to be set for it.
 */
const encoding: Readonly<Record<RoomLoad['codec'], number>> = { h264: 8, vp8: 25, none: 0 };
/** Of an eighth of the pixels in a second; reckoned, with something for making it smaller. */
const encodingSmall: Readonly<Record<RoomLoad['codec'], number>> = { h264: 2, vp8: 4, none: 0 };
const thread = 5;
/** A picture decoded and drawn, a voice decoded, and a sound encoded. */
const mixed = 2.2;
/** What they send, only written down. */
const written = 0.7;

export function costOf({ codec, people, isSmallShown = false }: RoomLoad): number {
  const pictures = encoding[codec] + (isSmallShown ? encodingSmall[codec] : 0);
  return thread + pictures + (codec === 'none' ? written : mixed) * people;
}

/** A room has one thread, which has to keep up. */
const threadAtMost = 85;

/**
 * @param budget Hundredths of a core.
 * @param replaced One more that is there, and goes as soon as the other is: less than it always fits, since rooms grow.
 */
export function isRoomLeft(
  budget: number,
  rooms: readonly RoomLoad[],
  another: RoomLoad,
  replaced?: RoomLoad,
): boolean {
  if (replaced !== undefined && costOf(another) <= costOf(replaced)) return true;
  if (costOf(another) > threadAtMost) return false;
  return [...rooms, another].reduce((sum, room) => sum + costOf(room), 0) <= budget;
}
