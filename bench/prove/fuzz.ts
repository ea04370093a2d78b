// Two million messages and frames that nobody should send: the server goes on, holds nothing afterwards, and is no larger.
import { isDeepStrictEqual } from 'node:util';
import {
  addressesOf,
  aPair,
  createTally,
  endLinking,
  type FuzzTarget,
  type Guest,
  mintJanitorPass,
  mintPasses,
  playRound,
  readTokenKey,
  roundOf,
  stateOf,
  type Tally,
  takeInventory,
} from '@plenum/server/testing';
import fc from 'fast-check';
import { FuzzedProcess, type Memory } from './fuzzed-process.ts';

export interface FuzzWish {
  /** Messages and frames together. */
  readonly count: number;
  /** After so long it is given up. */
  readonly minutes: number;
  readonly seed: number;
}

/** Large, since after each round everybody who got lost is waited for. */
const roundSize = { visits: 250, raws: 150 };

/** What is loaded, compiled and cached by then is no growth. */
const warmUpShare = 0.1;
const samples = 10;

const megabyte = 2 ** 20;
/** How much more there may be at the end than after the warm-up, in bytes. */
const growthAtMost = { heap: 6 * megabyte, external: 4 * megabyte, resident: 48 * megabyte };

interface Sample {
  readonly sent: number;
  readonly seconds: number;
  readonly memory: Memory;
}

/** Lines of a report. Throws where anything was wrong: a crash, an answer that is missing, something left over, growth. */
export async function proveFuzz(wish: FuzzWish): Promise<readonly string[]> {
  const server = await FuzzedProcess.start();
  try {
    const pair = await aPair(server.url);
    try {
      return await fuzz(wish, server, pair);
    } finally {
      for (const { close } of pair) close();
      endLinking();
    }
  } finally {
    await server.close();
  }
}

async function fuzz(
  wish: FuzzWish,
  server: FuzzedProcess,
  pair: readonly Guest[],
): Promise<readonly string[]> {
  const target = await aTarget(server, pair);
  const before = pair.map(stateOf);
  const tally = createTally();
  const begun = performance.now();
  const taken: Sample[] = [];
  const secondsNow = () => (performance.now() - begun) / 1000;
  for (let round = 0; sentOf(tally) < wish.count; round++) {
    if (secondsNow() > wish.minutes * 60) throw new Error(`only ${sentOf(tally)} in ${wish.minutes} minutes`);
    await playOne(target, wish.seed + round, tally);
    if (!isDeepStrictEqual(pair.map(stateOf), before)) throw new Error('those who behave were disturbed');
    const isDue = sentOf(tally) >= wish.count * (warmUpShare + ((1 - warmUpShare) * taken.length) / samples);
    const memory = await server.takeMemory();
    if (isDue) taken.push({ sent: sentOf(tally), seconds: secondsNow(), memory });
    if (isDue) console.error(`fuzz: ${sentOf(tally)} sent, heap ${inMegabytes(memory.heap)}`);
  }
  const last: Sample = { sent: sentOf(tally), seconds: secondsNow(), memory: await server.takeMemory() };
  return describe([...taken, last], tally, wish);
}

async function aTarget({ url, data }: FuzzedProcess, pair: readonly Guest[]): Promise<FuzzTarget> {
  const key = readTokenKey(data);
  return {
    url,
    passes: await mintPasses(key),
    janitorPass: await mintJanitorPass(key),
    addresses: pair.flatMap(addressesOf),
    inventory: await takeInventory(url),
  };
}

async function playOne(target: FuzzTarget, seed: number, tally: Tally): Promise<void> {
  for (const round of fc.sample(roundOf(roundSize), { seed, numRuns: 1 })) {
    const wrongs = await playRound(target, round, tally);
    if (wrongs.length > 0) throw new Error(`with the seed ${seed}:\n${wrongs.join('\n')}`);
  }
}

function sentOf({ messages, frames }: Tally): number {
  return messages + frames;
}

function describe(taken: readonly Sample[], tally: Tally, { seed }: FuzzWish): readonly string[] {
  const last = taken.at(-1);
  const rate = last === undefined ? 0 : last.sent / last.seconds;
  return [
    `${tally.messages} messages and ${tally.frames} raw frames, ${rate.toFixed(0)} a second, seed ${seed}.`,
    '',
    '| sent | seconds | server heap | server external | server RSS | worker RSS |',
    '|---|---|---|---|---|---|',
    ...taken.map(rowOf),
    '',
    ...describeGrowth(taken),
    '',
    ...tableOf('answer', tally.answers),
    '',
    ...tableOf('end of a raw socket', tally.outcomes),
  ];
}

function rowOf({ sent, seconds, memory }: Sample): string {
  const sizes = [memory.heap, memory.external, memory.resident, memory.workers];
  return `| ${sent} | ${seconds.toFixed(0)} | ${sizes.map(inMegabytes).join(' | ')} |`;
}

function inMegabytes(bytes: number): string {
  return `${(bytes / megabyte).toFixed(1)} MB`;
}

/** @throws Error where it grew by more than it may. */
function describeGrowth(taken: readonly Sample[]): readonly string[] {
  const [first, last] = [taken[0]?.memory, taken.at(-1)?.memory];
  if (first === undefined || last === undefined) return [];
  const kinds = ['heap', 'external', 'resident'] as const;
  const lines = kinds.map((kind) => {
    const grown = last[kind] - first[kind];
    const line = `${kind}: ${inMegabytes(grown)} more than after the warm-up, allowed ${inMegabytes(growthAtMost[kind])}.`;
    return { line, isTooMuch: grown > growthAtMost[kind] };
  });
  if (lines.some(({ isTooMuch }) => isTooMuch)) {
    throw new Error([...taken.map(rowOf), ...lines.map(({ line }) => line)].join('\n'));
  }
  return lines.map(({ line }) => line);
}

function tableOf(title: string, counts: ReadonlyMap<string, number>): readonly string[] {
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return [`| ${title} | times |`, '|---|---|', ...sorted.map(([word, count]) => `| ${word} | ${count} |`)];
}
