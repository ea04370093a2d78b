/** STUN and TURN servers: told at the join, and again on request. */
import type { ParticipantId } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { aClient, aConference, aContext, joins, type Visitor } from './testing/conference-fixture.ts';

/** A conference whose credentials are numbered, and to whom they went. */
async function aConferenceWithRelay() {
  const issuedTo: ParticipantId[] = [];
  const issueIceServers = (id: ParticipantId) => {
    issuedTo.push(id);
    return { iceServers: [server(issuedTo.length)], iceServersValidForMs: 60_000 };
  };
  const conference = await aConference({}, { issueIceServers });
  return { conference, issuedTo };
}

function server(number: number) {
  return { urls: ['turn:198.51.100.1:3478'], username: `${number}`, credential: 'secret' };
}

function joinsAgain(visitor: Visitor): Promise<unknown> {
  return visitor.asks('joinRoom', { name: 'Ann', context: aContext(visitor).snapshot() });
}

test('[ICE1] who joins is told STUN and TURN servers of their own, and for how long they are good', async () => {
  const { conference, issuedTo } = await aConferenceWithRelay();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  expect(issuedTo).toEqual([ann.id, bob.id]);
  const again = await joinsAgain(ann);
  expect(again).toMatchObject({ iceServers: [server(3)], iceServersValidForMs: 60_000 });
});

test('[ICE1] without any there are none, for as long as one likes', async () => {
  const conference = await aConference();
  const again = await joinsAgain(await joins(conference, 'Ann'));
  expect(again).toMatchObject({ iceServers: [] });
  expect(again).not.toHaveProperty('iceServersValidForMs');
});

test('[ICE2] who is in the room gets others on request', async () => {
  const { conference, issuedTo } = await aConferenceWithRelay();
  const ann = await joins(conference, 'Ann');
  const renewed = await ann.asks('renewIceServers');
  expect(renewed).toEqual({ iceServers: [server(2)], iceServersValidForMs: 60_000 });
  expect(issuedTo).toEqual([ann.id, ann.id]);
});

test('[ICE2] who is not in the room, or no more, gets none', async () => {
  const { conference, issuedTo } = await aConferenceWithRelay();
  const ann = await joins(conference, 'Ann');
  await joins(conference, 'Bob');
  await ann.asks('leaveRoom');
  for (const client of [ann, aClient(conference, 'Eve')]) {
    const asked = client.execute('renewIceServers', { roomId: 'standup' });
    await expect(asked).rejects.toMatchObject({ code: 'not-authorized' });
  }
  expect(issuedTo).toHaveLength(2);
});
