import { expect, test } from 'vitest';
import { type NarrowSender, PictureSender, type PictureWish, sendPicture } from './picture-sender.ts';
import { inDetail } from './screen-encoding.ts';

/** Refuses as a browser does: parameters that are not the last that were read. */
class FakeSender implements NarrowSender {
  track: MediaStreamTrack | null = null;
  #transaction = 0;
  encodings: RTCRtpEncodingParameters[];
  degradation: RTCDegradationPreference | undefined;
  told = 0;

  constructor(layers: number) {
    this.encodings = Array.from({ length: layers }, () => ({}));
  }

  async replaceTrack(track: MediaStreamTrack | null) {
    await Promise.resolve();
    this.track = track;
  }

  getParameters() {
    const transactionId = String(this.#transaction);
    return { transactionId, encodings: this.encodings, codecs: [], headerExtensions: [], rtcp: {} };
  }

  async setParameters({ transactionId, encodings, degradationPreference }: RTCRtpSendParameters) {
    if (transactionId !== String(this.#transaction)) throw new Error('InvalidStateError');
    await Promise.resolve();
    this.#transaction += 1;
    this.told += 1;
    this.encodings = encodings;
    this.degradation = degradationPreference;
  }
}

const track = { kind: 'video' } as MediaStreamTrack;

function aCamera(layers: number) {
  const sender = new FakeSender(layers);
  let wish: PictureWish = { track, encodings: [{ active: true }] };
  const camera = new PictureSender(sender, () => wish);
  const want = (wanted: Partial<PictureWish>) => {
    wish = { ...wish, ...wanted };
    return camera.update();
  };
  return { sender, want };
}

test('a camera is sent as it was wanted last, however fast that changed', async () => {
  const { sender, want } = aCamera(1);
  const wishes = [false, true, false, true].map((active) => want({ encodings: [{ active }] }));
  await Promise.all(wishes);
  expect(sender.encodings).toEqual([{ active: true }]);
});

test('also when the last wish came in the turn in which the one before was fulfilled', async () => {
  const { sender, want } = aCamera(1);
  await want({}).then(() => want({ encodings: [{ active: false }] }));
  expect(sender.encodings).toEqual([{ active: false }]);
});

test('a camera that is off is not sent', async () => {
  const { sender, want } = aCamera(1);
  await want({});
  expect(sender.track).toBe(track);
  await want({ track: undefined });
  expect(sender.track).toBeNull();
});

test('a sender that does no simulcast is left as it is', async () => {
  const { sender, want } = aCamera(1);
  await want({ encodings: [{ active: true }, { active: false }, { active: false }] });
  expect(sender.encodings).toEqual([{}]);
});

test('an encoder that does what is wanted is not told again, but for another track', async () => {
  const { sender, want } = aCamera(1);
  await want({});
  await want({});
  expect(sender.told).toBe(1);
  await want({ track: { kind: 'video' } as MediaStreamTrack });
  expect(sender.told).toBe(2);
});

test('a sender that forgot what it was told is told anew', async () => {
  const sender = new FakeSender(1);
  await sendPicture(sender, inDetail(track), true);
  await sendPicture(sender, inDetail(track), false);
  expect(sender.told).toBe(1);
  await sendPicture(sender, inDetail(track), true);
  expect(sender.told).toBe(2);
});

test('a screen that is left out and comes back at once is sent in the end, in full', async () => {
  const sender = new FakeSender(1);
  let isSent = true;
  const screen = new PictureSender(sender, () => inDetail(track, isSent));
  const updates = [true, false, true].map((wanted) => {
    isSent = wanted;
    return screen.update();
  });
  await Promise.all(updates);
  expect(sender.encodings).toMatchObject([{ active: true, maxFramerate: 15 }]);
  expect(sender.degradation).toBe('maintain-resolution');
});
