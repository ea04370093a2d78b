import { beforeEach, describe, expect, test } from 'vitest';
import { type NarrowSender, SourceSender } from './source-sender.ts';

/** Refuses as a browser does: parameters that are not the last that were read, and while the two negotiate. */
class FakeSender implements NarrowSender {
  track: MediaStreamTrack | null = null;
  isNegotiating = false;
  readonly tracksGiven: (MediaStreamTrack | null)[] = [];
  #transaction = 0;
  #encodings: RTCRtpEncodingParameters[] = [{}];

  get encoding() {
    return this.#encodings[0];
  }

  async replaceTrack(track: MediaStreamTrack | null) {
    await Promise.resolve();
    this.tracksGiven.push(track);
    this.track = track;
  }

  getParameters() {
    const transactionId = String(this.#transaction);
    return { transactionId, encodings: this.#encodings, codecs: [], headerExtensions: [], rtcp: {} };
  }

  async setParameters({ transactionId, encodings }: RTCRtpSendParameters) {
    if (this.isNegotiating || transactionId !== String(this.#transaction))
      throw new Error('InvalidStateError');
    await Promise.resolve();
    this.#transaction += 1;
    this.#encodings = encodings;
  }
}

const camera = { getSettings: () => ({ height: 720 }) } as MediaStreamTrack;
let fake: FakeSender;
let sender: SourceSender;

beforeEach(() => {
  fake = new FakeSender();
  sender = new SourceSender('camera', fake);
});

describe('a camera for one other participant', () => {
  test('is sent as tall as it was said last, however fast that changed', async () => {
    await Promise.all([0, 180, 0, 360].map((shown) => sender.send({ track: camera, shown })));
    expect(fake.encoding).toMatchObject({ active: true, scaleResolutionDownBy: 2 });
  });

  test('that the browser would not send so while the two negotiated is sent so when they have', async () => {
    await sender.send({ track: camera, shown: 0 });
    fake.isNegotiating = true;
    await sender.send({ track: camera, shown: 720 });
    expect(fake.encoding).toMatchObject({ active: false });
    fake.isNegotiating = false;
    await sender.handleNegotiated();
    expect(fake.encoding).toMatchObject({ active: true, scaleResolutionDownBy: 1 });
  });

  test('is given to the browser anew after a rollback', async () => {
    await sender.send({ track: camera, shown: 720 });
    await sender.handleRolledBack();
    expect(fake.tracksGiven).toEqual([camera, null, camera]);
  });

  test('that is off is not sent', async () => {
    await sender.send({ track: camera, shown: 720 });
    await sender.send({ track: undefined, shown: 720 });
    expect(fake.track).toBeNull();
  });
});

test('a microphone is not given anew after a rollback: browsers go on sending it', async () => {
  const microphone = new SourceSender('microphone', fake);
  await microphone.send({ track: camera, shown: undefined });
  await microphone.handleRolledBack();
  expect(fake.tracksGiven).toEqual([camera]);
});
