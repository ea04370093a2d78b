/** Who leaves it to the server what they see. */
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aConference, joins, standup } from './testing/conference-fixture.ts';

type Visitor = Awaited<ReturnType<typeof joins>>;

async function aCallOfFour(topology: 'sfu' | 'mcu' = 'sfu') {
  const conference = await aConference();
  conference.conference.createRoom(standup, { topology });
  const people: Visitor[] = [];
  for (const name of ['Ann', 'Ben', 'Cleo', 'Dan']) people.push(await joins(conference, name));
  const [ann, ben] = people as [Visitor, Visitor];
  const says = async (visitor: Visitor, view: 'auto' | 'streams' | 'composite', isBehind = false) => {
    visitor.context.set('view', view);
    visitor.context.set('isBehind', isBehind || undefined);
    await settle();
  };
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      conference.clock.advance(1_000);
      await settle();
    }
  };
  const composites = ({ server }: Visitor) =>
    Object.values(server.data.slots ?? {}).filter(({ isComposite }) => isComposite === true).length;
  return { conference, ann, ben, people, says, pass, composites };
}

test('[C81] whose device does not keep up is given the composite beside the streams, and told why', async () => {
  const { ann, ben, says, composites } = await aCallOfFour();
  await says(ann, 'auto');
  expect(composites(ann)).toBe(0);
  await says(ann, 'auto', true);
  expect(ann.server.data.chosenView).toEqual({ view: 'composite', reason: 'device' });
  expect(composites(ann)).toBe(2);
  expect(ben.server.data.chosenView).toBeUndefined();
  expect(composites(ben)).toBe(0);
});

test('[C81] who said what they want to see, or says nothing of it, has that', async () => {
  const { ann, ben, says, composites } = await aCallOfFour();
  await says(ann, 'streams', true);
  ben.context.set('isBehind', true);
  await settle();
  expect([composites(ann), composites(ben)]).toEqual([0, 0]);
});

test('[C81] in a room that is for the composite that is what who leaves it to the server sees', async () => {
  const { ann, says, pass, composites } = await aCallOfFour('mcu');
  await says(ann, 'auto', true);
  await pass(120);
  expect(composites(ann)).toBe(2);
  expect(ann.server.data.chosenView).toBeUndefined();
});

test('[C81] where the mixer has no room it is not tried again for long, and nobody else is given what is not there', async () => {
  const { conference, ann, ben, says, pass } = await aCallOfFour();
  conference.router().hasMixer = false;
  await says(ann, 'auto', true);
  await pass(25);
  expect(ann.server.data.chosenView).toBeUndefined();
  conference.router().hasMixer = true;
  await pass(300);
  expect(ann.server.data.chosenView).toBeUndefined();
  await says(ben, 'auto', true);
  expect(ben.server.data.chosenView).toBeDefined();
});

test('[C81] what was chosen stays while it helps, and goes when hardly anybody is left', async () => {
  const { conference, ann, people, says, pass, composites } = await aCallOfFour();
  await says(ann, 'auto', true);
  await says(ann, 'auto');
  await pass(120);
  expect(composites(ann)).toBe(2);
  for (const { runtime } of people.slice(2)) runtime.close();
  await settle();
  expect(ann.server.data.chosenView).toBeUndefined();
  await pass(10);
  expect(conference.router().mixes).toEqual([]);
});

test('[C81] half of what the mixer may do is left for those who ask for it', async () => {
  const { conference, ann, ben, says, pass, composites } = await aCallOfFour();
  conference.router().mixerBudget = 1;
  await says(ann, 'auto', true);
  await pass(25);
  expect(conference.router().mixes).toEqual([]);
  await says(ben, 'composite');
  expect(composites(ben)).toBe(2);
});

test('[C83] for whom it was chosen it is small, and large for who chose it', async () => {
  const { conference, ann, ben, says } = await aCallOfFour();
  const [anns, bens] = conference.router().connections;
  const pictureOf = (link: typeof anns) => {
    const [mix] = conference.router().mixes;
    const shown = [...(link?.shown.values() ?? [])].map(({ connectionId }) => connectionId);
    return {
      large: shown.includes(mix?.picture.id ?? ''),
      small: shown.includes(mix?.smallPicture.id ?? ''),
      isSmallMade: mix?.isSmallShown,
    };
  };
  await says(ben, 'composite');
  expect(pictureOf(bens)).toEqual({ large: true, small: false, isSmallMade: false });
  await says(ann, 'auto', true);
  expect(pictureOf(anns)).toEqual({ large: false, small: true, isSmallMade: true });
  expect(pictureOf(bens)).toMatchObject({ large: true, small: false });
  await says(ann, 'composite');
  expect(pictureOf(anns)).toEqual({ large: true, small: false, isSmallMade: false });
});
