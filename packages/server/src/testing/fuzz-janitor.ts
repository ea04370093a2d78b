/**
 * A room that a request opened waits long for somebody to enter, and one whose people all got lost is remembered for as long. It
 * enters each, and leaves: that ends them.
 */
import { createSessionId } from '@plenum/protocol';
import type { Sender } from './fuzz-drafts.ts';
import { createLoot } from './fuzz-knowledge.ts';
import { Ledger } from './fuzz-ledger.ts';
import { FuzzSession } from './fuzz-session.ts';
import { type StepKind, writeStep } from './fuzz-steps.ts';

/** Of the variants of a request to join the one without media, and without a former id. */
const withoutMedia = 3;

/** @param pass Lets its bearer in everywhere. */
export async function tidy(url: string, rooms: ReadonlySet<string>, pass: string): Promise<void> {
  if (rooms.size === 0) return;
  const ledger = new Ledger();
  const session = new FuzzSession({ url, ledger });
  const sender: Sender = {
    sessionId: createSessionId(),
    roomId: '',
    pass,
    knowledge: {},
    loot: createLoot([]),
    contextVersion: 0,
    version: 0,
    nextId: 0,
  };
  const send = async (kind: StepKind, roomId: string) => {
    const message = writeStep({ ...sender, roomId }, kind, kind === 'joinRoom' ? withoutMedia : 1, '');
    sender.nextId += 1;
    session.send(JSON.stringify(message), message);
    await session.settled();
  };
  await session.opened();
  for (const kind of ['open', 'claim', 'allow'] as const) await send(kind, '');
  for (const room of rooms) {
    await send('joinRoom', room);
    await send('leaveRoom', room);
  }
  session.close('politely');
}
