import type { ParticipantId, Source } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { type ConnectionEnds, carryPictures } from './carried-pictures.ts';

const ann = 'ann' as ParticipantId;
const ben = 'ben' as ParticipantId;
const everything: readonly (readonly [ParticipantId, Source])[] = [
  [ann, 'microphone'],
  [ann, 'camera'],
  [ben, 'camera'],
  [ben, 'screen'],
];
const aTrack = (height: number) => ({ getSettings: () => ({ height }) });
const tracks = (height = 720) => new Map<Source, ReturnType<typeof aTrack>>([['camera', aTrack(height)]]);

const ends: ConnectionEnds = {
  midOf: (id, source) => (id === ben ? `${source}-line` : undefined),
  isLeftOut: (_id, source) => source === 'camera',
  publishOn: { microphone: '0', camera: '1', screen: '2' },
};

test('of what the others send those pictures are of a connection that come by it', () => {
  expect(carryPictures(ends, everything, tracks()).incoming).toEqual([
    { participantId: ben, source: 'camera', mid: 'camera-line', isLeftOut: true },
    { participantId: ben, source: 'screen', mid: 'screen-line', isLeftOut: false },
  ]);
});

test('one’s camera is told of also where it is off, a screen only where it is shared', () => {
  const none = carryPictures(ends, [], new Map());
  expect(none.outgoing).toMatchObject([{ source: 'camera', mid: '1', isOn: false, isLargerUnwanted: false }]);
  const shared = carryPictures(ends, [], tracks().set('screen', aTrack(1080)));
  expect(shared.outgoing).toMatchObject([
    { source: 'camera', isOn: true },
    { source: 'screen', mid: '2', isOn: true, isLargerUnwanted: false },
  ]);
});

test.each([
  ['only the smallest is looked at', 720, 0, true],
  ['the largest is', 720, 2, false],
  ['there is no larger one than what is captured', 180, 0, false],
  ['the other side does not say it', 720, undefined, false],
] as const)('where %s: of %i lines, up to %s', (_when, height, shownLayer, isLargerUnwanted) => {
  const { outgoing } = carryPictures({ ...ends, shownLayer }, [], tracks(height));
  expect(outgoing).toMatchObject([{ source: 'camera', isLargerUnwanted }]);
});
