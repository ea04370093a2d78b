/**
 * What is asked for of all that is on the screen, where the device does not keep up: first smaller pictures, then fewer. What
 * somebody shares goes on as it is, and sound always.
 */
import type { ParticipantId } from '@plenum/protocol';
import type { NextSteps, Step } from './decode-state.ts';

export type Wanted = Readonly<Record<string, number>>;

/** What is on the screen. */
export interface Pictures {
  /** Device pixels of height, by participant. */
  readonly wanted: Wanted;
  /** Who sends the picture of a camera. */
  readonly cameras: ReadonlySet<ParticipantId>;
  /** Who speaks, or did last. */
  readonly speaker: ParticipantId | undefined;
  /** Whether somebody shares a screen. */
  readonly isScreenShown: boolean;
}

interface Limit {
  /** Lines, as many as a camera's middle and lowest layer have. */
  readonly height: number;
  /** Of the cameras that are on the screen. */
  readonly share: number;
}

const limits: readonly Limit[] = [
  { height: Infinity, share: 1 },
  { height: 360, share: 1 },
  { height: 180, share: 1 },
  { height: 180, share: 1 / 2 },
  { height: 180, share: 1 / 4 },
  { height: 180, share: 0 },
];

/** From this step on there are fewer pictures too. */
export const firstStepWithFewer = limits.findIndex(({ share }) => share < 1);

export function limitWanted(pictures: Pictures, step: Step): Wanted {
  const { height, share } = limits[step] ?? { height: Infinity, share: 1 };
  const leftOut = camerasLeftOut(pictures, share);
  return Object.fromEntries(
    Object.entries(pictures.wanted).map(([id, wanted]) => [
      id,
      leftOut.has(id) ? 0 : Math.min(wanted, height),
    ]),
  );
}

/** All but the most important: who speaks before who is large, and at least one unless a screen is to be seen. */
function camerasLeftOut(pictures: Pictures, share: number): ReadonlySet<string> {
  const { wanted, cameras, speaker, isScreenShown } = pictures;
  const shown = [...cameras].filter((id) => (wanted[id] ?? 0) > 0);
  const importanceOf = (id: string) => (id === speaker ? Infinity : (wanted[id] ?? 0));
  const kept = Math.max(Math.ceil(shown.length * share), isScreenShown ? 0 : 1);
  return new Set(shown.toSorted((a, b) => importanceOf(b) - importanceOf(a)).slice(kept));
}

/** The steps next to this one that change what is asked for: one that does not would only cost time. */
export function nextSteps(pictures: Pictures, step: Step): NextSteps {
  const now = limitWanted(pictures, step);
  const isOther = (candidate: Step) => !isSame(now, limitWanted(pictures, candidate));
  const steps = limits.map((_, index) => index);
  const down = steps.find((candidate) => candidate > step && isOther(candidate)) ?? step;
  const up = steps.findLast((candidate) => candidate < step && isOther(candidate)) ?? 0;
  return { down, up };
}

function isSame(one: Wanted, other: Wanted): boolean {
  return Object.entries(one).every(([id, height]) => other[id] === height);
}
