/**
 * Nothing a client sends may crash the process, disturb others or stay behind: at least 100,000 messages at a running
 * server, most of them from sessions that begin as they should. A failure prints its seed; PLENUM_SEED repeats it.
 */
import type { Logger } from '@plenum/hyperty';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play, type Script, script, stepsPerScript } from './testing/fuzz-script.ts';
import { FuzzSession } from './testing/fuzz-session.ts';
import { aGuest, type Guest } from './testing/guest.ts';
import { expectHealthy, type Inventory, takeInventory, untilInventory } from './testing/inventory.ts';
import { aServer } from './testing/running-server.ts';

const messages = 100_000;
const sessionsAtOnce = 20;
const runs = Math.ceil(messages / (sessionsAtOnce * stepsPerScript));
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

async function aPair(url: string): Promise<readonly [Guest, Guest]> {
  const socket = `${url.replace('http', 'ws')}ws`;
  const ann = await aGuest({ url: socket, roomId: 'quiet', name: 'Ann' });
  const ben = await aGuest({ url: socket, roomId: 'quiet', name: 'Ben' });
  for (const guest of [ann, ben]) {
    await expect.poll(() => guest.server.data.status).toMatch(/connected|completed/);
    await expect
      .poll(() => Object.values(guest.room.data.participants).map(({ status }) => status))
      .toEqual(['live', 'live']);
  }
  await expect.poll(() => isFilled(ann) && isFilled(ben)).toBe(true);
  return [ann, ben];
}

function isFilled({ server }: Guest): boolean {
  return Object.values(server.data.slots ?? {}).filter(({ participantId }) => participantId).length === 2;
}

/** All that a guest knows, to be compared: versions too, so that nothing was said to it at all. */
function stateOf({ room, server, troubles }: Guest) {
  return {
    room: room.data,
    roomVersion: room.version,
    server: server.data,
    serverVersion: server.version,
    troubles,
  };
}

interface Tally {
  messages: number;
  readonly codes: Map<string, number>;
}

function add(tally: Tally, session: FuzzSession): void {
  tally.messages += session.sentCount;
  for (const [code, count] of session.codes) tally.codes.set(code, (tally.codes.get(code) ?? 0) + count);
}

/** What attackers know of each other and of the guests. */
function addressesOf({ runtime, connection, server, room }: Guest): readonly string[] {
  return [runtime.url, runtime.hypertyUrl('client'), connection.url, server.url, room.url];
}

async function playTogether(
  url: string,
  scripts: readonly Script[],
  others: readonly string[],
  tally: Tally,
) {
  const sessions = scripts.map(() => new FuzzSession(url));
  try {
    await Promise.all(sessions.map((session, index) => play(session, scripts[index] as Script, others)));
    await Promise.all(sessions.map((session) => session.settled()));
    for (const session of sessions) {
      if (session.isOpen) expect(session.unanswered.map(shorten)).toEqual([]);
      expect(session.overanswered.map(shorten)).toEqual([]);
      add(tally, session);
    }
  } finally {
    for (const [index, session] of sessions.entries()) session.close(scripts[index]?.end ?? 'suddenly');
  }
}

/** The seed and the cause; the messages of a run would fill the screen, and the seed makes them again. */
function reportSeed(details: fc.RunDetails<[Script[]]>): void {
  const { failed, seed, counterexamplePath, errorInstance } = details;
  if (failed) throw new Error(`PLENUM_SEED=${seed} (path ${counterexamplePath})`, { cause: errorInstance });
}

function shorten(text: string): string {
  return text.length < 600 ? text : `${text.slice(0, 600)}… (${text.length})`;
}

test(`${messages} messages of sessions that mutate valid ones are answered, and leave nothing behind`, async () => {
  const { logger, errors } = aWatchingLogger();
  const { url } = await aServer({ limits: unlimited }, logger);
  const pair = await aPair(url);
  const before = pair.map(stateOf);
  const inventory: Inventory = await takeInventory(url);
  const others = pair.flatMap(addressesOf);
  const tally: Tally = { messages: 0, codes: new Map() };
  const socket = `${url.replace('http', 'ws')}ws`;
  const seed = Number(process.env['PLENUM_SEED'] ?? Date.now() % 2 ** 31);
  process.stdout.write(`seed ${seed}\n`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(script, { minLength: sessionsAtOnce, maxLength: sessionsAtOnce, size: 'max' }),
      async (scripts) => {
        await playTogether(socket, scripts, others, tally);
        await untilInventory(url, inventory);
        await expectHealthy(url);
        expect(pair.map(stateOf)).toEqual(before);
        expect(errors).toEqual([]);
      },
    ),
    { numRuns: runs, seed, endOnFailure: true, reporter: reportSeed },
  );
  process.stdout.write(`${tally.messages} messages: ${JSON.stringify(Object.fromEntries(tally.codes))}\n`);
  expect(tally.messages).toBeGreaterThanOrEqual(messages);
  expect(tally.codes.get('200')).toBeGreaterThan(messages / 10);
}, 300_000);
