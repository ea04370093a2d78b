/**
 * Nothing a client sends may crash the process, disturb others or stay behind: at least 100,000 messages at a running
 * server, most of them from sessions that begin as they should, and frames that are no messages. The same
 * ones each time, unless FUZZ_SEED says otherwise; `npm run prove` sends two million.
 */
import type { Logger } from '@plenum/hyperty';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { flood } from './testing/flood.ts';
import { mintJanitorPass, mintPasses } from './testing/fuzz-passes.ts';
import { createTally, type FuzzTarget, playRound, type Round, roundOf } from './testing/fuzz-round.ts';
import { stepsPerScript } from './testing/fuzz-script.ts';
import { addressesOf, aPair, type Guest, stateOf } from './testing/guest.ts';
import { ailmentOf, differencesFrom, takeInventory } from './testing/inventory.ts';
import { aFolder, aServer } from './testing/running-server.ts';
import { readTokenKey } from './token/key-file.ts';

const messages = 100_000;
const size = { visits: 100, raws: 60 };
/** A step is sent once or twice, and a session opens with half a dozen more. */
const messagesPerScript = stepsPerScript * 1.1;
const runs = Math.ceil(messages / (size.visits * messagesPerScript)) + 1;
/** As short as it may be: after each round those who were lost are waited for. */
const resumeSeconds = 1;
const unlimited = {
  sessionsPerAddress: 10_000,
  messagesPerSecond: 1_000_000,
  roomsPerAddress: 10_000,
  participantsPerRoom: 1_000,
  rooms: 10_000,
};

/** Failures that the server itself calls its own. */
function aWatchingLogger(): { readonly logger: Logger; readonly errors: unknown[] } {
  const errors: unknown[] = [];
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message, fields) => errors.push({ message, ...fields }),
    child: () => logger,
  };
  return { logger, errors };
}

async function aQuietPair(url: string): Promise<readonly [Guest, Guest]> {
  const pair = await aPair(url);
  for (const guest of pair) onTestFinished(guest.close);
  return pair;
}

/** The seed and the cause; the messages of a run would fill the screen, and the seed makes them again. */
function reportSeed({ failed, seed, counterexamplePath, errorInstance }: fc.RunDetails<[Round]>): void {
  if (failed) throw new Error(`FUZZ_SEED=${seed} (path ${counterexamplePath})`, { cause: errorInstance });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

test(`${messages} messages that mutate valid ones are answered, disturb nobody and leave nothing behind`, async () => {
  const { logger, errors } = aWatchingLogger();
  const data = aFolder();
  const { url } = await aServer({ limits: unlimited, resumeSeconds, data }, logger);
  const key = readTokenKey(data);
  const pair = await aQuietPair(url);
  const before = pair.map(stateOf);
  const target: FuzzTarget = {
    url,
    inventory: await takeInventory(url),
    passes: await mintPasses(key),
    janitorPass: await mintJanitorPass(key),
    addresses: pair.flatMap(addressesOf),
  };
  const tally = createTally();
  const seed = Number(process.env['FUZZ_SEED'] ?? 1);
  print(`seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(roundOf(size), async (round) => {
      expect(await playRound(target, round, tally)).toEqual([]);
      expect(pair.map(stateOf)).toEqual(before);
      expect(errors).toEqual([]);
    }),
    { numRuns: runs, seed, endOnFailure: true, reporter: reportSeed },
  );
  const { answers, outcomes } = tally;
  print(`${tally.messages} messages: ${JSON.stringify(Object.fromEntries(answers))}`);
  print(`${tally.frames} frames: ${JSON.stringify(Object.fromEntries(outcomes))}`);
  expect(tally.messages).toBeGreaterThanOrEqual(messages);
  // Not all at the door: many were understood, and many answers to offers were tried, good ones and bad ones.
  expect(answers.get('200')).toBeGreaterThan(messages / 10);
  expect(answers.get('joined')).toBeGreaterThan(messages / 100);
  expect(answers.get('negotiated')).toBeGreaterThan(messages / 10_000);
  expect(answers.get('removed: invalid-answer')).toBeGreaterThan(messages / 10_000);
}, 900_000);

test('a flood at the default limits is refused and cut off, and neighbours elsewhere notice nothing', async () => {
  const { logger, errors } = aWatchingLogger();
  const { url } = await aServer({ resumeSeconds }, logger);
  const [ann, ben] = await aQuietPair(url);
  const inventory = await takeInventory(url);
  const flooding = flood(url, '127.0.0.2');
  for (const muted of [true, false, true]) {
    ann.participant.context.set('publications', { microphone: { muted }, camera: { muted: false } });
    const seenByBen = () =>
      ben.participant.room.data.participants[ann.participant.id]?.publications.microphone?.muted;
    await expect.poll(seenByBen, { timeout: 10_000 }).toBe(muted);
  }
  const { sent, refused, cutOff } = await flooding;
  print(`${sent} messages of a flood: ${refused} refused, ${cutOff} sockets cut off`);
  expect(refused).toBeGreaterThan(0);
  expect(cutOff).toBeGreaterThan(0);
  expect(await differencesFrom(url, inventory)).toEqual([]);
  expect(await ailmentOf(url)).toBeUndefined();
  expect([...ann.troubles, ...ben.troubles, ...errors]).toEqual([]);
}, 600_000);
