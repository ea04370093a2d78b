import type { ParticipantId } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { type CarriedPictures, countStreams, describePictures, nothingCarried } from './pictures.ts';
import { recordedPictures } from './recorded-stats.ts';

const ann = 'ann' as ParticipantId;
const ben = 'ben' as ParticipantId;
const camera = { source: 'camera', mid: '1', isOn: true, isLargerUnwanted: false } as const;
const star: CarriedPictures = {
  incoming: [
    { participantId: ann, source: 'camera', mid: 'c', isLeftOut: false },
    { participantId: ben, source: 'camera', mid: 'd', isLeftOut: false },
    { participantId: ben, source: 'screen', mid: 'e', isLeftOut: false },
  ],
  outgoing: [camera],
  allotment: undefined,
};
const pair: CarriedPictures = {
  incoming: [{ participantId: ann, source: 'camera', mid: '1', isLeftOut: false }],
  outgoing: [camera],
  allotment: undefined,
};

/** What two looks at a recorded call say, two seconds apart. */
function lookTwice(name: keyof typeof recordedPictures, carried: CarriedPictures) {
  const [first = new Map(), second = new Map()] = recordedPictures[name];
  const before = countStreams(first, 1_000);
  return {
    atFirst: describePictures(carried, first, undefined, before),
    later: describePictures(carried, second, before, countStreams(second, 3_000)),
  };
}

test('Chromium: pictures that come have their size, their frames and, from the second look on, their bit rate', () => {
  const { atFirst, later } = lookTwice('chromiumStar', star);
  expect(atFirst.incoming).toMatchObject([
    { participantId: ann, state: 'flowing', width: 320, height: 180, framesPerSecond: 13, bps: undefined },
    { participantId: ben, state: 'flowing', bps: undefined },
    { participantId: ben, source: 'screen', state: 'flowing', width: 2560, height: 1440 },
  ]);
  expect(later.incoming.map(({ bps }) => bps)).toEqual([151_340, 62_676, 428_504]);
});

test('Firefox: a frame rate of zero is none, and bytes say that the picture comes all the same', () => {
  const { atFirst, later } = lookTwice('firefoxStar', star);
  expect(atFirst.incoming[0]).toMatchObject({ state: 'flowing', height: 180, framesPerSecond: 6 });
  expect(later.incoming[0]).toMatchObject({ state: 'flowing', framesPerSecond: undefined, bps: 43_108 });
});

test('Chromium: of one’s camera those sizes are told that are not switched off', () => {
  const { atFirst, later } = lookTwice('chromiumStar', star);
  expect(atFirst.outgoing).toMatchObject([{ sizes: [{ height: 180 }, { height: 360 }] }]);
  expect(later.outgoing).toMatchObject([{ sizes: [{ height: 180, bps: 53_652 }] }]);
});

test('Firefox, which does not say what is switched off: those by which something goes', () => {
  const { atFirst, later } = lookTwice('firefoxStar', star);
  expect(atFirst.outgoing).toMatchObject([{ sizes: [{ height: 180 }] }]);
  expect(later.outgoing).toMatchObject([{ sizes: [{ height: 180, bps: 171_796 }] }]);
});

test.each([
  ['chromiumPair', 720, 540],
  ['firefoxPair', 540, 720],
] as const)('%s: straight to another the two pictures are told apart', (name, theirs, own) => {
  const { later } = lookTwice(name, pair);
  expect(later.incoming).toMatchObject([{ participantId: ann, state: 'flowing', height: theirs }]);
  expect(later.outgoing).toMatchObject([{ isOn: true, sizes: [{ height: own }] }]);
});

test('what is left out has nothing measured, whatever came before', () => {
  const incoming = star.incoming.map((picture) => ({ ...picture, isLeftOut: picture.mid === 'd' }));
  const allotment = { pictures: 2, availableBps: 150_000 };
  const { later } = lookTwice('chromiumStar', { ...star, incoming, allotment });
  expect(later.incoming.map(({ state }) => state)).toEqual(['flowing', 'left-out', 'flowing']);
  expect(later.incoming[1]).toMatchObject({ width: undefined, height: undefined, bps: undefined });
  expect(later.allotment).toEqual(allotment);
});

test('what stands still, or has not come yet, is waited for', () => {
  const [stats = new Map()] = recordedPictures.chromiumStar;
  const elsewhere = { participantId: ann, source: 'screen', mid: 'x', isLeftOut: false } as const;
  const carried = { ...star, incoming: [...star.incoming, elsewhere] };
  const shown = describePictures(carried, stats, countStreams(stats, 1_000), countStreams(stats, 3_000));
  expect(new Set(shown.incoming.map(({ state }) => state))).toEqual(new Set(['waiting']));
  expect(shown.outgoing).toMatchObject([{ isOn: true, sizes: [] }]);
});

test('a camera that is off is sent in no size', () => {
  const { atFirst } = lookTwice('chromiumStar', { ...star, outgoing: [{ ...camera, isOn: false }] });
  expect(atFirst.outgoing).toEqual([{ source: 'camera', isOn: false, sizes: [], isLargerUnwanted: false }]);
});

test('of what nobody is said to send nothing is told', () => {
  expect(lookTwice('chromiumStar', nothingCarried).later).toEqual({
    incoming: [],
    outgoing: [],
    allotment: undefined,
  });
});
