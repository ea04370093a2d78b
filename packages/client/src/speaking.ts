// Who is speaking, judged by levels sampled several times a second. Speech has gaps between words: a ring that
// followed the level would flicker. So it comes on with the first loud sample and goes off after a pause.

/** About -40 dB: speech is some -30 to -20 dB, what noise suppression leaves of a room below -50 dB. */
const threshold = 0.01;

/** Longer than the gaps between words, shorter than what would show two people speaking after one another as both. */
const holdMs = 600;

export interface SpeakingState<Id extends string = string> {
  /** The same set as before unless somebody began or ended. */
  readonly speaking: ReadonlySet<Id>;
  /** When each who is speaking was last loud. */
  readonly lastLoudMs: ReadonlyMap<Id, number>;
}

/** Nobody has spoken yet. */
export function silence<Id extends string>(): SpeakingState<Id> {
  return { speaking: new Set(), lastLoudMs: new Map() };
}

/**
 * Takes one sample of everybody's level: linear amplitude from 0 to 1, as `audioLevel` of a receiver. Who is
 * missing from `levels` is silent.
 */
export function hear<Id extends string>(
  previous: SpeakingState<Id>,
  levels: ReadonlyMap<Id, number>,
  nowMs: number,
): SpeakingState<Id> {
  const lastLoudMs = new Map(previous.lastLoudMs);
  for (const [id, level] of levels) if (level >= threshold) lastLoudMs.set(id, nowMs);
  for (const [id, loudMs] of lastLoudMs) if (nowMs - loudMs >= holdMs) lastLoudMs.delete(id);
  return conclude(previous, lastLoudMs);
}

/** Who is shown as the one who speaks: the same until they pause and another speaks, and after the last word too. */
export function followSpeaking<Id extends string>(
  before: Id | undefined,
  speaking: ReadonlySet<Id>,
): Id | undefined {
  if (before !== undefined && speaking.has(before)) return before;
  const [next] = speaking;
  return next ?? before;
}

function conclude<Id extends string>(
  previous: SpeakingState<Id>,
  lastLoudMs: ReadonlyMap<Id, number>,
): SpeakingState<Id> {
  const isSame =
    lastLoudMs.size === previous.speaking.size &&
    [...lastLoudMs.keys()].every((id) => previous.speaking.has(id));
  return { speaking: isSame ? previous.speaking : new Set(lastLoudMs.keys()), lastLoudMs };
}
