/** What moderators do to others, and what the others and the media server make of it. */
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aConference, joins, known, namesIn, seenBy, standup } from './testing/conference-fixture.ts';

/** Ann owns the room; Bob is the second link of its router. */
async function aModeratedRoom() {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  const linkOfBob = () => conference.router().connections[1];
  const publishing = () => [...(linkOfBob()?.publishing ?? [])];
  return { conference, ann, bob, publishing };
}

test('[C20] a muted source stops at the media server at once, and everybody sees by whom', async () => {
  const { ann, bob, publishing } = await aModeratedRoom();
  await ann.asks('muteParticipant', { participantId: bob.id, source: 'microphone' });
  expect(publishing()).toEqual(['camera']);
  await settle();
  expect(seenBy(bob, bob)?.publications).toEqual({
    microphone: { muted: true, mutedBy: ann.id },
    camera: { muted: false },
  });
});

test('[C20] what the client said before does not lift it; its own muting and starting again does', async () => {
  const { ann, bob, publishing } = await aModeratedRoom();
  await ann.asks('muteParticipant', { participantId: bob.id, source: 'microphone' });
  bob.context.set('publications', { microphone: { muted: false }, camera: { muted: true } });
  await settle();
  expect(publishing()).toEqual([]);
  expect(seenBy(ann, bob)?.publications['microphone']).toEqual({ muted: true, mutedBy: ann.id });
  bob.context.set('publications', { microphone: { muted: true } });
  await settle();
  bob.context.set('publications', { microphone: { muted: false } });
  await settle();
  expect(publishing()).toEqual(['microphone']);
  expect(seenBy(ann, bob)?.publications).toEqual({ microphone: { muted: false } });
});

test('[C21] what one may not publish any more is not shown and not forwarded, until one may again', async () => {
  const { ann, bob, publishing } = await aModeratedRoom();
  expect(ann.shown('video')[0]).toBe('Bob');
  await ann.asks('allowSources', { participantId: bob.id, sources: ['microphone'] });
  expect(publishing()).toEqual(['microphone']);
  await settle();
  expect(seenBy(ann, bob)).toMatchObject({ mayPublish: ['microphone'] });
  expect(seenBy(ann, bob)?.publications).toEqual({ microphone: { muted: false } });
  expect(ann.shown('video')[0]).toBeUndefined();
  await ann.asks('allowSources', { participantId: bob.id, sources: ['camera', 'microphone'] });
  await settle();
  expect(ann.shown('video')[0]).toBe('Bob');
  expect(publishing().toSorted()).toEqual(['camera', 'microphone']);
});

test('[C21] a listener publishes nothing, and who is made one stops', async () => {
  const { ann, bob, publishing } = await aModeratedRoom();
  await ann.asks('setRole', { participantId: bob.id, role: 'listener' });
  expect(publishing()).toEqual([]);
  await settle();
  expect(seenBy(ann, bob)).toMatchObject({ role: 'listener', mayPublish: [], publications: {} });
  expect(ann.shown('audio')[0]).toBeUndefined();
});

test('[C21] a token keeps its bearer from publishing, whatever a moderator allows', async () => {
  const { conference, ann } = await aModeratedRoom();
  const identity = known('Cyd', { publish: ['microphone'] });
  const cyd = await joins(conference, 'Cyd', { identity });
  await ann.asks('allowSources', { participantId: cyd.id, sources: ['camera', 'microphone'] });
  await settle();
  expect(seenBy(ann, cyd)?.mayPublish).toEqual(['microphone']);
  expect(seenBy(ann, cyd)?.publications).toEqual({ microphone: { muted: false } });
});

test('[C16] each change of a role is one delta for its attribute and one for what it brings', async () => {
  const { ann, bob } = await aModeratedRoom();
  const before = ann.room.version;
  await ann.asks('setRole', { participantId: bob.id, role: 'moderator' });
  await settle();
  expect(ann.room.version - before).toBe(2);
  await ann.asks('muteParticipant', { participantId: bob.id, source: 'camera' });
  await settle();
  expect(ann.room.version - before).toBe(3);
});

test('[C22] a hand goes up at a time, stays up with it, and moderators take it down', async () => {
  const { conference, ann, bob } = await aModeratedRoom();
  await bob.asks('raiseHand', { isRaised: true });
  await settle();
  const since = seenBy(ann, bob)?.hand;
  expect(since).toBe(conference.clock.isoTime());
  conference.clock.advance(5_000);
  await bob.asks('raiseHand', { isRaised: true });
  expect(seenBy(ann, bob)?.hand).toBe(since);
  await ann.asks('raiseHand', { isRaised: false, participantId: bob.id });
  await settle();
  expect(seenBy(ann, bob)).not.toHaveProperty('hand');
  const raising = ann.asks('raiseHand', { isRaised: true, participantId: bob.id });
  await expect(raising).rejects.toMatchObject({ code: 'not-authorized' });
  const lowering = bob.asks('raiseHand', { isRaised: false, participantId: ann.id });
  await expect(lowering).rejects.toMatchObject({ code: 'not-authorized' });
});

test('[C7] who is removed is shown the reason, and may come back', async () => {
  const { conference, ann, bob } = await aModeratedRoom();
  await ann.asks('removeParticipant', { participantId: bob.id, reason: 'Please mute your radio.' });
  await settle();
  expect(bob.endings).toEqual(['removed']);
  expect(bob.reasons).toEqual(['Please mute your radio.']);
  await joins(conference, 'Bob', { client: bob });
  expect(namesIn(ann)).toEqual(['Ann', 'Bob']);
});

test('[C18] who is banned does not come back while the room lives, guests also not as others', async () => {
  const { conference, ann } = await aModeratedRoom();
  const eve = await joins(conference, 'Eve', { origin: '198.18.0.9' });
  const tom = await joins(conference, 'Tom', { identity: known('Tom') });
  for (const { id } of [eve, tom]) {
    await ann.asks('removeParticipant', { participantId: id, isBanned: true });
  }
  await settle();
  expect([eve.endings, tom.endings]).toEqual([['banned'], ['banned']]);
  const banned = { code: 'banned' };
  await expect(joins(conference, 'Eve', { client: eve })).rejects.toMatchObject(banned);
  await expect(joins(conference, 'Not Eve', { origin: '198.18.0.9' })).rejects.toMatchObject(banned);
  await expect(joins(conference, 'Tom', { identity: known('Tom') })).rejects.toMatchObject(banned);
  await joins(conference, 'Dan', { identity: known('Dan'), origin: '198.18.0.9' });
  await joins(conference, 'Fay', { origin: '198.18.0.2' });
});

test('[C18] the application bans too', async () => {
  const { conference, bob } = await aModeratedRoom();
  conference.conference.removeParticipant(standup, bob.id, 'Enough.', { isBanned: true });
  await settle();
  expect(bob.endings).toEqual(['banned']);
  await expect(joins(conference, 'Bob', { client: bob })).rejects.toMatchObject({ code: 'banned' });
});

test('[C23] settings change for everybody, one delta for all of them, and hold from then on', async () => {
  const { conference, ann, bob } = await aModeratedRoom();
  const before = bob.room.version;
  await ann.asks('changeSettings', { settings: { title: 'Weekly', capacity: 2, isLocked: false } });
  await settle();
  expect(bob.room.version - before).toBe(1);
  expect(bob.room.data.settings).toMatchObject({ title: 'Weekly', capacity: 2, hasLobby: false });
  await expect(joins(conference, 'Cyd')).rejects.toMatchObject({ code: 'capacity-exceeded' });
  await ann.asks('changeSettings', { settings: { capacity: 10, isLocked: true } });
  await expect(joins(conference, 'Cyd')).rejects.toMatchObject({ code: 'room-locked' });
});

test('[C23] nobody sets a room to more people than the server bears', async () => {
  const conference = await aConference({ participantsPerRoom: 3 });
  const ann = await joins(conference, 'Ann');
  await ann.asks('changeSettings', { settings: { capacity: 500 } });
  await settle();
  expect(ann.room.data.settings.capacity).toBe(3);
});

test('[C24] an owner ends the room for everybody, who learn why', async () => {
  const { conference, ann, bob } = await aModeratedRoom();
  await ann.asks('closeRoom', { reason: 'Lunch.' });
  await settle();
  expect([ann.endings, bob.endings]).toEqual([['room-closed'], ['room-closed']]);
  expect(await conference.counts()).toMatchObject({ rooms: 0, participants: 0, routers: 0 });
});

test('[C24] so does the application, and who waits learns it too', async () => {
  const { conference, ann, bob } = await aModeratedRoom();
  await ann.asks('changeSettings', { settings: { hasLobby: true } });
  const waiting = joins(conference, 'Cyd');
  waiting.catch(() => undefined);
  await settle();
  conference.conference.endForAll(standup, 'Maintenance.');
  await expect(waiting).rejects.toMatchObject({ code: 'room-closed' });
  await settle();
  expect([ann.endings, bob.endings]).toEqual([['room-closed'], ['room-closed']]);
  expect(() => conference.conference.endForAll(standup)).toThrow(
    expect.objectContaining({ code: 'room-not-found' }),
  );
});
