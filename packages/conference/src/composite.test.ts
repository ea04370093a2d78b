/** Some see everybody as one picture. */
import type { FakeMix } from '@plenum/media/fake';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aConference, joins } from './testing/conference-fixture.ts';

const opusAndVp8 = { audio: ['audio/opus'], video: ['video/vp8'] };

type Visitor = Awaited<ReturnType<typeof joins>>;

async function aCallOfThree() {
  const conference = await aConference();
  const people: Visitor[] = [];
  for (const name of ['Ann', 'Ben', 'Cleo']) people.push(await joins(conference, name));
  const [ann, ben, cleo] = people as [Visitor, Visitor, Visitor];
  const mix = (): FakeMix | undefined => conference.router().mixes[0];
  const wants = async (visitor: Visitor, view: 'composite' | 'streams') => {
    visitor.context.set('view', view);
    await settle();
  };
  const shows = async (visitor: Visitor, isShown: boolean) => {
    visitor.connection.set('isCompositeShown', isShown);
    await settle();
  };
  const slots = (visitor: Visitor) => Object.values(visitor.server.data.slots ?? {});
  const composites = (visitor: Visitor) =>
    slots(visitor).flatMap(({ kind, isComposite }) => (isComposite === true ? [kind] : []));
  const streams = (visitor: Visitor) => slots(visitor).filter(({ participantId }) => participantId).length;
  return { conference, ann, ben, cleo, mix, wants, shows, composites, streams };
}

test('[C60] who wants the composite has it beside the streams until it is shown, and then alone', async () => {
  const { ann, ben, mix, wants, shows, composites, streams } = await aCallOfThree();
  expect(mix()).toBeUndefined();
  await wants(ann, 'composite');
  expect(composites(ann).sort()).toEqual(['audio', 'video']);
  expect(streams(ann)).toBe(4);
  await shows(ann, true);
  expect(composites(ann)).toHaveLength(2);
  expect(streams(ann)).toBe(0);
  expect(composites(ben)).toEqual([]);
  expect(streams(ben)).toBe(4);
  expect(mix()?.content.entries.map(({ name }) => name)).toEqual(['Ann', 'Ben', 'Cleo']);
  expect([...(mix()?.sounds.keys() ?? [])]).toEqual([ann.id]);
});

test('[C60] the way back is the same, and nothing is mixed for nobody', async () => {
  const { conference, ann, mix, wants, shows, composites, streams } = await aCallOfThree();
  await wants(ann, 'composite');
  await shows(ann, true);
  await wants(ann, 'streams');
  expect(composites(ann)).toHaveLength(2);
  expect(streams(ann)).toBe(4);
  await shows(ann, false);
  expect(composites(ann)).toEqual([]);
  // Who looks away often looks again.
  expect(mix()?.sounds.size).toBe(0);
  conference.clock.advance(5_000);
  await settle();
  expect(mix()).toBeUndefined();
});

test('[C60] a mixer that dies is replaced, and who saw its picture sees the next', async () => {
  const { ann, mix, wants, shows, composites, streams } = await aCallOfThree();
  await wants(ann, 'composite');
  await shows(ann, true);
  const first = mix();
  first?.crash();
  await settle();
  expect(mix()).not.toBe(first);
  expect(mix()).toBeDefined();
  expect(composites(ann)).toHaveLength(2);
  expect(streams(ann)).toBe(0);
});

test('[C60] what is put into it is another as soon as somebody mutes, comes or goes', async () => {
  const { conference, ann, ben, mix, wants } = await aCallOfThree();
  await wants(ann, 'composite');
  const entryOf = (name: string) => mix()?.content.entries.find((entry) => entry.name === name);
  expect(entryOf('Ben')).toMatchObject({ sound: { source: 'microphone' }, picture: { source: 'camera' } });
  ben.context.set('publications', { microphone: { muted: true }, camera: { muted: false } });
  await settle();
  expect(entryOf('Ben')?.sound).toBeUndefined();
  const dan = await joins(conference, 'Dan');
  await settle();
  expect(entryOf('Dan')).toBeDefined();
  dan.runtime.close();
  await settle();
  expect(entryOf('Dan')).toBeUndefined();
});

test('[C82] whose hand goes up, and who mutes, is marked at once', async () => {
  const { ann, ben, mix, wants } = await aCallOfThree();
  await wants(ann, 'composite');
  const marksOf = (name: string) => mix()?.content.entries.find((entry) => entry.name === name)?.marks;
  expect(marksOf('Ben')).toEqual([]);
  await ben.asks('raiseHand', { isRaised: true });
  await settle();
  expect(marksOf('Ben')).toEqual(['hand']);
  ben.context.set('publications', { microphone: { muted: true }, camera: { muted: false } });
  await ben.asks('raiseHand', { isRaised: false });
  await settle();
  expect(marksOf('Ben')).toEqual(['muted']);
});

test('[C60] who does not decode the picture gets another, and so do all', async () => {
  const { conference, ann, mix, wants, composites } = await aCallOfThree();
  await wants(ann, 'composite');
  const first = mix();
  const old = await joins(conference, 'Old', { capabilities: { send: opusAndVp8, receive: opusAndVp8 } });
  await wants(old, 'composite');
  await settle();
  expect(mix()).not.toBe(first);
  expect(first?.isClosed).toBe(true);
  expect(composites(ann)).toHaveLength(2);
  expect(composites(old)).toHaveLength(2);
});

test('[C60] who does not show the picture in time gets it in VP8, whatever their browser says', async () => {
  const { conference, ann, mix, wants, shows, composites } = await aCallOfThree();
  await wants(ann, 'composite');
  const first = mix();
  expect(first?.codec).toBe('h264');
  for (let seconds = 0; seconds < 10; seconds++) {
    conference.clock.advance(1_000);
    await settle();
  }
  expect(mix()?.codec).toBe('vp8');
  expect(composites(ann)).toHaveLength(2);
  await shows(ann, true);
  const second = mix();
  for (let seconds = 0; seconds < 10; seconds++) conference.clock.advance(1_000);
  await settle();
  expect(mix()).toBe(second);
});

test('[C60] who shows it in time keeps H.264', async () => {
  const { conference, ann, mix, wants, shows } = await aCallOfThree();
  await wants(ann, 'composite');
  await shows(ann, true);
  for (let seconds = 0; seconds < 10; seconds++) {
    conference.clock.advance(1_000);
    await settle();
  }
  expect(mix()?.codec).toBe('h264');
});

test('[C80] where VP8 is more than the mixer can do there is one in H.264, and who does not decode that has streams', async () => {
  const { conference, ann, mix, wants, shows, composites, streams } = await aCallOfThree();
  conference.router().mixerBudget = 2;
  const old = await joins(conference, 'Old', { capabilities: { send: opusAndVp8, receive: opusAndVp8 } });
  await wants(old, 'composite');
  expect(mix()).toBeUndefined();
  await wants(ann, 'composite');
  await shows(ann, true);
  expect(mix()?.codec).toBe('h264');
  expect(composites(ann)).toHaveLength(2);
  expect(composites(old)).toEqual([]);
  expect(streams(old)).toBe(6);
  // It is asked for again and again, and comes once there is room for it.
  conference.router().mixerBudget = 3;
  conference.clock.advance(60_000);
  await settle();
  expect(conference.router().mixes.map(({ codec }) => codec)).toEqual(['vp8']);
  expect(composites(old)).toHaveLength(2);
});

test('[C60] one mix at a time is asked for, however often somebody changes their mind', async () => {
  const { conference, ann, wants } = await aCallOfThree();
  for (let round = 0; round < 20; round++) {
    ann.context.set('view', round % 2 === 0 ? 'composite' : 'streams');
    await settle();
    expect(conference.router().mixes.length).toBeLessThanOrEqual(1);
  }
  await wants(ann, 'composite');
  expect(conference.router().mixes).toHaveLength(1);
});

test('[C60] a mixer that dies again and again is asked more and more seldom', async () => {
  const { conference, ann, mix, wants } = await aCallOfThree();
  await wants(ann, 'composite');
  let deaths = 0;
  for (let seconds = 0; seconds < 60; seconds++) {
    if (mix() !== undefined) deaths += 1;
    mix()?.crash();
    conference.clock.advance(1_000);
    await settle();
  }
  expect(deaths).toBeGreaterThan(2);
  expect(deaths).toBeLessThan(12);
});
