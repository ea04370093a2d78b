/** What people do in a room besides talking: chat, hands, roles, the lobby, invitations. Through a whole server in memory. */
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import type { Invitation, WaitingPerson } from './conference-client-types.ts';
import { aBrowser, aServer, called, joins, names } from './testing/call-fixture.ts';

async function aCallOfTwo() {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  await settle();
  return { server, ann, bob };
}

test('a line of chat reaches everybody, and late joiners get what was said', async () => {
  const { server, ann, bob } = await aCallOfTwo();
  await ann.room.chat.send('  hello  ');
  await settle();
  expect(bob.room.chat.messages.current).toMatchObject([{ text: 'hello', authorName: 'Ann', isOwn: false }]);
  expect(ann.room.chat.messages.current).toMatchObject([{ text: 'hello', isOwn: true }]);
  await ann.room.leave();
  const cyd = await joins(server, 'Cyd');
  await settle();
  expect(cyd.room.chat.messages.current).toMatchObject([{ text: 'hello', authorName: 'Ann' }]);
});

test('one removes one’s own lines, and a moderator anybody’s', async () => {
  const { ann, bob } = await aCallOfTwo();
  await ann.room.chat.send('of Ann');
  await bob.room.chat.send('of Bob');
  await settle();
  const [ofAnn, ofBob] = ann.room.chat.messages.current;
  await expect(bob.room.chat.remove(ofAnn?.id ?? '')).rejects.toMatchObject({ code: 'not-authorized' });
  await ann.room.chat.remove(ofBob?.id ?? '');
  await ann.room.chat.remove(ofAnn?.id ?? '');
  await settle();
  expect(bob.room.chat.messages.current).toEqual([]);
});

test('a private chat is seen by the two, and by nobody else', async () => {
  const { server, ann, bob } = await aCallOfTwo();
  const cyd = await joins(server, 'Cyd');
  const chat = await ann.room.openPrivateChat(bob.room.localParticipantId);
  await chat.send('psst');
  await settle();
  const [ofBob] = bob.room.privateChats.current;
  expect(ofBob?.participantId).toBe(ann.room.localParticipantId);
  expect(ofBob?.messages.current).toMatchObject([{ text: 'psst', isOwn: false }]);
  await ofBob?.send('what?');
  await settle();
  expect(chat.messages.current.map(({ text }) => text)).toEqual(['psst', 'what?']);
  expect(cyd.room.privateChats.current).toEqual([]);
  expect(await ann.room.openPrivateChat(bob.room.localParticipantId)).toBe(chat);
});

test('who opens the room owns it, and a raised hand is seen and taken down', async () => {
  const { ann, bob } = await aCallOfTwo();
  expect(called(bob.room, 'Ann').role).toBe('owner');
  expect(bob.room.permissions.current).toMatchObject({ moderate: false, own: false, chat: true });
  await bob.room.raiseHand(true);
  await settle();
  expect(called(ann.room, 'Bob').hand).toBeDefined();
  await ann.room.raiseHand(false, bob.room.localParticipantId);
  await settle();
  expect(called(bob.room, 'Bob').hand).toBeUndefined();
});

test('a moderator mutes: the device is muted too, and may be unmuted again', async () => {
  const { ann, bob } = await aCallOfTwo();
  await ann.room.mute(bob.room.localParticipantId, 'microphone');
  await settle();
  expect(bob.localMedia.muted.current).toBe(true);
  const { localParticipantId } = ann.room;
  expect(called(bob.room, 'Bob').microphone).toMatchObject({ muted: true, mutedBy: localParticipantId });
  await bob.localMedia.unmute();
  await settle();
  const { microphone } = called(ann.room, 'Bob');
  expect(microphone).toMatchObject({ muted: false, mutedBy: undefined });
});

test('who may not speak any more is muted, and stays so until allowed', async () => {
  const { ann, bob } = await aCallOfTwo();
  await ann.room.allowSources(bob.room.localParticipantId, ['camera']);
  await settle();
  expect(bob.localMedia.muted.current).toBe(true);
  await bob.localMedia.unmute();
  await settle();
  expect(called(ann.room, 'Bob').microphone?.muted ?? true).toBe(true);
  await ann.room.allowSources(bob.room.localParticipantId, ['camera', 'microphone']);
  await settle();
  expect(bob.room.permissions.current.publish.toSorted()).toEqual(['camera', 'microphone']);
});

test('roles are given by owners, and what others try is refused', async () => {
  const { ann, bob } = await aCallOfTwo();
  const { localParticipantId } = bob.room;
  await expect(bob.room.setRole(localParticipantId, 'owner')).rejects.toMatchObject({
    code: 'not-authorized',
  });
  await ann.room.setRole(localParticipantId, 'moderator');
  await settle();
  expect(bob.room.permissions.current).toMatchObject({ moderate: true, own: false });
});

test('the removed learn why, and the banned do not come back', async () => {
  const { ann, bob } = await aCallOfTwo();
  await ann.room.remove(bob.room.localParticipantId, { reason: 'Enough.', isBanned: true });
  await settle();
  expect(bob.room.state.current).toMatchObject({
    name: 'left',
    error: { code: 'banned', message: 'Enough.' },
  });
  const again = bob.client.joinRoom('standup', { name: 'Bob' });
  await expect(again).rejects.toMatchObject({ code: 'banned' });
});

test('a locked room lets nobody in, and its end for all is told to all', async () => {
  const { server, ann, bob } = await aCallOfTwo();
  await ann.room.changeSettings({ isLocked: true });
  const cyd = aBrowser(server).client.joinRoom('standup', { name: 'Cyd' });
  await expect(cyd).rejects.toMatchObject({ code: 'room-locked' });
  expect(bob.room.settings.current.isLocked).toBe(true);
  await ann.room.closeForAll('Lunch.');
  await settle();
  expect(bob.room.state.current).toMatchObject({ error: { code: 'room-closed', message: 'Lunch.' } });
  expect(server.conference.dump()).toMatchObject({ rooms: 0, participants: 0 });
});

test('in a room with a lobby one waits, is seen by moderators, and is let in', async () => {
  const { server, ann, bob } = await aCallOfTwo();
  await ann.room.changeSettings({ hasLobby: true });
  const waited: string[] = [];
  const joining = aBrowser(server).client.joinRoom('standup', {
    name: 'Cyd',
    onWaiting: () => waited.push('yes'),
  });
  await settle();
  const [cyd]: readonly WaitingPerson[] = ann.room.waiting.current;
  expect(cyd?.name).toBe('Cyd');
  expect(bob.room.waiting.current).toEqual([]);
  for (let seconds = 0; seconds < 60; seconds++) {
    server.clock.advance(1_000);
    await settle();
  }
  if (cyd !== undefined) await ann.room.admit(cyd.participantId);
  await joining;
  await settle();
  expect(waited).toEqual(['yes']);
  expect(names(ann.room)).toEqual(['Ann', 'Bob', 'Cyd']);
  expect(ann.room.waiting.current).toEqual([]);
});

test('who is not let in is told why, and who gives up waiting is not seen any more', async () => {
  const { server, ann } = await aCallOfTwo();
  await ann.room.changeSettings({ hasLobby: true });
  const cyd = aBrowser(server).client.joinRoom('standup', { name: 'Cyd' });
  const controller = new AbortController();
  const dan = aBrowser(server).client.joinRoom('standup', { name: 'Dan', signal: controller.signal });
  await settle();
  expect(ann.room.waiting.current.map(({ name }) => name)).toEqual(['Cyd', 'Dan']);
  controller.abort();
  await expect(dan).rejects.toMatchObject({ code: 'aborted' });
  await settle();
  const [first] = ann.room.waiting.current;
  expect(ann.room.waiting.current).toHaveLength(1);
  if (first !== undefined) await ann.room.refuse(first.participantId, 'Not today.');
  await expect(cyd).rejects.toMatchObject({ code: 'refused', message: 'Not today.' });
});

async function aReachable(server: Awaited<ReturnType<typeof aServer>>) {
  const browser = aBrowser(server);
  const invitations: Invitation[] = [];
  browser.client.addListener((invitation) => invitations.push(invitation));
  await settle();
  return { ...browser, invitations };
}

test('an invitation rings, says who and where, and is accepted by joining', async () => {
  const { server, ann } = await aCallOfTwo();
  const cyd = await aReachable(server);
  const { current: user = '' } = cyd.client.userUrl;
  const inviting = ann.client.invite(user, 'standup');
  await settle();
  const [invitation] = cyd.invitations;
  expect(invitation).toMatchObject({ roomId: 'standup', from: { name: 'Ann' } });
  await invitation?.accept({ name: 'Cyd' });
  await expect(inviting).resolves.toEqual([{ user, outcome: 'accepted' }]);
  expect(names(ann.room)).toContain('Cyd');
});

test('who comes to the room by another way while it rings has accepted', async () => {
  const { server, ann } = await aCallOfTwo();
  const cyd = await aReachable(server);
  const { current: user = '' } = cyd.client.userUrl;
  const inviting = ann.client.invite(user, 'standup');
  await settle();
  await cyd.client.joinRoom('standup', { name: 'Cyd' });
  await expect(inviting).resolves.toEqual([{ user, outcome: 'accepted' }]);
});

test('who is invited passes lock and lobby', async () => {
  const { server, ann } = await aCallOfTwo();
  await ann.room.changeSettings({ hasLobby: true, isLocked: true });
  const cyd = await aReachable(server);
  void ann.client.invite([cyd.client.userUrl.current ?? ''], 'standup');
  await settle();
  await expect(cyd.invitations[0]?.accept({ name: 'Cyd' })).resolves.toBeDefined();
});

test('an invitation is declined with a reason, and who is not there cannot be reached', async () => {
  const { server, ann } = await aCallOfTwo();
  const cyd = await aReachable(server);
  const users = [cyd.client.userUrl.current ?? '', 'user://acme.test/nobody'];
  const inviting = ann.client.invite(users, 'standup');
  await settle();
  cyd.invitations[0]?.decline('Busy.');
  await expect(inviting).resolves.toEqual([
    { user: users[0], outcome: 'declined', reason: 'Busy.' },
    { user: users[1], outcome: 'unreachable' },
  ]);
});

test('a room can be opened without entering it, by who may', async () => {
  const server = await aServer();
  const ann = aBrowser(server);
  await ann.client.createRoom('planning', { settings: { title: 'Planning', guests: 'refused' } });
  const bob = aBrowser(server).client.joinRoom('planning', { name: 'Bob' });
  await expect(bob).rejects.toMatchObject({ code: 'guests-refused' });
  const room = await ann.client.joinRoom('planning', { name: 'Ann' });
  expect(room.settings.current.title).toBe('Planning');
  expect(room.permissions.current.own).toBe(true);
  await expect(ann.client.createRoom('planning')).rejects.toMatchObject({ code: 'room-exists' });
});

test('what waits for a session that does not open is called off at once', async () => {
  const server = await aServer();
  const { client, network } = aBrowser(server);
  network.silence();
  const controller = new AbortController();
  const waiting = [
    client.connect({ signal: controller.signal }),
    client.createRoom('tea', { signal: controller.signal }),
    client.invite('user://acme.test/bob', 'tea', { signal: controller.signal }),
    client.joinRoom('tea', { name: 'Ann', signal: controller.signal }),
  ];
  await settle();
  controller.abort();
  for (const each of await Promise.allSettled(waiting)) {
    expect(each).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } });
  }
});

test('[C61] everybody sees that the room is recorded, who moderates starts, stops and lists it', async () => {
  const startedAt = '2099-01-02T03:04:05.678Z';
  const file = { name: 'part-1.webm', fromMs: 0, untilMs: 900, bytes: 10 };
  const facts = { id: 'first', startedAt, durationMs: 900, isEnded: true, participants: ['Ann'] };
  const server = await aServer(
    'acme.test',
    {},
    {
      recordings: {
        begin: async () => ({
          pathOf: (name) => name,
          note: () => undefined,
          close: async () => undefined,
          discard: async () => undefined,
        }),
        list: async () => [{ ...facts, files: [file], moderators: [] }],
        mintPass: async () => ({ token: 'a-pass', expires: startedAt }),
      },
    },
  );
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  await expect(bob.room.startRecording()).rejects.toMatchObject({ code: 'not-authorized' });
  await ann.room.startRecording();
  await settle();
  expect(bob.room.recording.current).toEqual({ since: server.clock.isoTime() });
  await ann.room.stopRecording();
  await settle();
  expect(bob.room.recording.current).toBeUndefined();
  const [recording] = await ann.room.recordings();
  expect(recording).toMatchObject(facts);
  expect(recording?.parts[0]?.url).toMatch(/\/recordings\/standup\/first\/part-1\.webm\?token=a-pass$/);
  await expect(bob.room.recordings()).rejects.toMatchObject({ code: 'not-authorized' });
});

test('[C66] everybody sees that the room is broadcast, with the link; who moderates starts and stops it', async () => {
  const channel = {
    handle: () => undefined,
    audience: 7,
    close: () => undefined,
    attend: () => () => undefined,
  };
  const server = await aServer('acme.test', {}, { broadcasts: { begin: () => channel } });
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  await expect(bob.room.startBroadcast()).rejects.toMatchObject({ code: 'not-authorized' });
  await ann.room.startBroadcast();
  await settle();
  server.clock.advance(3_000);
  await settle();
  const seen = bob.room.broadcast.current;
  expect(seen).toMatchObject({ audience: 7 });
  expect(seen?.url).toMatch(/\/standup\/live$/);
  expect(bob.room.broadcast.current).toBe(seen);
  await ann.room.stopBroadcast();
  await settle();
  expect(bob.room.broadcast.current).toBeUndefined();
});
