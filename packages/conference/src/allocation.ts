/**
 * Which pictures a viewer is sent when the link does not carry them all: as many of the most important as go through at their
 * smallest, at least one, and never at the cost of sound. A pure function; docs/adr/0009-the-estimate-is-pushed.md has the reasons.
 */
import type { LinkEstimate } from '@plenum/media';
import type { ConnectionData } from '@plenum/protocol';

export interface Budget extends LinkEstimate {
  /** Sounds that the viewer hears at once, at most. */
  readonly sounds: number;
}

export interface Allotment {
  /** Pictures that may be sent; undefined: all. */
  readonly pictures: number | undefined;
  /** What the link carried when that was decided; undefined where all are sent. */
  readonly availableBps: number | undefined;
  /** Since when more would go through; milliseconds on the clock. */
  readonly moreSince: number | undefined;
  /** Since when fewer would. */
  readonly lessSince: number | undefined;
  /** When something was lost last. */
  readonly lostAt: number | undefined;
}

export const everything: Allotment = {
  pictures: undefined,
  availableBps: undefined,
  moreSince: undefined,
  lessSince: undefined,
  lostAt: undefined,
};

/** bit/s of one who speaks, with its packets' headers. People speak one at a time, or two. */
const soundBps = 45_000;
const soundsAtOnce = 2;
/** bit/s of a picture at its smallest, at two of its three frame rates. */
const pictureBps = 60_000;
/** Always sent, as small as it goes through: by what comes of it the media server sees what the link carries. */
const least = 1;
/** A dip that is over by then is left to the media server's layers. */
const lessAfterMs = 800;
/**
 * A link that is too narrow for what is sent loses of it, once its queue is full. Without that a low estimate says that one of
 * the two machines is short of processor time: what is sent arrives all the same.
 */
const narrowLoss = 0.05;
/** After so long without loss the media server, which sends by its estimate, may do as it sees fit again. */
const calmMs = 10_000;
/** Where not half of what is sent goes through, waiting would cost sound: what is lost of pictures is sent again, before it. */
const tooMuch = 2;
/** What would go through must do so for a while: a picture that comes and goes is worse than none. */
const moreAfterMs = 1_000;
/** And with something to spare. */
const spare = 1.2;

/** @param wanted How many pictures there are. @param now Milliseconds on the clock. */
export function allot(
  before: Allotment,
  { availableBps, lostShare, sounds }: Budget,
  wanted: number,
  now: number,
): Allotment {
  const isLosing = lostShare >= narrowLoss;
  const lostAt = isLosing ? now : (before.lostAt ?? now);
  const forSound = Math.min(sounds, soundsAtOnce) * soundBps;
  const countIn = (bps: number) => Math.max(least, Math.floor((bps - forSound) / pictureBps));
  const [fitting, certain] = [countIn(availableBps), countIn(forSound + (availableBps - forSound) / spare)];
  const current = Math.min(before.pictures ?? wanted, wanted);
  if (fitting < current && isLosing) {
    const lessSince = before.lessSince ?? now;
    const isUrgent = availableBps * tooMuch < forSound + current * pictureBps;
    if (!isUrgent && now - lessSince < lessAfterMs)
      return { ...before, lessSince, moreSince: undefined, lostAt };
    return { pictures: fitting, availableBps, moreSince: undefined, lessSince: undefined, lostAt };
  }
  if (current === wanted || now - lostAt >= calmMs) return everything;
  if (certain <= current) return { ...before, moreSince: undefined, lessSince: undefined, lostAt };
  const moreSince = before.moreSince ?? now;
  if (now - moreSince < moreAfterMs) return { ...before, moreSince, lessSince: undefined, lostAt };
  if (certain >= wanted) return everything;
  return { pictures: certain, availableBps, moreSince: undefined, lessSince: undefined, lostAt };
}

/** bit/s that so many pictures take at their smallest, with the sound beside them and something to spare. */
export function neededFor(pictures: number, sounds: number): number {
  return Math.min(sounds, soundsAtOnce) * soundBps + pictures * pictureBps * spare;
}

/** In so large steps a viewer is told what its link carries: an estimate says no more. */
const toldStepBps = 10_000;

/** What the viewer is told; undefined where nothing is left out. */
export function tellAllotment({ pictures, availableBps }: Allotment): ConnectionData['allotment'] {
  if (pictures === undefined || availableBps === undefined) return undefined;
  return { pictures, availableBps: Math.round(availableBps / toldStepBps) * toldStepBps };
}
