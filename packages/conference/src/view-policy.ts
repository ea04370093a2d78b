/**
 * What somebody sees who leaves it to the server: everybody by themselves, or the composite. One pure function.
 *
 * | sees      | and                                                              | sees then                          |
 * |-----------|------------------------------------------------------------------|------------------------------------|
 * | streams   | the device does not decode everybody's smallest in time          | the composite, by `device`         |
 * |           | the line carries the composite, and not everybody's smallest     | the composite, by `line`           |
 * | composite | so few are left that they are no more work than it               | streams, at once                   |
 * |           | half of those are left for whom it was chosen                    | streams, after a minute            |
 * |           | for a while the device or the line does not carry it either, or there is none | streams, and it is not tried again soon |
 *
 * It changes to the composite once a minute at most, and only where that is to be had.
 */
import { type LinkEstimate, smallMixPicture } from '@plenum/media';
import type { ChosenView } from '@plenum/protocol';

/** What a line carries of pictures. */
export type LineFact = 'streams' | 'composite' | 'neither';

export interface ViewFacts {
  /** Others whose cameras send. */
  readonly others: number;
  /** Some of what is on the screen is left out, or the composite stutters, since the device does not decode it in time. */
  readonly isBehind: boolean;
  readonly line: LineFact;
  /** Whether the mixer has not just refused it. */
  readonly isToBeHad: boolean;
}

/** Times are milliseconds on the clock. */
export type ViewChoice =
  | {
      readonly view: 'streams';
      readonly notBefore: number;
      /** Since when the composite would help. */
      readonly dueSince: number | undefined;
    }
  | {
      readonly view: 'composite';
      readonly reason: ChosenView['reason'];
      readonly since: number;
      /** How many there were when it was chosen. */
      readonly others: number;
      readonly uselessSince: number | undefined;
    };

export const atFirst: ViewChoice = {
  view: 'streams',
  notBefore: Number.NEGATIVE_INFINITY,
  dueSince: undefined,
};

/** Of fewer the one picture is more to decode than theirs at their smallest. */
const leastOthers = 3;
/** What a device does not decode is certain by then; what a line carries is believed to be another each second. */
const dueAfterMs = { device: 0, line: 10_000 };
/** Nobody likes a screen that turns to and fro. */
const changeAfterMs = 60_000;
/** The first pictures of it take a moment of any device and line, and three looks of its client at how it gets on. */
const uselessAfterMs = 20_000;
/** What was no help is tried again when much may be another. */
const notSoonMs = 600_000;

/** @param now Milliseconds on the clock. */
export function chooseView(before: ViewChoice, facts: ViewFacts, now: number): ViewChoice {
  if (before.view === 'streams') {
    const reason = reasonFor(facts);
    if (reason === undefined)
      return before.dueSince === undefined ? before : { ...before, dueSince: undefined };
    const dueSince = before.dueSince ?? now;
    if (now < before.notBefore || now - dueSince < dueAfterMs[reason]) return { ...before, dueSince };
    return { view: 'composite', reason, since: now, others: facts.others, uselessSince: undefined };
  }
  const { isBehind, line, isToBeHad, others } = facts;
  const streams = (pauseMs: number): ViewChoice => ({
    view: 'streams',
    notBefore: now + pauseMs,
    dueSince: undefined,
  });
  if (others < leastOthers) return streams(changeAfterMs);
  if (2 * others <= before.others && now - before.since >= changeAfterMs) return streams(changeAfterMs);
  if (!isBehind && line !== 'neither' && isToBeHad) {
    return before.uselessSince === undefined ? before : { ...before, uselessSince: undefined };
  }
  const uselessSince = before.uselessSince ?? now;
  return now - uselessSince < uselessAfterMs ? { ...before, uselessSince } : streams(notSoonMs);
}

/** Why the composite would help; undefined where it would not, or is not to be had. */
function reasonFor({ others, isBehind, line, isToBeHad }: ViewFacts): ChosenView['reason'] | undefined {
  if (!isToBeHad || others < leastOthers) return undefined;
  // What the line does not carry no device would be sent.
  if (isBehind) return line === 'neither' ? undefined : 'device';
  return line === 'composite' ? 'line' : undefined;
}

/** Whether it is another later although nothing happens. */
export function isDueLater(choice: ViewChoice, facts: ViewFacts): boolean {
  return choice.view === 'composite' || reasonFor(facts) !== undefined;
}

/** bit/s: of the picture, and the sound that goes with it. */
const compositeBps = smallMixPicture.bitrateBps + 45_000;
/** Where it is known to carry less than that with something to spare nothing is tried. */
const spare = 1.2;
/** A low estimate without loss says that a machine is short of time, and nothing of the line; see `allot`. */
const narrowLoss = 0.05;

export interface SentFacts {
  /** Whether it is the composite that is sent. */
  readonly isShown: boolean;
  /** Whether pictures are left out, since the line does not carry them. */
  readonly areLeftOut: boolean;
  /** bit/s: of all that is wanted, at its smallest. */
  readonly neededBps: number;
}

/** @param estimate The last; undefined before the first. */
export function lineFactOf(
  { isShown, areLeftOut, neededBps }: SentFacts,
  estimate: LinkEstimate | undefined,
): LineFact {
  const { availableBps, lostShare } = estimate ?? { availableBps: 0, lostShare: 0 };
  if (isShown) return lostShare >= narrowLoss && availableBps < compositeBps ? 'neither' : 'composite';
  // Those that are left out come back by themselves soon, where they go through.
  if (!areLeftOut || availableBps >= neededBps) return 'streams';
  return availableBps >= compositeBps * spare ? 'composite' : 'neither';
}
