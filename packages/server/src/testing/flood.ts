/** Sockets of one address that send as fast as they can: short messages, long ones, nonsense, and joins without end. */
import { createSessionId } from '@plenum/protocol';
import type { Sender } from './fuzz-drafts.ts';
import { createLoot } from './fuzz-knowledge.ts';
import { Ledger } from './fuzz-ledger.ts';
import { FuzzSession } from './fuzz-session.ts';
import { joining, writeStep } from './fuzz-steps.ts';

export interface FloodResult {
  readonly sent: number;
  /** Answers with `rate-limited`. */
  readonly refused: number;
  readonly cutOff: number;
}

const socketCount = 12;
const perSocket = 1_600;

type Write = (sender: Sender, index: number) => string;

const writes: readonly Write[] = [
  (sender, index) => JSON.stringify(writeStep(sender, 'wanted', index * 13, '')),
  (sender, index) => JSON.stringify(writeStep(sender, index % 2 === 0 ? 'joinRoom' : 'leaveRoom', 0, '')),
  (sender) => JSON.stringify({ ...writeStep(sender, 'discover', 0, ''), padding: 'x'.repeat(20_000) }),
  () => 'nonsense'.repeat(10),
];

export async function flood(url: string, localAddress: string): Promise<FloodResult> {
  const sessions = Array.from(
    { length: socketCount },
    () => new FuzzSession({ url, localAddress, ledger: new Ledger() }),
  );
  await Promise.all(sessions.map((session, index) => pour(session, writes[index % writes.length] as Write)));
  const result = {
    sent: sessions.reduce((sum, { sentCount }) => sum + sentCount, 0),
    refused: sessions.reduce((sum, { answers }) => sum + (answers.get('rate-limited') ?? 0), 0),
    cutOff: sessions.filter(({ isOpen }) => !isOpen).length,
  };
  for (const session of sessions) session.close('suddenly');
  return result;
}

async function pour(session: FuzzSession, write: Write): Promise<void> {
  const sender: Sender = {
    sessionId: createSessionId(),
    roomId: 'flood',
    pass: undefined,
    knowledge: {},
    loot: createLoot([]),
    contextVersion: 0,
    version: 0,
    nextId: 0,
  };
  await session.opened();
  for (const kind of joining) session.send(JSON.stringify(writeStep(sender, kind, 0, '')));
  for (let index = 0; index < perSocket && session.isOpen; index++) {
    session.send(write(sender, index));
    // Lets the server's side of this process run, and the socket's end be seen.
    if (index % 100 === 0) await new Promise(setImmediate);
  }
  // Short enough to be answered by its id even where it is refused.
  session.send(JSON.stringify(writeStep(sender, 'discover', 0, '')));
  await session.answered(sender.nextId);
}
