/** What is not sent to somebody since the link, or the device, does not carry it. */
import { expect, test } from 'vitest';
import type { Stats } from '../connections/stats.ts';
import { called, pass, type Server } from '../testing/call-fixture.ts';
import type { FakePairLink } from '../testing/fake-pair-link.ts';
import { aMeshOf, linkTo, type Person } from '../testing/mesh-fixture.ts';

interface Line {
  readonly availableBps: number;
  /** 0 to 1: of what is sent of pictures, what is sent again. */
  readonly resent: number;
}

const narrow: Line = { availableBps: 84_000, resent: 0.3 };
const wide: Line = { availableBps: 900_000, resent: 0 };

/** A link over such a line, for as many seconds. */
async function carries(server: Server, link: FakePairLink, line: Line, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 1) {
    link.stats = statsAfter(link.stats, line);
    await pass(server, 1_000);
  }
}

function statsAfter(before: Stats, { availableBps, resent }: Line): Stats {
  const count = (member: string) => Number(before.get('V')?.[member] ?? 0);
  const stats = [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    { id: 'P', type: 'candidate-pair', availableOutgoingBitrate: availableBps },
    {
      id: 'V',
      type: 'outbound-rtp',
      kind: 'video',
      bytesSent: count('bytesSent') + 1_000,
      retransmittedBytesSent: count('retransmittedBytesSent') + 1_000 * resent,
    },
  ];
  return new Map(stats.map((stat) => [stat.id, stat]));
}

const seenBy = ({ room }: Person, name: string) => {
  const { camera, screen, microphone } = called(room, name);
  const shown = (publication: typeof camera) =>
    publication?.isPaused === true ? 'paused' : publication?.track === undefined ? 'none' : 'there';
  return { camera: shown(camera), screen: shown(screen), microphone: shown(microphone) };
};

test('[C57] over a link that carries sound only the camera is left out, for that pair, and the other sees why', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob', 'Cyd']);
  const link = linkTo(all.Bob, 'Ann');
  await carries(server, link, narrow, 10);
  expect(link.held).toEqual({ leftOut: ['camera'], isCameraSmaller: false });
  expect(linkTo(all.Bob, 'Cyd').held.leftOut).toEqual([]);
  expect(seenBy(all.Ann, 'Bob')).toMatchObject({ camera: 'paused', microphone: 'there' });
  expect(seenBy(all.Cyd, 'Bob')).toMatchObject({ camera: 'there' });
  expect(link.sent.get('camera')).toBeDefined();
});

test('[C57] without another offer it goes, and comes back by itself', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob']);
  const link = linkTo(all.Bob, 'Ann');
  const before = linkTo(all.Ann, 'Bob').theirs?.description;
  await carries(server, link, narrow, 10);
  await carries(server, link, wide, 15);
  expect(link.held.leftOut).toEqual([]);
  expect(seenBy(all.Ann, 'Bob')).toMatchObject({ camera: 'there', microphone: 'there' });
  expect(linkTo(all.Ann, 'Bob').theirs?.description).toEqual(before);
});

test('[C57] a screen is left out after the camera, and comes back before it', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob']);
  await all.Bob.localMedia.startScreen();
  const link = linkTo(all.Bob, 'Ann');
  await carries(server, link, narrow, 8);
  expect(seenBy(all.Ann, 'Bob')).toMatchObject({ camera: 'paused', screen: 'there' });
  await carries(server, link, narrow, 15);
  expect(seenBy(all.Ann, 'Bob')).toMatchObject({ camera: 'paused', screen: 'paused' });
  await carries(server, link, { availableBps: 146_000, resent: 0 }, 15);
  expect(seenBy(all.Ann, 'Bob')).toMatchObject({ camera: 'paused', screen: 'there' });
});

test('[C57] a camera that is stopped is not left out, and is sent when it is started again', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob']);
  await carries(server, linkTo(all.Bob, 'Ann'), narrow, 10);
  await all.Bob.localMedia.stopCamera();
  await pass(server, 1_000);
  expect(seenBy(all.Ann, 'Bob').camera).toBe('none');
  await all.Bob.localMedia.startCamera();
  await pass(server, 1_000);
  expect(seenBy(all.Ann, 'Bob').camera).toBe('there');
});

/** Bob's encoders are limited by his processor, for as many seconds, and send so many of 30 frames a second. */
async function isBusy(server: Server, bob: Person, seconds: number, framesPerSecond = 10): Promise<void> {
  const sent = { type: 'outbound-rtp', qualityLimitationReason: 'cpu', framesPerSecond, mediaSourceId: 'S' };
  for (const link of bob.pairLinks) {
    link.stats = new Map([
      ['S', { id: 'S', type: 'media-source', framesPerSecond: 30 }],
      ['V', { id: 'V', ...sent }],
    ]);
  }
  await pass(server, seconds * 1_000);
}

test('[C57] in a mesh for good a device that does not keep up sends its camera smaller to all, then to nobody', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob', 'Cyd']);
  const heldBack = () => all.Bob.pairLinks.map(({ held }) => held);
  await isBusy(server, all.Bob, 16);
  expect(heldBack()).toEqual(Array(2).fill({ leftOut: [], isCameraSmaller: true }));
  await isBusy(server, all.Bob, 16);
  expect(heldBack()).toEqual(Array(2).fill({ leftOut: ['camera'], isCameraSmaller: true }));
  for (const other of [all.Ann, all.Cyd]) {
    expect(seenBy(other, 'Bob')).toMatchObject({ camera: 'paused', microphone: 'there' });
  }
});

test('[C57] who is slow to try more, and sends what there is, goes on sending', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob', 'Cyd']);
  await isBusy(server, all.Bob, 60, 30);
  expect(all.Bob.pairLinks.map(({ held }) => held)).toEqual(
    Array(2).fill({ leftOut: [], isCameraSmaller: true }),
  );
});

test('[C57] who has fewer others to send to sends all again', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob', 'Cyd']);
  await isBusy(server, all.Bob, 16);
  await all.Cyd.client.leaveRoom('standup');
  await pass(server, 250);
  expect(linkTo(all.Bob, 'Ann').held).toEqual({ leftOut: [], isCameraSmaller: false });
});

test('[C57] a room that can go over to the media server does, and nothing is made smaller', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob', 'Cyd'], { topology: 'auto' });
  await isBusy(server, all.Bob, 16);
  expect(all.Bob.pairLinks.map(({ held }) => held.isCameraSmaller)).toEqual([false, false]);
  expect(all.Bob.links).toHaveLength(1);
});
