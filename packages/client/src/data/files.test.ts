/** Files from one participant to others, over a network that is slow, loses things or is cut. */
import type { ParticipantId } from '@plenum/protocol';
import { describe, expect, test } from 'vitest';
import { aDataNetwork, aFile, blobOf, deliveryTo, isSameFile } from '../testing/data-network.ts';
import { formatFrame, parseFrame } from './file-frames.ts';
import type { FileTransfer, IncomingFile } from './file-types.ts';

const ben = 'ben' as ParticipantId;
const cleo = 'cleo' as ParticipantId;
const megabyte = 1_048_576;

async function anOffer(size: number, to: readonly ParticipantId[] = [ben]) {
  const network = aDataNetwork(['ann', ...to]);
  const file = aFile(size);
  const transfer = network.member('ann').files.send(file, file.name, to);
  return { network, file, transfer, incoming: await network.offered('ben') };
}

async function aTransfer(size: number) {
  const offer = await anOffer(size);
  offer.incoming.accept();
  return offer;
}

const isOver = ({ state }: IncomingFile) => !['offered', 'receiving'].includes(state.current.name);
const bytesOf = ({ state }: IncomingFile) => (state.current.name === 'receiving' ? state.current.bytes : -1);
const isDelivered = (transfer: FileTransfer, name: string) => deliveryTo(transfer, name).name === 'verified';
const isChunk = (message: Uint8Array) => parseFrame(message).type === 'chunk';

describe('a file', () => {
  test.each([0, 1, 16_384, 3 * megabyte + 5])('of %i bytes arrives as it was sent', async (size) => {
    const { network, file, transfer, incoming } = await aTransfer(size);
    expect(incoming).toMatchObject({ from: 'ann', name: 'photo.jpg', size, type: 'image/jpeg' });
    await network.until(() => isDelivered(transfer, 'ben'));
    expect(await isSameFile(blobOf(incoming), file)).toBe(true);
    expect(blobOf(incoming).type).toBe('image/jpeg');
  });

  test('is not sent before it is wanted', async () => {
    const { network, transfer, incoming } = await anOffer(megabyte);
    await network.passes(20_000);
    expect(network.member('ben').arrivedBytes).toBeLessThan(1_000);
    expect(deliveryTo(transfer, 'ben')).toEqual({ name: 'offered' });
    expect(network.member('ben').files.files.current).toEqual([incoming]);
  });

  test('may be declined', async () => {
    const { network, transfer, incoming } = await anOffer(megabyte);
    incoming.decline();
    await network.until(() => deliveryTo(transfer, 'ben').name === 'declined');
    expect(incoming.state.current).toEqual({ name: 'declined' });
  });

  test('tells both sides how far it is', async () => {
    const { network, transfer, incoming } = await aTransfer(4 * megabyte);
    network.member('ben').bytesPerSecond = megabyte;
    await network.until(() => bytesOf(incoming) > megabyte);
    await network.passes(150);
    const delivery = deliveryTo(transfer, 'ben');
    expect(delivery.name === 'sending' && delivery.bytes).toBeGreaterThan(megabyte);
  });

  test('that cannot be read any more fails on both sides with a code', async () => {
    const network = aDataNetwork(['ann', 'ben']);
    const broken = aFile(megabyte);
    broken.slice = () => {
      throw new DOMException('gone', 'NotReadableError');
    };
    const transfer = network.member('ann').files.send(broken, 'a', [ben]);
    const incoming = await network.offered('ben');
    incoming.accept();
    await network.until(() => isOver(incoming));
    const failed = { name: 'failed', error: { code: 'file-unreadable' } };
    expect(incoming.state.current).toMatchObject(failed);
    expect(deliveryTo(transfer, 'ben')).toMatchObject(failed);
  });
});

describe('what is lost', () => {
  test('in a cut in the middle is sent again from where the receiver is, and nothing else', async () => {
    const { network, file, transfer, incoming } = await aTransfer(6 * megabyte);
    const receiver = network.member('ben');
    receiver.bytesPerSecond = 4 * megabyte;
    await network.until(() => bytesOf(incoming) > 2 * megabyte);
    receiver.isCut = true;
    await network.passes(10_000);
    receiver.isCut = false;
    await network.until(() => isDelivered(transfer, 'ben'));
    expect(await isSameFile(blobOf(incoming), file)).toBe(true);
    // At most what was under way, and what the frames say themselves.
    expect(receiver.arrivedBytes).toBeLessThan(7.1 * megabyte);
  });

  test('here and there is sent again', async () => {
    const { network, file, transfer, incoming } = await aTransfer(2 * megabyte);
    let count = 0;
    network.member('ben').hears = (message) => {
      count += 1;
      return count % 40 === 0 ? undefined : message;
    };
    await network.until(() => isDelivered(transfer, 'ben'));
    expect(await isSameFile(blobOf(incoming), file)).toBe(true);
  });

  test('of what the receiver says does no harm', async () => {
    const { network, file, transfer, incoming } = await aTransfer(2 * megabyte);
    let count = 0;
    network.member('ann').hears = (message) => {
      count += 1;
      return count % 3 === 0 ? undefined : message;
    };
    await network.until(() => isDelivered(transfer, 'ben'));
    expect(await isSameFile(blobOf(incoming), file)).toBe(true);
  });

  test('may be a goodbye: who gave up says so when asked', async () => {
    const { network, transfer, incoming } = await aTransfer(4 * megabyte);
    network.member('ben').bytesPerSecond = megabyte;
    await network.passes(500);
    network.member('ben').isCut = true;
    transfer.cancel();
    await network.passes(2_000);
    network.member('ben').isCut = false;
    await network.until(() => isOver(incoming));
    expect(incoming.state.current).toEqual({ name: 'cancelled', by: 'there' });
  });

  test('is twice there in vain: what comes again changes nothing', async () => {
    const { network, file, transfer, incoming } = await aTransfer(megabyte);
    const receiver = network.member('ben');
    receiver.hears = (message) => {
      receiver.files.handleMessage('ann' as ParticipantId, message.slice());
      return message;
    };
    await network.until(() => isDelivered(transfer, 'ben'));
    expect(await isSameFile(blobOf(incoming), file)).toBe(true);
  });
});

describe('of several receivers', () => {
  test('a slow one holds up nobody, and has no more under way than its window', async () => {
    const { network, file, transfer, incoming } = await anOffer(8 * megabyte, [ben, cleo]);
    const slow = network.member('cleo');
    slow.bytesPerSecond = 200_000;
    const toCleo = await network.offered('cleo');
    incoming.accept();
    toCleo.accept();
    const ms = await network.until(() => isDelivered(transfer, 'ben'));
    expect(ms).toBeLessThan(10_000);
    expect(deliveryTo(transfer, 'cleo').name).toBe('sending');
    expect(await isSameFile(blobOf(incoming), file)).toBe(true);
    transfer.cancel();
    await network.until(() => isOver(toCleo));
    expect(deliveryTo(transfer, 'ben').name).toBe('verified');
  });

  test('those who are equally far get one message', async () => {
    const { network, transfer, incoming } = await anOffer(megabyte, [ben, cleo]);
    const toCleo = await network.offered('cleo');
    incoming.accept();
    toCleo.accept();
    await network.until(() => isDelivered(transfer, 'ben') && isDelivered(transfer, 'cleo'));
    // But for a receipt that one has and the other has not yet: of the file there are no two messages.
    expect(Math.abs(network.member('ben').arrivedBytes - network.member('cleo').arrivedBytes)).toBeLessThan(
      1_000,
    );
  });

  test('who leaves fails alone', async () => {
    const { network, transfer, incoming } = await anOffer(megabyte, [ben, cleo]);
    incoming.accept();
    network.leaves('cleo');
    await network.until(() => deliveryTo(transfer, 'cleo').name === 'failed');
    expect(deliveryTo(transfer, 'cleo')).toMatchObject({ error: { code: 'participant-left' } });
    expect(deliveryTo(transfer, 'ben').name).toBe('verified');
  });
});

describe('a pause', () => {
  test.each(['sender', 'receiver'] as const)('by the %s stops it until they go on', async (who) => {
    const { network, file, transfer, incoming } = await aTransfer(4 * megabyte);
    network.member('ben').bytesPerSecond = 2 * megabyte;
    await network.until(() => bytesOf(incoming) > megabyte);
    const control = who === 'sender' ? transfer : incoming;
    control.pause();
    await network.passes(1_500);
    const before = bytesOf(incoming);
    await network.passes(20_000);
    expect(bytesOf(incoming)).toBe(before);
    const [here, there] = who === 'sender' ? ['here', 'there'] : ['there', 'here'];
    expect(deliveryTo(transfer, 'ben')).toMatchObject({ name: 'sending', pausedBy: here });
    expect(incoming.state.current).toMatchObject({ name: 'receiving', pausedBy: there });
    control.resume();
    await network.until(() => isDelivered(transfer, 'ben'));
    expect(await isSameFile(blobOf(incoming), file)).toBe(true);
  });

  test('is followed by a cancel from either side', async () => {
    const first = await aTransfer(4 * megabyte);
    first.incoming.pause();
    first.transfer.cancel();
    await first.network.until(() => isOver(first.incoming));
    expect(first.incoming.state.current).toEqual({ name: 'cancelled', by: 'there' });

    const second = await aTransfer(4 * megabyte);
    second.incoming.cancel();
    await second.network.until(() => deliveryTo(second.transfer, 'ben').name === 'cancelled');
    expect(deliveryTo(second.transfer, 'ben')).toEqual({ name: 'cancelled', by: 'there' });
  });
});

describe('who does not keep to the rules', () => {
  test('and changes a byte is found out: the file fails on both sides with a code', async () => {
    const { network, transfer, incoming } = await aTransfer(2 * megabyte);
    let isChanged = false;
    network.member('ben').hears = (message) => {
      if (isChanged || !isChunk(message)) return message;
      isChanged = true;
      message[message.length - 1] = (message.at(-1) ?? 0) ^ 1;
      return message;
    };
    await network.until(() => isOver(incoming));
    expect(incoming.state.current).toMatchObject({ name: 'failed', error: { code: 'file-corrupt' } });
    await network.until(() => deliveryTo(transfer, 'ben').name === 'failed');
    expect(deliveryTo(transfer, 'ben')).toMatchObject({ error: { code: 'file-corrupt' } });
  });

  test('and sends more than there is space for is refused with a code', async () => {
    const { network, transfer, incoming } = await aTransfer(8 * megabyte);
    network.member('ben').hears = (message) => {
      const frame = parseFrame(message);
      return frame.type === 'chunk' ? formatFrame({ ...frame, offset: 7 * megabyte }) : message;
    };
    await network.until(() => isOver(incoming));
    expect(incoming.state.current).toMatchObject({ name: 'failed', error: { code: 'bad-message' } });
    await network.until(() => deliveryTo(transfer, 'ben').name === 'failed');
  });

  test('and sends noise is not listened to', async () => {
    const network = aDataNetwork(['ann', 'ben']);
    const { files } = network.member('ben');
    for (const noise of [[], [1], [2, 0, 0, 0, 1], [99, 0, 0, 0, 1, 5], [7, 0, 0, 0, 1, 9]]) {
      files.handleMessage('ann' as ParticipantId, Uint8Array.from(noise));
    }
    expect(files.files.current).toEqual([]);
  });

  test('and offers without end is heard twenty times', async () => {
    const network = aDataNetwork(['ann', 'ben']);
    const { files } = network.member('ben');
    const about = { name: 'a', size: 1, type: '' };
    for (let id = 0; id < 50; id += 1) {
      files.handleMessage('ann' as ParticipantId, formatFrame({ type: 'offer', id, about }));
    }
    expect(files.files.current).toHaveLength(20);
  });

  test('and says that it has what it was not sent is not believed', async () => {
    const { network, file, transfer, incoming } = await aTransfer(2 * megabyte);
    const { files } = network.member('ann');
    const lie = { type: 'progress', received: 2 * megabyte, limit: 2 * megabyte } as const;
    const [id = 0] = [Number(incoming.id.split('-')[1])];
    files.handleMessage(ben, formatFrame({ ...lie, id, isRewind: false, isPaused: false }));
    await network.until(() => isDelivered(transfer, 'ben'));
    expect(await isSameFile(blobOf(incoming), file)).toBe(true);
  });
});

test('who is in the room no more has nothing under way, and keeps what has arrived', async () => {
  const { network, file, transfer, incoming } = await aTransfer(1_000);
  await network.until(() => isDelivered(transfer, 'ben'));
  const second = network.member('ann').files.send(aFile(megabyte), 'b', [ben]);
  const offered = await network.offered('ben');
  network.member('ann').files.close();
  network.member('ben').files.close();
  expect(deliveryTo(second, 'ben')).toMatchObject({ name: 'failed', error: { code: 'aborted' } });
  expect(offered.state.current).toMatchObject({ name: 'failed', error: { code: 'aborted' } });
  expect(await isSameFile(blobOf(incoming), file)).toBe(true);
  await network.passes(1_000);
  expect(network.clock.pendingTimers).toBe(0);
});
