/** Pictures as the connection panel lists them: full, small (nobody looks at a larger one), narrow, or off. */
import type { ConnectionPictures, IncomingPicture, Participant, PictureMeasures } from '@plenum/client';

const unmeasured: PictureMeasures = {
  width: undefined,
  height: undefined,
  framesPerSecond: undefined,
  bps: undefined,
};
const sizeOf = (lines: number, bps: number): PictureMeasures => ({
  width: (lines * 16) / 9,
  height: lines,
  framesPerSecond: 24,
  bps,
});
const small = sizeOf(180, 128_000);
const middle = sizeOf(360, 418_000);
const full = sizeOf(1080, 1_620_000);
const slow = { ...full, framesPerSecond: 2, bps: 88_000 };

/** @param way Straight to another a camera is sent in one size. */
export function fakePictures(
  kind: string,
  others: readonly Participant[],
  way: 'star' | 'direct',
): ConnectionPictures {
  const isNarrow = kind === 'narrow';
  const sizes = { off: [], small: [small] }[kind] ?? (way === 'star' ? [small, middle] : [middle]);
  return {
    incoming: others.flatMap(sharedBy).map((picture, index) => showPicture(picture, index, isNarrow)),
    outgoing: [{ source: 'camera', isOn: kind !== 'off', sizes, isLargerUnwanted: kind === 'small' }],
    allotment: isNarrow && way === 'star' ? { pictures: 1, availableBps: 150_000 } : undefined,
  };
}

type Picture = Pick<IncomingPicture, 'participantId' | 'source'>;

function sharedBy({ id, camera, screen }: Participant): readonly Picture[] {
  const isOn = (publication: Participant['camera']) => publication?.muted === false;
  return [
    ...(isOn(screen) ? [{ participantId: id, source: 'screen' } as const] : []),
    ...(isOn(camera) ? [{ participantId: id, source: 'camera' } as const] : []),
  ];
}

function showPicture(picture: Picture, index: number, isNarrow: boolean): IncomingPicture {
  if (isNarrow && index > 0) return { ...picture, state: 'left-out', ...unmeasured };
  // One has not come yet.
  if (index === 3) return { ...picture, state: 'waiting', ...unmeasured };
  const [screen, camera] = isNarrow ? [slow, small] : [full, middle];
  return { ...picture, state: 'flowing', ...(picture.source === 'screen' ? screen : camera) };
}
