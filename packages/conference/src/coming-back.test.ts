/** Who was cut off and comes back: with another link, by another session, after a crash of the media server. */
import { fakeAnswer } from '@plenum/media/fake';
import { childOf, lobbySnapshotSchema } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { aConference, aContext, joins, known, namesIn, seenBy } from './testing/conference-fixture.ts';

test('[C25] who joins again is the same participant with another link, and nobody sees it leave', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  await bob.asks('raiseHand', { isRaised: true });
  const seen: string[] = [];
  ann.room.on('changed', (_data, change) => seen.push(`${change?.attribute} ${change?.value}`));
  const again = await joins(conference, 'Bob', { client: bob });
  expect(again.id).toBe(bob.id);
  expect(namesIn(ann)).toEqual(['Ann', 'Bob']);
  expect(seenBy(ann, again)).toMatchObject({ status: 'live', hand: expect.any(String) });
  const path = `participants.${bob.id}`;
  expect(seen).toContain(`${path}.status reconnecting`);
  expect(seen).toContain(`${path}.status live`);
  expect(seen.some((change) => change.startsWith(`${path} `))).toBe(false);
  expect(again.room.data).toEqual(ann.room.data);
  expect(await conference.counts()).toMatchObject({
    participants: 2,
    transports: 2,
    connectionObjects: 5,
    consumers: 4,
  });
});

test('[C25] the others see them in their slots again, also where both happens in one pause', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  await joins(conference, 'Bob', { client: bob });
  expect(ann.shown('video')[0]).toBe('Bob');
  const [linkOfAnn, linkOfBob] = conference.router().connections;
  const sources = [...(linkOfAnn?.shown.values() ?? [])].map(({ connectionId }) => connectionId);
  expect(sources).toEqual([linkOfBob?.id, linkOfBob?.id]);
});

test('[C25] the Connection of before ends without a reason, and no longer counts', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const before = ann.server;
  const endings: unknown[] = [];
  before.on('deleted', (reason) => endings.push(reason));
  const params = { roomId: 'standup', name: 'Ann', context: aContext(ann).snapshot() };
  await ann.execute('joinRoom', params);
  await settle();
  expect(endings).toEqual([undefined]);
  ann.connection.close();
  await settle();
  expect(conference.conference.dump()).toMatchObject({ participants: 1 });
});

test('[C25] what a moderator muted stays muted over another link', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  await ann.asks('muteParticipant', { participantId: bob.id, source: 'microphone' });
  await joins(conference, 'Bob', { client: bob });
  expect(seenBy(ann, bob)?.publications['microphone']).toEqual({ muted: true, mutedBy: ann.id });
  expect([...(conference.router().connections[1]?.publishing ?? [])]).toEqual(['camera']);
});

test('[C26] who got lost gets their id back by the same user, and nobody else does', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob', { identity: known('Bob') });
  await ann.asks('setRole', { participantId: bob.id, role: 'moderator' });
  bob.runtime.close();
  await settle();
  expect(namesIn(ann)).toEqual(['Ann']);
  const eve = await joins(conference, 'Eve', { participantId: bob.id });
  expect(eve.id).not.toBe(bob.id);
  const again = await joins(conference, 'Bob', { identity: known('Bob'), participantId: bob.id });
  expect(again.id).toBe(bob.id);
  expect(seenBy(ann, again)?.role).toBe('moderator');
});

test('[C26] the same user may take its place over from another session', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob', { identity: known('Bob') });
  const again = await joins(conference, 'Bob', { identity: known('Bob'), participantId: bob.id });
  expect(again.id).toBe(bob.id);
  expect(namesIn(ann)).toEqual(['Ann', 'Bob']);
  expect(seenBy(ann, again)?.hypertyURL).toBe(again.url);
  expect(bob.endings).toEqual(['session-resumed']);
  bob.runtime.close();
  await settle();
  expect(namesIn(ann)).toEqual(['Ann', 'Bob']);
});

test('[C44] who takes a place over may do what their own token says, no more and no less', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const moderating = known('Bob', { role: 'moderator' });
  const bob = await joins(conference, 'Bob', { identity: moderating });
  const mute = { participantId: ann.id, source: 'camera' };
  await bob.asks('muteParticipant', mute);
  const plain = known('Bob', { publish: ['microphone'] });
  const again = await joins(conference, 'Bob', { identity: plain, participantId: bob.id });
  expect(again.id).toBe(bob.id);
  expect(seenBy(ann, again)).toMatchObject({ role: 'participant', mayPublish: ['microphone'] });
  const refused = { code: 'not-authorized' };
  await expect(again.asks('muteParticipant', mute)).rejects.toMatchObject(refused);
  await expect(bob.asks('muteParticipant', mute)).rejects.toMatchObject(refused);
  const back = await joins(conference, 'Bob', { identity: moderating, participantId: bob.id });
  expect(seenBy(ann, back)?.role).toBe('moderator');
  await back.asks('muteParticipant', mute);
});

test('[C44] a role that is taken while another link is being made stays taken', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob', { identity: known('Bob') });
  await ann.asks('setRole', { participantId: bob.id, role: 'moderator' });
  const joining = joins(conference, 'Bob', { client: bob });
  const demoting = ann.asks('setRole', { participantId: bob.id, role: 'participant' });
  const [again] = await Promise.all([joining, demoting]);
  await settle();
  expect(seenBy(ann, again)?.role).toBe('participant');
});

test('[C44] what a moderator allowed or muted holds for whoever takes the place over', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob', { identity: known('Bob') });
  await ann.asks('allowSources', { participantId: bob.id, sources: ['camera'] });
  await ann.asks('muteParticipant', { participantId: bob.id, source: 'camera' });
  const again = await joins(conference, 'Bob', { identity: known('Bob'), participantId: bob.id });
  expect(seenBy(ann, again)).toMatchObject({
    mayPublish: ['camera'],
    publications: { camera: { muted: true, mutedBy: ann.id } },
  });
});

test('[C44] a role that was given, and the room, stay whose they are', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann', { identity: known('Ann', { role: 'listener' }) });
  const bob = await joins(conference, 'Bob', { identity: known('Bob', { role: 'owner' }) });
  await bob.asks('setRole', { participantId: ann.id, role: 'moderator' });
  for (const { id, name } of [ann, bob]) {
    await joins(conference, name, { identity: known(name), participantId: id });
  }
  const cyd = await joins(conference, 'Cyd');
  expect([seenBy(cyd, ann)?.role, seenBy(cyd, bob)?.role]).toEqual(['moderator', 'owner']);
});

test('[C44] who takes a place over is told of the lobby only as a moderator', async () => {
  const conference = await aConference();
  await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob', { identity: known('Bob', { role: 'moderator' }) });
  const again = await joins(conference, 'Bob', { identity: known('Bob'), participantId: bob.id });
  const lobby = childOf(again.room.url, 'lobby');
  await expect(
    again.runtime.syncher.subscribe(lobby, again.url, (value) => v.parse(lobbySnapshotSchema, value)),
  ).rejects.toMatchObject({ code: 'not-authorized' });
});

test('[C26] who left by their own wish is somebody new', async () => {
  const conference = await aConference();
  await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  await bob.asks('leaveRoom');
  const again = await joins(conference, 'Bob', { client: bob, participantId: bob.id });
  expect(again.id).not.toBe(bob.id);
});

test('[C27] a link that is lost shows, and has longer to come back than the first had to come', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  const link = conference.router().connections[1];
  link?.setStatus('disconnected');
  await settle();
  expect(seenBy(ann, bob)?.status).toBe('reconnecting');
  conference.clock.advance(59_000);
  link?.setStatus('connected');
  await settle();
  expect(seenBy(ann, bob)?.status).toBe('live');
  link?.setStatus('disconnected');
  conference.clock.advance(60_000);
  await settle();
  expect(bob.endings).toEqual(['media-failed']);
});

test('[C27] who closes a link to make another has not left', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  conference.router().connections[1]?.setStatus('closed');
  await settle();
  expect(seenBy(ann, bob)?.status).toBe('reconnecting');
  await joins(conference, 'Bob', { client: bob });
  expect(seenBy(ann, bob)?.status).toBe('live');
  conference.clock.advance(60_000);
  await settle();
  expect(namesIn(ann)).toEqual(['Ann', 'Bob']);
});

test('[C28] a client that asks for it gets an ICE restart by a further offer', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const first = ann.server.data.connectionDescription?.sdp;
  ann.connection.set('iceRestart', 1);
  await settle();
  const { negotiation = 0, sdp = '' } = ann.server.data.connectionDescription ?? {};
  expect(negotiation).toBe(2);
  expect(sdp.match(/a=ice-ufrag:\S+/)?.[0]).not.toBe(first?.match(/a=ice-ufrag:\S+/)?.[0]);
  // Wishes that come before the answer are one, which follows it.
  ann.connection.set('iceRestart', 2);
  ann.connection.set('iceRestart', 3);
  await settle();
  expect(ann.server.data.connectionDescription?.negotiation).toBe(2);
  ann.connection.set('connectionDescription', { type: 'answer', sdp: fakeAnswer(sdp), negotiation });
  await settle();
  expect(ann.server.data.connectionDescription?.negotiation).toBe(3);
  expect(conference.conference.dump()).toMatchObject({ participants: 1 });
});

test('[C28] a wish that comes before the first answer is fulfilled after it', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann', { restartsIceAtOnce: true });
  expect(ann.server.data.connectionDescription?.negotiation).toBe(2);
});

test('[C11] [C29] when the media server loses the room, people come back to it as who they were', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  await ann.asks('setRole', { participantId: bob.id, role: 'moderator' });
  await ann.asks('changeSettings', { settings: { title: 'Daily', hasLobby: true } });
  conference.mediaServer.crash();
  await settle();
  expect(conference.conference.dump()).toMatchObject({ rooms: 0, dormantRooms: 1 });
  const back = await joins(conference, 'Bob', { client: bob, participantId: bob.id });
  expect(back.id).toBe(bob.id);
  expect(seenBy(back, back)?.role).toBe('moderator');
  expect(back.room.data.settings).toMatchObject({ title: 'Daily', hasLobby: true });
  const ann2 = await joins(conference, 'Ann', { client: ann, participantId: ann.id });
  expect(seenBy(back, ann2)).toMatchObject({ role: 'owner' });
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 2, dormantRooms: 0 });
});

test('[C26] [C29] a room whose people all got lost is there for them when they come back', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann', { identity: known('Ann') });
  const bob = await joins(conference, 'Bob', { identity: known('Bob') });
  await ann.asks('changeSettings', { settings: { isLocked: true } });
  for (const { runtime } of [bob, ann]) runtime.close();
  await settle();
  expect(await conference.counts()).toMatchObject({ rooms: 0, dormantRooms: 1 });
  const back = await joins(conference, 'Ann', { identity: known('Ann'), participantId: ann.id });
  expect(back.id).toBe(ann.id);
  expect(back.room.data).toMatchObject({ settings: { isLocked: true } });
  expect(seenBy(back, back)?.role).toBe('owner');
});
