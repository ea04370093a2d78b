import type {
  ConnectionPictures,
  IncomingPicture,
  OutgoingPicture,
  ParticipantId,
  PictureMeasures,
} from '@plenum/client';
import { expect, test } from 'vitest';
import { pictureLines, viewPictures } from './picture-words.ts';

const plain: PictureMeasures = { width: 640, height: 360, framesPerSecond: 23.7, bps: 420_000 };
const unknown: PictureMeasures = {
  width: undefined,
  height: undefined,
  framesPerSecond: undefined,
  bps: undefined,
};

function incoming(id: string, facts: Partial<IncomingPicture> = {}): IncomingPicture {
  return { participantId: id as ParticipantId, source: 'camera', state: 'flowing', ...plain, ...facts };
}

function outgoing(facts: Partial<OutgoingPicture> = {}): OutgoingPicture {
  return { source: 'camera', isOn: true, sizes: [plain], isLargerUnwanted: false, ...facts };
}

const names: Readonly<Record<string, string>> = { p1: 'Ann', p2: 'Ben' };
const view = (pictures: Partial<ConnectionPictures>) =>
  viewPictures({ incoming: [], outgoing: [], allotment: undefined, ...pictures }, (id) => names[id]);

test.each<[Partial<IncomingPicture>, string]>([
  [{}, '640 × 360, 24 a second, 420 kbit/s'],
  [{ source: 'screen', width: 1920, height: 1080, bps: 1_640_000 }, '1920 × 1080, 24 a second, 1.6 Mbit/s'],
  [{ bps: undefined }, '640 × 360, 24 a second'],
  [unknown, 'comes'],
  [{ ...unknown, state: 'waiting' }, 'nothing comes now'],
  [{ ...unknown, state: 'left-out' }, 'left out: the line does not carry it'],
])('a picture that is to come, %o: %s', (facts, words) => {
  expect(view({ incoming: [incoming('p1', facts)] }).incoming).toMatchObject([{ name: 'Ann', words }]);
});

test('whoever is not known is somebody', () => {
  expect(view({ incoming: [incoming('p9')] }).incoming).toMatchObject([{ name: 'Somebody' }]);
});

const size = (height: number, bps: number | undefined = 100_000) => ({ ...plain, height, bps });

test.each<[Partial<OutgoingPicture>, string, string]>([
  [{ sizes: [size(180), size(360)] }, 'flowing', 'sent at 180 and 360 lines, 200 kbit/s'],
  [{ sizes: [size(180), size(360), size(720)] }, 'flowing', 'sent at 180, 360 and 720 lines, 300 kbit/s'],
  [
    { sizes: [size(180)], isLargerUnwanted: true },
    'flowing',
    'sent at 180 lines, 100 kbit/s; nobody looks at a larger one',
  ],
  [{ sizes: [{ ...plain, bps: undefined }] }, 'flowing', 'sent at 360 lines'],
  [{ sizes: [unknown] }, 'flowing', 'sent'],
  [{ sizes: [] }, 'waiting', 'not sent now'],
  [{ isOn: false, sizes: [] }, 'off', 'off'],
])('one’s own, %o, is %s: %s', (facts, state, words) => {
  expect(view({ outgoing: [outgoing(facts)] }).own).toMatchObject([{ name: undefined, state, words }]);
});

test.each([
  [
    1,
    3,
    'Your line was seen to carry about 150 kbit/s: 1 of 4 pictures is sent to you, at its smallest. The others come back by themselves.',
  ],
  [
    3,
    1,
    'Your line was seen to carry about 150 kbit/s: 3 of 4 pictures are sent to you, at their smallest. The other comes back by itself.',
  ],
  [1, 0, 'Your line was seen to carry about 150 kbit/s: pictures are sent to you at their smallest for now.'],
])('what the server decided, with %i sent and %i left out, is a sentence', (sent, leftOut, sentence) => {
  const shown = view({
    incoming: [
      ...Array.from({ length: sent }, () => incoming('p1')),
      ...Array.from({ length: leftOut }, () => incoming('p2', { ...unknown, state: 'left-out' })),
    ],
    allotment: { pictures: sent, availableBps: 150_000 },
  });
  expect(shown.allotment).toBe(sentence);
});

test('where all are sent there is nothing to say of it', () => {
  expect(view({ incoming: [incoming('p1')] }).allotment).toBeUndefined();
});

test('the lines for support name nobody', () => {
  const lines = pictureLines(
    view({
      incoming: [incoming('p1')],
      outgoing: [outgoing()],
      allotment: { pictures: 1, availableBps: 1_500_000 },
    }),
  );
  expect(lines).toEqual([
    'Your line was seen to carry about 1.5 Mbit/s: pictures are sent to you at their smallest for now.',
    'Own camera: sent at 360 lines, 420 kbit/s',
    'Participant p1, camera: 640 × 360, 24 a second, 420 kbit/s',
  ]);
});
