/** A viewer of a broadcast that is no browser's and none of ours: GStreamer's `webrtcbin`, as Debian has it, over WHEP. */
import type { GStreamerProgram } from '@plenum/testkit/gstreamer';
import { aWhepViewer, canHaveGStreamer } from '@plenum/testkit/gstreamer/testing';
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aRoomWith } from './harness/a-room-with.ts';

/** Who is missed is gone when nothing came for 15 s. */
const patience = { timeout: 60_000, interval: 500 };
/** Pictures, at 25 a second: more than come in the time that somebody is kept of whom nothing is heard. */
const longerThanSilence = 500;

// Over UDP it makes no connection to a server that has the loopback address only.
const what = 'viewers that are GStreamer';
const isPossible = (await canHaveGStreamer(what)) && (await canHaveNetworkLab(what));

async function aBroadcast() {
  const { server, person } = await aRoomWith('Ann', (await aNetworkLab()).address);
  await person.broadcast();
  await person.banner('Live').waitFor();
  const watch = (...options: readonly string[]) => aWhepViewer(`${server.url}/whep/studio`, ...options);
  return { server, person, watch };
}

/** Resolves when it has decoded so many pictures, and goes on hearing Ann, who beeps every second. */
async function untilSeesAndHears(viewer: GStreamerProgram, pictures = 50): Promise<void> {
  const { heard: before } = await viewer.told('received');
  const received = async () => {
    const { pictures: seen, size, heard } = await viewer.told('received');
    return { size, isSeen: Number(seen) > pictures, isHeard: Number(heard) > Number(before) };
  };
  const wanted = { size: 'H264 1280x720', isSeen: true, isHeard: true };
  await expect.poll(received, { timeout: 60_000, interval: 0 }).toEqual(wanted);
}

describe.runIf(isPossible)('GStreamer looks on at a broadcast', () => {
  test.each([
    ['in H.264, with all candidates in its offer', ['--codec', 'H264']],
    [
      'in H.264 over TCP, though it would rather have VP8, with its candidates behind the offer',
      ['--codec', 'VP8', '--codec', 'H264', '--trickle', '--transport', 'tcp'],
    ],
  ])('[W5] [W6] %s, until it goes', async (_how, options) => {
    const { server, watch } = await aBroadcast();
    const viewer = watch(...options);
    expect(await viewer.told('answered')).toMatchObject({ status: 201 });
    if (options.includes('--trickle')) expect(await viewer.told('trickled')).toMatchObject({ status: 204 });
    await untilSeesAndHears(viewer);
    expect((await server.counts()).viewers).toBe(1);
    viewer.askToEnd();
    expect(await viewer.told('deleted')).toMatchObject({ status: 200 });
    expect((await server.counts()).viewers).toBe(0);
  });

  test('[W7] although it checks no consent, and is gone when it is killed, or the broadcast ends', async () => {
    const { server, person, watch } = await aBroadcast();
    const [killed, staying] = [watch(), watch()];
    await untilSeesAndHears(killed, longerThanSilence);
    await untilSeesAndHears(staying, longerThanSilence);
    expect((await server.counts()).viewers).toBe(2);
    await killed.kill();
    await expect.poll(async () => (await server.counts()).viewers, patience).toBe(1);
    await untilSeesAndHears(staying);
    await person.more('Stop broadcast');
    await staying.told('ended');
    expect((await server.counts()).viewers).toBe(0);
    staying.askToEnd();
    expect(await staying.told('deleted')).toMatchObject({ status: 404 });
  });

  test('[W8] and is refused where it decodes VP8 only, since broadcasts are in H.264', async () => {
    const { server, watch } = await aBroadcast();
    const { status, answer } = await watch('--codec', 'VP8').told('answered');
    expect([status, JSON.parse(String(answer))]).toMatchObject([415, { code: 'unsupported-media' }]);
    expect((await server.counts()).viewers).toBe(0);
  });
});
