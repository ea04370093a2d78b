import type { ConsumerLayers } from 'mediasoup/types';
import { expect, test } from 'vitest';
import { silentLogger } from '../logger.ts';
import { standardCapabilities } from '../sdp/media-profile.ts';
import { type Consume, type Consumer, ConsumerSlot } from './slot.ts';

class FakeConsumer implements Consumer {
  readonly kind = 'video';
  readonly producerId: string;
  readonly calls: string[] = [];
  closed = false;
  priority = 1;
  #onProducerClose: () => void = () => undefined;

  constructor(producerId: string) {
    this.producerId = producerId;
  }

  close(): void {
    this.closed = true;
  }

  async setPriority(priority: number): Promise<void> {
    this.calls.push(`priority ${priority}`);
    this.priority = priority;
  }

  async setPreferredLayers({ spatialLayer, temporalLayer }: ConsumerLayers): Promise<void> {
    this.calls.push(`layer ${spatialLayer}${temporalLayer === undefined ? '' : `, frames ${temporalLayer}`}`);
  }

  async pause(): Promise<void> {
    this.calls.push('pause');
  }

  async resume(): Promise<void> {
    this.calls.push('resume');
  }

  async requestKeyFrame(): Promise<void> {
    this.calls.push('key frame');
  }

  once(_event: 'producerclose', listener: () => void): void {
    this.#onProducerClose = listener;
  }

  endProducer(): void {
    this.closed = true;
    this.#onProducerClose();
  }
}

interface Pending {
  readonly producerId: string;
  succeed(): FakeConsumer;
  fail(): void;
}

/** A slot whose consumers are made when the test says so. */
function aSlot() {
  const pending: Pending[] = [];
  const made: FakeConsumer[] = [];
  const consume: Consume = ({ producerId }) =>
    new Promise((resolve, reject) => {
      const succeed = () => {
        const consumer = new FakeConsumer(producerId);
        made.push(consumer);
        resolve(consumer);
        return consumer;
      };
      pending.push({ producerId, succeed, fail: () => reject(new Error('Producer not found')) });
    });
  const slot = new ConsumerSlot({ mid: '7', kind: 'video' }, standardCapabilities, consume, silentLogger);
  return {
    slot,
    pending,
    open: () => made.filter((consumer) => !consumer.closed).map((each) => each.producerId),
  };
}

/** Lets everything that was resolved so far take effect. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const ann = { id: 'ann', closed: false };
const bob = { id: 'bob', closed: false };
const wish = { maxLayer: 0, priority: 1 };

test('the last of several wishes is carried out, the ones between are not begun', async () => {
  const { slot, pending, open } = aSlot();
  const results = Promise.all([ann, bob, ann, bob].map((producer) => slot.fill(producer, wish)));
  await settled();
  expect(pending.map((each) => each.producerId)).toEqual(['ann']);
  pending[0]?.succeed();
  await settled();
  expect(pending.map((each) => each.producerId)).toEqual(['ann', 'bob']);
  pending[1]?.succeed();
  expect(await results).toEqual([false, true, false, true]);
  expect(open()).toEqual(['bob']);
});

test('a wish that comes back to what is being made keeps it', async () => {
  const { slot, pending, open } = aSlot();
  const first = slot.fill(ann, wish);
  await settled();
  slot.empty();
  const second = slot.fill(ann, { maxLayer: 2, priority: 1 });
  pending[0]?.succeed();
  await settled();
  pending[1]?.succeed();
  expect(await Promise.all([first, second])).toEqual([true, true]);
  expect(open()).toEqual(['ann']);
});

test('a slot that is emptied while its consumer is made closes it', async () => {
  const { slot, pending, open } = aSlot();
  const filled = slot.fill(ann, wish);
  await settled();
  slot.empty();
  pending[0]?.succeed();
  expect(await filled).toBe(false);
  expect(open()).toEqual([]);
});

test('a slot whose transport closes while its consumer is made leaves nothing', async () => {
  const { slot, pending, open } = aSlot();
  const filled = slot.fill(ann, wish);
  await settled();
  slot.close();
  pending[0]?.succeed();
  expect(await filled).toBe(false);
  expect(open()).toEqual([]);
  expect(await slot.fill(ann, wish)).toBe(false);
});

test('a source that cannot be consumed leaves the slot empty, and it can be filled again', async () => {
  const { slot, pending, open } = aSlot();
  const failed = slot.fill(ann, wish);
  await settled();
  pending[0]?.fail();
  expect(await failed).toBe(false);
  const filled = slot.fill(ann, wish);
  await settled();
  pending[1]?.succeed();
  expect(await filled).toBe(true);
  expect(open()).toEqual(['ann']);
});

test('the same source with the same wish costs nothing, with another only what changed', async () => {
  const { slot, pending } = aSlot();
  const filled = slot.fill(ann, { maxLayer: 0, priority: 9 });
  await settled();
  const consumer = pending[0]?.succeed();
  await filled;
  expect(consumer?.calls).toEqual(['priority 9']);
  await slot.fill(ann, { maxLayer: 0, priority: 9 });
  await slot.adjust({ maxLayer: 2, priority: 9 });
  await slot.adjust({ maxLayer: 2, priority: 1 });
  expect(consumer?.calls).toEqual(['priority 9', 'layer 2', 'priority 1']);
  expect(pending).toHaveLength(1);
});

test('a wish that changes while the consumer is made holds for it', async () => {
  const { slot, pending } = aSlot();
  const filled = slot.fill(ann, wish);
  await settled();
  await slot.adjust({ maxLayer: 1, priority: 4 });
  const consumer = pending[0]?.succeed();
  expect(await filled).toBe(true);
  expect(consumer?.calls).toEqual(['priority 4', 'layer 1']);
});

test('a source that ends leaves the slot free', async () => {
  const { slot, pending, open } = aSlot();
  const filled = slot.fill(ann, wish);
  await settled();
  const consumer = pending[0]?.succeed();
  await filled;
  consumer?.endProducer();
  const again = slot.fill(ann, wish);
  await settled();
  pending[1]?.succeed();
  expect(await again).toBe(true);
  expect(open()).toEqual(['ann']);
});

test('an answer that is like the offer changes nothing, one that takes something away makes the consumer anew', async () => {
  const { slot, pending, open } = aSlot();
  const filled = slot.fill(ann, wish);
  await settled();
  pending[0]?.succeed();
  await filled;
  await slot.negotiate(standardCapabilities);
  expect(pending).toHaveLength(1);
  const codecs = standardCapabilities.codecs?.filter((codec) => codec.mimeType !== 'video/rtx') ?? [];
  const negotiated = slot.negotiate({ ...standardCapabilities, codecs });
  await settled();
  pending[1]?.succeed();
  await negotiated;
  expect(open()).toEqual(['ann']);
  await slot.negotiate(undefined);
  expect(open()).toEqual([]);
});

test('whoever missed something is shown a whole picture soon, where there is one', async () => {
  const { slot, pending } = aSlot();
  slot.refresh();
  const filled = slot.fill(ann, wish);
  await settled();
  const consumer = pending[0]?.succeed();
  await filled;
  slot.refresh();
  await settled();
  expect(consumer?.calls).toEqual(['key frame']);
});

test('half of the frames are the lower two of three frame rates', async () => {
  const { slot, pending } = aSlot();
  const filled = slot.fill(ann, wish);
  await settled();
  const consumer = pending[0]?.succeed();
  await filled;
  const before = consumer?.calls.length;
  await slot.adjust({ ...wish, hasHalfFrames: true });
  await slot.adjust({ ...wish, hasHalfFrames: true });
  await slot.adjust(wish);
  const { maxLayer } = wish;
  expect(consumer?.calls.slice(before)).toEqual([`layer ${maxLayer}, frames 1`, `layer ${maxLayer}`]);
});
