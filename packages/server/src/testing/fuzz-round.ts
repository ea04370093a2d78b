/** Many fuzzers at once, and what came of it. */
import fc from 'fast-check';
import { playRaw, type RawScript, rawScript } from './fuzz-frames.ts';
import { tidy } from './fuzz-janitor.ts';
import { createLoot } from './fuzz-knowledge.ts';
import type { Passes } from './fuzz-passes.ts';
import { type Script, script } from './fuzz-script.ts';
import { Visit } from './fuzz-visit.ts';
import { ailmentOf, differencesFrom, type Inventory } from './inventory.ts';

export interface Round {
  readonly visits: readonly Script[];
  /** A few at once, beside the visits. */
  readonly raws: readonly RawScript[];
}

export interface RoundSize {
  readonly visits: number;
  readonly raws: number;
}

export function roundOf({ visits, raws }: RoundSize): fc.Arbitrary<Round> {
  return fc.record({
    visits: fc.array(script, { minLength: visits, maxLength: visits, size: 'max' }),
    raws: fc.array(rawScript, { minLength: raws, maxLength: raws, size: 'max' }),
  });
}

export interface FuzzTarget {
  /** With a slash at its end. */
  readonly url: string;
  readonly passes: Passes;
  readonly janitorPass: string;
  /** What it holds when the fuzzers have gone. */
  readonly inventory: Inventory;
  /** Addresses of others, whom the fuzzers know. */
  readonly addresses: readonly string[];
}

/** What was sent and what became of it, by outcome. */
export interface Tally {
  messages: number;
  frames: number;
  readonly answers: Map<string, number>;
  readonly outcomes: Map<string, number>;
}

const rawsAtOnce = 3;

export function createTally(): Tally {
  return { messages: 0, frames: 0, answers: new Map(), outcomes: new Map() };
}

/** Plays it and counts it. What was wrong, in words: answers that are missing, and what is left over when everybody has gone. */
export async function playRound(
  target: FuzzTarget,
  { visits: scripts, raws }: Round,
  tally: Tally,
): Promise<readonly string[]> {
  const { url, passes, addresses, janitorPass, inventory } = target;
  const loot = createLoot(addresses);
  const visits = scripts.map((each) => new Visit(each, { url, passes, loot }));
  const bytes = playAllRaw(url, raws, tally);
  const wrongs = await playVisits(visits);
  await bytes;
  for (const { sessions } of visits) {
    for (const { sentCount, answers } of sessions) {
      tally.messages += sentCount;
      for (const [word, count] of answers) add(tally.answers, word, count);
    }
  }
  await differencesFrom(url, { plenum_sessions: inventory.plenum_sessions });
  await tidy(url, loot.rooms, janitorPass);
  const leftOver = await differencesFrom(url, inventory);
  const ailment = await ailmentOf(url);
  return [...wrongs, ...leftOver, ...(ailment === undefined ? [] : [ailment])];
}

/** Looks at what was wrong while the sockets are open: of what was sent over one that is gone nobody knows. */
async function playVisits(visits: readonly Visit[]): Promise<readonly string[]> {
  try {
    await Promise.all(visits.map((visit) => visit.play()));
    await Promise.all(visits.map((visit) => visit.settled()));
    return visits.flatMap((visit) => visit.wrongs);
  } finally {
    for (const visit of visits) visit.close();
  }
}

async function playAllRaw(url: string, raws: readonly RawScript[], tally: Tally): Promise<void> {
  const waiting = [...raws];
  const playWaiting = async () => {
    for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) {
      const { sent, outcome } = await playRaw(url, each);
      tally.frames += sent;
      add(tally.outcomes, outcome, 1);
    }
  };
  await Promise.all(Array.from({ length: rawsAtOnce }, playWaiting));
}

function add(counts: Map<string, number>, word: string, count: number): void {
  counts.set(word, (counts.get(word) ?? 0) + count);
}
