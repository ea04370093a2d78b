/**
 * How much of the pictures a device is to be sent, from how it keeps up with what it is sent.
 *
 * | state     | `behind`, three looks in a row        | `at-ease` most of the time       |
 * | --------- | ------------------------------------- | -------------------------------- |
 * | unlimited | → limited, a step down                |                                  |
 * | limited   | → limited, a step down                | → trying, a step up, after a while |
 * | trying    | → limited, back down, a longer while  | → limited or unlimited, once it has held |
 */
import { assertNever } from '@plenum/protocol';
import type { Pace } from './pace.ts';

/** How many steps below all that is asked for: see `limitPictures`. */
export type Step = number;

export type DecodeState =
  | { readonly name: 'unlimited'; readonly looksBehind: number }
  | {
      readonly name: 'limited';
      readonly step: Step;
      readonly looksBehind: number;
      /** Looks at which it kept up with ease, less those at which it did not. */
      readonly easyLooks: number;
      /** How many there have to be before more is tried. */
      readonly patience: number;
    }
  | {
      readonly name: 'trying';
      readonly step: Step;
      readonly looksBehind: number;
      /** Milliseconds on the clock. */
      readonly since: number;
      readonly patience: number;
    };

export interface Look {
  /** Undefined where no picture says anything. */
  readonly pace: Pace | undefined;
  readonly at: number;
}

/** Where the next step leads that changes something. */
export interface NextSteps {
  /** The same where there is nothing left to leave out. */
  readonly down: Step;
  readonly up: Step;
}

/** A key frame, or a window that is opened, takes a moment of any device. */
const looksInARow = 3;
/** Half a minute, by looks of three seconds; a busy moment among them is no reason to begin anew. */
const leastPatience = 10;
/** Eight minutes: each trial that fails is seen for some ten seconds. */
const mostPatience = 160;
/** After that long it is not the step up that fails. */
const holdsForMs = 30_000;

export const unlimited: DecodeState = { name: 'unlimited', looksBehind: 0 };

/** So much is tried at once, whatever was found before. */
export function limitedTo(step: Step): DecodeState {
  return { name: 'limited', step, looksBehind: 0, easyLooks: 0, patience: leastPatience };
}

export function stepOf(state: DecodeState): Step {
  return state.name === 'unlimited' ? 0 : state.step;
}

export function transition(state: DecodeState, look: Look, next: NextSteps): DecodeState {
  const looksBehind = look.pace === 'behind' ? state.looksBehind + 1 : 0;
  if (looksBehind >= looksInARow) return stepDown(state, next.down);
  const counted = looksBehind === state.looksBehind ? state : { ...state, looksBehind };
  switch (counted.name) {
    case 'unlimited':
      return counted;
    case 'limited':
      return tryMore(counted, look, next.up);
    case 'trying':
      return looksBehind === 0 && look.at - counted.since >= holdsForMs ? hold(counted) : counted;
    default:
      return assertNever(counted);
  }
}

function stepDown(state: DecodeState, step: Step): DecodeState {
  const calm = { looksBehind: 0, easyLooks: 0 };
  switch (state.name) {
    case 'unlimited':
      return step === 0 ? unlimited : { name: 'limited', step, ...calm, patience: leastPatience };
    case 'limited':
      return { ...state, step, ...calm };
    case 'trying':
      return { name: 'limited', step, ...calm, patience: Math.min(2 * state.patience, mostPatience) };
    default:
      return assertNever(state);
  }
}

type Limited = Extract<DecodeState, { name: 'limited' }>;
type Trying = Extract<DecodeState, { name: 'trying' }>;

function tryMore(state: Limited, { pace, at }: Look, step: Step): DecodeState {
  // Where nothing comes that would keep a device busy, it has ease.
  const isEasy = pace === 'at-ease' || pace === undefined;
  const easyLooks = Math.max(0, state.easyLooks + (isEasy ? 1 : -1));
  if (easyLooks < state.patience) return easyLooks === state.easyLooks ? state : { ...state, easyLooks };
  return { name: 'trying', step, looksBehind: 0, since: at, patience: state.patience };
}

function hold({ step, patience }: Trying): DecodeState {
  if (step === 0) return unlimited;
  return {
    name: 'limited',
    step,
    looksBehind: 0,
    easyLooks: 0,
    // Halved, and not forgotten: where it is a near thing it goes up and down ever more seldom.
    patience: Math.max(patience / 2, leastPatience),
  };
}
