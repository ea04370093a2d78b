/** What people share besides their faces and voices. */
import { fakeAnswer } from '@plenum/media/fake';
import type { Publications } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aConference, type Conference, joins, seenBy, type Visitor } from './testing/conference-fixture.ts';

const devices: Publications = { microphone: { muted: false }, camera: { muted: false } };
const withScreen: Publications = { ...devices, screen: { muted: false }, 'screen-audio': { muted: false } };

/** Says what one publishes now, and answers the further offer where that brings one. */
async function publishes(visitor: Visitor, publications: Publications): Promise<void> {
  visitor.context.set('publications', publications);
  await settle();
  const { negotiation = 0, sdp = '' } = visitor.server.data.connectionDescription ?? {};
  if (negotiation === visitor.connection.data.connectionDescription?.negotiation) return;
  visitor.connection.set('connectionDescription', { type: 'answer', sdp: fakeAnswer(sdp), negotiation });
  await settle();
}

const negotiationOf = ({ server }: Visitor) => server.data.connectionDescription?.negotiation;

/** Which sources of whom somebody has in the slots that are filled. */
const shownTo = ({ server, room }: Visitor) =>
  Object.values(server.data.slots ?? {}).flatMap(({ participantId = '', source }) =>
    source === undefined ? [] : [`${room.data.participants[participantId]?.name} ${source}`],
  );

/** The sources that the media server forwards of who came as the given one. */
const forwarded = (conference: Conference, index: number) => [
  ...(conference.router().connections[index]?.publishing ?? []),
];

test('[C54] a screen gets its m-lines by a further offer, to who shares it alone, and reaches everybody', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  await publishes(ann, withScreen);
  expect(negotiationOf(ann)).toBe(2);
  expect(Object.keys(ann.server.data.publishOn ?? {})).toEqual([
    'microphone',
    'camera',
    'screen',
    'screen-audio',
  ]);
  expect(shownTo(bob).toSorted()).toEqual(['Ann camera', 'Ann microphone', 'Ann screen', 'Ann screen-audio']);
  expect(negotiationOf(bob)).toBe(1);
  expect(seenBy(bob, ann)?.publications).toEqual(withScreen);
  const cyd = await joins(conference, 'Cyd');
  expect(shownTo(cyd)).toContain('Ann screen');
});

test('[C54] a screen that is shared again needs no further offer', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  for (const publications of [withScreen, devices, withScreen]) await publishes(ann, publications);
  expect(negotiationOf(ann)).toBe(2);
  expect(shownTo(bob)).toContain('Ann screen');
  await publishes(ann, devices);
  expect(shownTo(bob)).not.toContain('Ann screen');
  expect(forwarded(conference, 0)).toEqual(['microphone', 'camera']);
});

test('[C54] a screen that is shared before the first answer, or while an offer waits, is offered after that', async () => {
  const conference = await aConference();
  const bob = await joins(conference, 'Bob');
  const ann = await joins(conference, 'Ann', { publications: withScreen, restartsIceAtOnce: true });
  expect(negotiationOf(ann)).toBe(2);
  for (const expected of [3, 3]) {
    await publishes(ann, withScreen);
    expect(negotiationOf(ann)).toBe(expected);
  }
  expect(shownTo(bob)).toContain('Ann screen');
});

test('[C54] several share at once', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  const cyd = await joins(conference, 'Cyd');
  await publishes(ann, withScreen);
  await publishes(bob, withScreen);
  expect(shownTo(cyd)).toEqual(expect.arrayContaining(['Ann screen', 'Bob screen']));
  expect(shownTo(ann)).toContain('Bob screen');
  expect(shownTo(ann)).not.toContain('Ann screen');
});

test('[C13] what is shared goes before faces, also where its owner’s is out of sight', async () => {
  const conference = await aConference({ slots: { audio: 2, video: 2 }, videoSlotsAtMost: 2 });
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  const cyd = await joins(conference, 'Cyd');
  ann.connection.set('wanted', { [bob.id]: 720, [cyd.id]: 0 });
  await publishes(cyd, withScreen);
  expect(shownTo(ann).toSorted()).toEqual(['Bob camera', 'Bob microphone', 'Cyd screen', 'Cyd screen-audio']);
  const shares = [...(conference.router().connections[0]?.shown.values() ?? [])];
  const priorityOf = (source: string) => shares.find((share) => share.source === source)?.priority ?? 0;
  expect(priorityOf('screen')).toBeGreaterThan(priorityOf('camera'));
});

test('[C13] a screen more than there are slots for those on the screen brings more slots', async () => {
  const conference = await aConference({ slots: { audio: 1, video: 1 }, videoSlotStep: 2 });
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  ann.connection.set('wanted', { [bob.id]: 720 });
  await settle();
  expect(negotiationOf(ann)).toBe(1);
  await publishes(bob, withScreen);
  expect(negotiationOf(ann)).toBe(2);
});

test('[C20] a moderator stops a screen, which its owner may share again', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  await publishes(bob, withScreen);
  await ann.asks('muteParticipant', { participantId: bob.id, source: 'screen' });
  expect(forwarded(conference, 1)).not.toContain('screen');
  await settle();
  expect(seenBy(bob, bob)?.publications.screen).toEqual({ muted: true, mutedBy: ann.id });
  await publishes(bob, devices);
  await publishes(bob, withScreen);
  expect(forwarded(conference, 1)).toContain('screen');
});

test('[C21] who may not share a screen is offered no m-line for it, until they may', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  await ann.asks('allowSources', { participantId: bob.id, sources: ['microphone', 'camera'] });
  await publishes(bob, withScreen);
  expect(negotiationOf(bob)).toBe(1);
  expect(seenBy(ann, bob)?.publications).toEqual(devices);
  await ann.asks('allowSources', { participantId: bob.id, sources: ['microphone', 'camera', 'screen'] });
  await publishes(bob, withScreen);
  expect(shownTo(ann)).toContain('Bob screen');
  expect(shownTo(ann)).not.toContain('Bob screen-audio');
});
