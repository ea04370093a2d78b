/**
 * Nothing a client sends may crash the process, disturb others or stay behind: at least 100,000 messages at a running
 * server, most of them from sessions that begin as they should. PLENUM_SEED repeats a run.
 */
import type { Logger } from '@plenum/hyperty';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flood } from './testing/flood.ts';
import { play, type Script, script, stepsPerScript } from './testing/fuzz-script.ts';
import { FuzzSession } from './testing/fuzz-session.ts';
import { addressesOf, aGuest, type Guest, stateOf } from './testing/guest.ts';
import { expectHealthy, takeInventory, untilInventory } from './testing/inventory.ts';
import { aServer } from './testing/running-server.ts';

const messages = 100_000;
const sessionsAtOnce = 20;
/** A step is sent once or twice, and a session opens with five more. */
const messagesPerScript = stepsPerScript * 1.16 + 4;
const runs = Math.ceil(messages / (sessionsAtOnce * messagesPerScript)) + 1;
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

/** Two who see each other, and to whom nothing more is to be said. */
async function aPair(url: string): Promise<readonly [Guest, Guest]> {
  const ann = await aGuest(url, 'quiet', 'Ann');
  const ben = await aGuest(url, 'quiet', 'Ben');
  for (const guest of [ann, ben]) {
    await expect.poll(() => liveIn(guest)).toBe(2);
    await expect.poll(() => filledSlots(guest)).toBe(2);
  }
  return [ann, ben];
}

function liveIn({ participant }: Guest): number {
  return Object.values(participant.room.data.participants).filter(({ status }) => status === 'live').length;
}

function filledSlots({ participant }: Guest): number {
  return Object.values(participant.server.data.slots ?? {}).filter(({ participantId }) => participantId)
    .length;
}

interface Tally {
  messages: number;
  readonly answers: Map<string, number>;
}

async function playTogether(
  url: string,
  scripts: readonly Script[],
  others: readonly string[],
  tally: Tally,
) {
  const visits = scripts.map((each) => ({ script: each, session: new FuzzSession(url) }));
  try {
    await Promise.all(visits.map((visit) => play(visit.session, visit.script, others)));
    for (const { session } of visits) {
      await session.settled();
      if (session.isOpen) expect(session.unanswered.map(shorten)).toEqual([]);
      expect(session.overanswered.map(shorten)).toEqual([]);
      tally.messages += session.sentCount;
      for (const [code, count] of session.answers)
        tally.answers.set(code, (tally.answers.get(code) ?? 0) + count);
    }
  } finally {
    for (const visit of visits) visit.session.close(visit.script.end);
  }
}

function shorten(text: string): string {
  return text.length < 600 ? text : `${text.slice(0, 600)}… (${text.length})`;
}

/** The seed and the cause; the messages of a run would fill the screen, and the seed makes them again. */
function reportSeed({ failed, seed, counterexamplePath, errorInstance }: fc.RunDetails<[Script[]]>): void {
  if (failed) throw new Error(`PLENUM_SEED=${seed} (path ${counterexamplePath})`, { cause: errorInstance });
}

test(`${messages} messages that mutate valid ones are answered, disturb nobody and leave nothing behind`, async () => {
  const { logger, errors } = aWatchingLogger();
  const { url } = await aServer({ limits: unlimited }, logger);
  const pair = await aPair(url);
  const before = pair.map(stateOf);
  const inventory = await takeInventory(url);
  const others = pair.flatMap(addressesOf);
  const tally: Tally = { messages: 0, answers: new Map() };
  const seed = Number(process.env['PLENUM_SEED'] ?? Date.now() % 2 ** 31);
  process.stdout.write(`seed ${seed}\n`);
  const visits = fc.array(script, { minLength: sessionsAtOnce, maxLength: sessionsAtOnce, size: 'max' });
  await fc.assert(
    fc.asyncProperty(visits, async (scripts) => {
      await playTogether(url, scripts, others, tally);
      await untilInventory(url, inventory);
      await expectHealthy(url);
      expect(pair.map(stateOf)).toEqual(before);
      expect(errors).toEqual([]);
    }),
    { numRuns: runs, seed, endOnFailure: true, reporter: reportSeed },
  );
  const { answers } = tally;
  process.stdout.write(`${tally.messages} messages: ${JSON.stringify(Object.fromEntries(answers))}\n`);
  expect(tally.messages).toBeGreaterThanOrEqual(messages);
  // Not all at the door: many were understood, and many answers to offers were tried, good ones and bad ones.
  expect(answers.get('200')).toBeGreaterThan(messages / 10);
  expect(answers.get('joined')).toBeGreaterThan(messages / 100);
  expect(answers.get('negotiated')).toBeGreaterThan(messages / 10_000);
  expect(answers.get('removed: invalid-answer')).toBeGreaterThan(messages / 10_000);
}, 900_000);

test('a flood at the default limits is refused and cut off, and neighbours elsewhere notice nothing', async () => {
  const { logger, errors } = aWatchingLogger();
  const { url } = await aServer({}, logger);
  const [ann, ben] = await aPair(url);
  const inventory = await takeInventory(url);
  const flooding = flood(url, '127.0.0.2');
  for (const muted of [true, false, true]) {
    ann.participant.connection.set('publications', { microphone: { muted }, camera: { muted: false } });
    const seenByBen = () =>
      ben.participant.room.data.participants[ann.participant.id]?.publications.microphone?.muted;
    await expect.poll(seenByBen, { timeout: 10_000 }).toBe(muted);
  }
  const { sent, refused, cutOff } = await flooding;
  process.stdout.write(`${sent} messages of a flood: ${refused} refused, ${cutOff} sockets cut off\n`);
  expect(refused).toBeGreaterThan(0);
  expect(cutOff).toBeGreaterThan(0);
  await untilInventory(url, inventory);
  await expectHealthy(url);
  expect([...ann.troubles, ...ben.troubles, ...errors]).toEqual([]);
}, 600_000);
