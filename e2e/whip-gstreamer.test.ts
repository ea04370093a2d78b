/** An outside encoder that is no browser's and none of ours: GStreamer's `webrtcbin`, as Debian has it, over WHIP. */
import { aWhipEncoder, canHaveGStreamer } from '@plenum/testkit/gstreamer/testing';
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aRoomWith } from './harness/a-room-with.ts';
import { untilSeesAndHears, type Watcher } from './harness/media.ts';

/** What is missed is noticed after 15 s or a little more. */
const patience = { timeout: 90_000, interval: 500 };
/** Pictures, at 30 a second: more than come in the time that somebody is kept of whom nothing is heard. */
const longerThanSilence = 600;

// Over UDP it makes no connection to a server that has the loopback address only.
const what = 'encoders that are GStreamer';
const isPossible = (await canHaveGStreamer(what)) && (await canHaveNetworkLab(what));

describe.runIf(isPossible)('GStreamer sends into a room', () => {
  test.each([
    ['in VP8, with all candidates in its offer', 'VP8', []],
    ['in H.264 over TCP, with its candidates behind the offer', 'H264', ['--trickle', '--transport', 'tcp']],
  ])('%s, and is seen and heard until it ends', async (_how, codec, options) => {
    const { server, person } = await aRoomWith('Ann', (await aNetworkLab()).address);
    const encoder = aWhipEncoder(`${server.url}/whip/studio?name=Desk`, '--codec', codec, ...options);
    expect(await encoder.told('answered')).toMatchObject({ status: 201 });
    if (options.length > 0) expect(await encoder.told('trickled')).toMatchObject({ status: 204 });
    await person.tile('Desk').waitFor();
    await untilSeesAndHears(person, ['Desk']);
    encoder.askToEnd();
    expect(await encoder.told('deleted')).toMatchObject({ status: 200 });
    await person.tile('Desk').waitFor({ state: 'detached' });
    await expect.poll(async () => (await server.counts()).transports, patience).toBe(1);
  });

  test('[C64] although it checks no consent, and is gone when it is killed', async () => {
    const { server, person } = await aRoomWith('Ann', (await aNetworkLab()).address);
    const encoder = aWhipEncoder(`${server.url}/whip/studio?name=Desk`);
    await encoder.told('answered');
    await person.tile('Desk').waitFor();
    await expect.poll(() => picturesOf(person, 'Desk'), patience).toBeGreaterThan(longerThanSilence);
    await untilSeesAndHears(person, ['Desk']);
    await encoder.kill();
    await person.tile('Desk').waitFor({ state: 'detached' });
    await expect
      .poll(() => server.counts(), patience)
      .toMatchObject({ participants: 1, transports: 1, sessions: 1 });
  });
});

async function picturesOf(watcher: Watcher, name: string): Promise<number> {
  const { tiles } = await watcher.report();
  return tiles.find((tile) => tile.name === name)?.framesDecoded ?? 0;
}
