/** What one is told that one may do: the buttons follow what the token and the moderators leave of the role. */
import { createTokenService } from '@plenum/messaging-node/tokens';
import { FakeClock, settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aBrowser, aServer, joins } from './testing/call-fixture.ts';

type Grant = NonNullable<Parameters<ReturnType<typeof createTokenService>['mintAccess']>[0]['grant']>;

/** Ann owns the room; the other has a token. */
async function aRoomWith(grant: Grant) {
  const clock = new FakeClock();
  const now = () => clock.now();
  const tokens = createTokenService({ key: new Uint8Array(32).fill(7), domain: 'acme.test', now });
  const server = await aServer('acme.test', { clock, tokens });
  const ann = await joins(server, 'Ann');
  const accessToken = await tokens.mintAccess({ user: 'bob', grant, expires: now() + 3_600_000 });
  const { client } = aBrowser(server, { client: { accessToken } });
  const room = await client.joinRoom('standup', { name: 'Bob' });
  await settle();
  return { ann, room };
}

test('[C45] a participant whose token lets them moderate has the buttons of it', async () => {
  const { room } = await aRoomWith({ moderate: true, invite: true });
  expect(room.permissions.current).toMatchObject({ moderate: true, invite: true, own: false, chat: true });
});

test('[C45] what a token takes away is not offered', async () => {
  const { room } = await aRoomWith({ role: 'moderator', data: false, invite: false, createRooms: false });
  expect(room.permissions.current).toMatchObject({
    moderate: true,
    chat: false,
    invite: false,
    createRooms: false,
  });
});

test('[C45] nor what it does not let one publish', async () => {
  const { room } = await aRoomWith({ publish: ['microphone'] });
  expect(room.permissions.current.publish).toEqual(['microphone']);
});

test('[C45] another role brings others, and what the token takes away stays away', async () => {
  const { ann, room } = await aRoomWith({ data: false, publish: ['microphone'] });
  const seen: boolean[] = [];
  room.permissions.subscribe(({ moderate }) => seen.push(moderate));
  await ann.room.setRole(room.localParticipantId, 'moderator');
  await settle();
  expect(room.permissions.current).toMatchObject({ moderate: true, invite: true, chat: false });
  expect(room.permissions.current.publish).toEqual(['microphone']);
  await ann.room.setRole(room.localParticipantId, 'listener');
  await settle();
  expect(room.permissions.current).toMatchObject({ moderate: false, chat: false, publish: [] });
  expect(seen.at(-1)).toBe(false);
});

test('[C45] permissions that stay the same are the same object', async () => {
  const { ann, room } = await aRoomWith({});
  const before = room.permissions.current;
  await ann.room.raiseHand(true);
  await settle();
  expect(room.permissions.current).toBe(before);
});
