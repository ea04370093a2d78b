/**
 * Which pictures a viewer is sent when the link does not carry them all: as many of the most important as go through at their
 * smallest, at least one, and never at the cost of sound. A pure function; the media server gives each of those as large a layer as fits.
 */

export interface Budget {
  /** bit/s that the link is believed to carry, sounds included; undefined where nothing is known. */
  readonly availableBps: number | undefined;
  /** Sounds that the viewer hears at once, at most. */
  readonly sounds: number;
}

export interface Allotment {
  /** Pictures that may be sent; undefined: all. */
  readonly pictures: number | undefined;
  /** Since when more would go through; milliseconds on the clock. */
  readonly moreSince: number | undefined;
  /** Since when fewer would. */
  readonly lessSince: number | undefined;
}

export const everything: Allotment = { pictures: undefined, moreSince: undefined, lessSince: undefined };

/** bit/s of one who speaks, with its packets' headers. People speak one at a time, or two. */
const soundBps = 45_000;
const soundsAtOnce = 2;
/** bit/s of a picture at its smallest, at two of its three frame rates. */
const pictureBps = 60_000;
/** Always sent, as small as it goes through: by what comes of it the media server sees what the link carries. */
const least = 1;
/** A dip that is over by then is left to the media server's layers. */
const lessAfterMs = 800;
/** Where not half of what is sent goes through, waiting would cost sound: what is lost of pictures is sent again, before it. */
const tooMuch = 2;
/** What would go through must do so for a while: a picture that comes and goes is worse than none. */
const moreAfterMs = 1_000;
/** And with something to spare. */
const spare = 1.2;

/** @param wanted How many pictures there are. @param now Milliseconds on the clock. */
export function allot(
  before: Allotment,
  { availableBps, sounds }: Budget,
  wanted: number,
  now: number,
): Allotment {
  if (availableBps === undefined) return everything;
  const forSound = Math.min(sounds, soundsAtOnce) * soundBps;
  const countIn = (bps: number) => Math.max(least, Math.floor((bps - forSound) / pictureBps));
  const [fitting, certain] = [countIn(availableBps), countIn(forSound + (availableBps - forSound) / spare)];
  const current = Math.min(before.pictures ?? wanted, wanted);
  if (fitting < current) {
    const lessSince = before.lessSince ?? now;
    const isUrgent = availableBps * tooMuch < forSound + current * pictureBps;
    if (!isUrgent && now - lessSince < lessAfterMs) return { ...before, lessSince, moreSince: undefined };
    return { pictures: fitting, moreSince: undefined, lessSince: undefined };
  }
  if (current === wanted) return everything;
  if (certain <= current) return { ...before, moreSince: undefined, lessSince: undefined };
  const moreSince = before.moreSince ?? now;
  if (now - moreSince < moreAfterMs) return { ...before, moreSince, lessSince: undefined };
  return certain >= wanted ? everything : { pictures: certain, moreSince: undefined, lessSince: undefined };
}
