/**
 * Which of one's pictures one other participant is not sent, since the link to them does not carry it beside the sound: the
 * camera first, then the screen. A pure function; docs/adr/0011-a-pair-leaves-out-pictures.md has what was measured.
 *
 * | what is seen                                             | what becomes of it                                      |
 * |----------------------------------------------------------|---------------------------------------------------------|
 * | less is believed to go through than is sent, and is lost | after a while one picture more is left out              |
 * | more would go through                                    | after a while one comes back, not before its hold ends  |
 * | nothing that says so                                     | one comes back all the same, after several holds        |
 * | what came back is too much again                         | it is left out, and its hold is twice as long           |
 */
import type { Source } from '@plenum/protocol';

/** One look at what is sent. */
export interface PairLook {
  /** bit/s that go through, as the browser believes; undefined where it does not say. */
  readonly availableBps: number | undefined;
  /** 0 to 1: of what is sent of pictures, what is sent again because it was lost. */
  readonly resentShare: number;
}

type Sign =
  | { readonly name: 'none' }
  | { readonly name: 'narrow'; readonly since: number }
  | { readonly name: 'wide'; readonly since: number };

export interface PairAllotment {
  /** In the order in which they went. */
  readonly leftOut: readonly Source[];
  /** What the last looks say, all of them since then; milliseconds on the clock. */
  readonly sign: Sign;
  /** When a picture was last left out. */
  readonly lessAt: number;
  /** When one last came back. */
  readonly moreAt: number;
  /** Milliseconds that a picture stays away at least. */
  readonly holdMs: number;
}

const noSign: Sign = { name: 'none' };

/** bit/s of one who speaks, sent twice against loss, with its packets' headers. */
const soundBps = 80_000;
/** bit/s at which browsers stop to make a picture smaller and rather lose it, with what of it is sent again. */
const pictureBps = 40_000;
/** A link that is too narrow for what is sent loses of it, once its queue is full; one of a machine that is slow does not. */
const narrowShare = 0.05;
/** The browser's own estimate is right after one or two seconds; what is lost until then is no reason. */
const lessAfterMs = 3_000;
/** Of a link that is tried it is known already that it was narrow. */
const triedForMs = 1_000;
/** For so long what was lost of a picture that is left out is sent again; one that is too much when it is back is lost by then. */
const settleMs = 10_000;
/** What would go through must do so for a while. */
const moreAfterMs = 3_000;
const leastHoldMs = 10_000;
/** A try that fails costs some seconds of sound. */
const mostHoldMs = 80_000;
/** Who is silent sends next to nothing, and finds out nothing of the link: after so many holds it is tried all the same. */
const holdsUntilTried = 3;
/** A picture that has been back for so long was no failure. */
const provenMs = 30_000;

export const allPictures: PairAllotment = {
  leftOut: [],
  sign: noSign,
  lessAt: -Infinity,
  moreAt: -Infinity,
  holdMs: leastHoldMs,
};

/** @param pictures What there is to be sent, in the order in which it is left out. @param now Milliseconds on the clock. */
export function allotPair(
  before: PairAllotment,
  look: PairLook,
  pictures: readonly Source[],
  now: number,
): PairAllotment {
  // As many as before of those that there are, in their order: of a screen that was left out beside a camera the camera takes the place.
  const leftOut = pictures.slice(0, before.leftOut.filter((source) => pictures.includes(source)).length);
  const sign = signOf(look, pictures.length - leftOut.length, leftOut.length, before.sign, now);
  const current = { ...before, leftOut, sign };
  const next = pictures.find((source) => !leftOut.includes(source));
  if (next !== undefined && isTooMuch(current, now)) return leaveOut(current, next, now);
  return isTimeForMore(current, look, now) ? bringBack(current, now) : current;
}

function signOf(
  { availableBps = Infinity, resentShare }: PairLook,
  sent: number,
  leftOut: number,
  before: Sign,
  now: number,
): Sign {
  const isLosing = resentShare >= narrowShare;
  const isNarrow = sent > 0 && isLosing && availableBps < takenBy(sent);
  const isWide = leftOut > 0 && !isLosing && availableBps >= takenBy(sent + 1);
  if (!isNarrow && !isWide) return noSign;
  const name = isNarrow ? 'narrow' : 'wide';
  return name === before.name ? before : { name, since: now };
}

function takenBy(pictures: number): number {
  return soundBps + pictures * pictureBps;
}

function isTooMuch({ sign, lessAt, moreAt }: PairAllotment, now: number): boolean {
  const patienceMs = now - moreAt < settleMs ? triedForMs : lessAfterMs;
  return sign.name === 'narrow' && now - sign.since >= patienceMs && now - lessAt >= settleMs;
}

function isTimeForMore(
  { leftOut, sign, lessAt, moreAt, holdMs }: PairAllotment,
  { resentShare }: PairLook,
  now: number,
): boolean {
  const waitedMs = now - Math.max(lessAt, moreAt);
  if (leftOut.length === 0 || resentShare >= narrowShare || waitedMs < holdMs) return false;
  const isWide = sign.name === 'wide' && now - sign.since >= moreAfterMs;
  return isWide || waitedMs >= holdsUntilTried * holdMs;
}

function leaveOut(before: PairAllotment, source: Source, now: number): PairAllotment {
  const isFailure = now - before.moreAt < provenMs;
  const holdMs = isFailure ? Math.min(2 * before.holdMs, mostHoldMs) : leastHoldMs;
  return { ...before, leftOut: [...before.leftOut, source], sign: noSign, lessAt: now, holdMs };
}

function bringBack(before: PairAllotment, now: number): PairAllotment {
  return { ...before, leftOut: before.leftOut.slice(0, -1), sign: noSign, moreAt: now };
}
