/** Two are connected straight to each other, and the line of one carries sound only for a while: the other hears on, and is told why. */
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { installSpeaker } from './harness/line-probe.ts';
import { untilSeesAndHears } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

/** Sound takes 95 kbit/s on the wire while there is room for it, and gets along with 65. */
const soundOnlyKbps = 80;
const soon = { timeout: 60_000, interval: 500 };

/** Ann has a line of her own; both speak all the time. */
async function aCallOfTwo() {
  const lab = await aNetworkLab();
  const server = await aServer({ host: lab.address, flags: ['--relay', 'off'] });
  const line = await lab.site({ nat: 'none' });
  const flags = [
    `--unsafely-treat-insecure-origin-as-secure=${server.url}`,
    '--autoplay-policy=no-user-gesture-required',
  ];
  const join = async (name: string, tone: number, launcher: readonly string[]) => {
    const page = await aPage(await aBrowser({ flags, launcher }));
    const small = { width: 640, height: 360, framesPerSecond: 15 };
    await installSpeaker(page, { tone, turn: 0, turns: 1, turnMs: 1_000, ...small });
    const person = new MeetingPage(page, server.url, 'standup', { query: '?topology=mesh' });
    await person.open();
    await person.join(name);
    return person;
  };
  return { line, ann: await join('Ann', 300, line.launcher), ben: await join('Ben', 500, []) };
}

/** The share of the sound that is made up between two looks, as soon as it is small. */
async function untilHearsWell(listener: MeetingPage): Promise<void> {
  const count = async () => {
    const { sounds } = await listener.report();
    const sum = (member: 'samples' | 'concealed') => sounds.reduce((all, sound) => all + sound[member], 0);
    return { samples: sum('samples'), concealed: sum('concealed') };
  };
  let before = await count();
  const madeUp = async () => {
    const now = await count();
    const share = (now.concealed - before.concealed) / (now.samples - before.samples);
    before = now;
    return share;
  };
  await expect.poll(madeUp, { ...soon, interval: 3_000 }).toBeLessThan(0.05);
}

describe.runIf(await canHaveNetworkLab('direct links that are narrow'))(
  'in a mesh, over a narrow line',
  () => {
    test('the camera is left out and said to be, sound goes on, and the picture comes back by itself', async () => {
      const { line, ann, ben } = await aCallOfTwo();
      await Promise.all([untilSeesAndHears(ann, ['Ben']), untilSeesAndHears(ben, ['Ann'])]);
      await line.limit({ upKbps: soundOnlyKbps });
      const words = ben.tile('Ann').getByText('The connection is slow');
      await words.waitFor();
      expect((await ann.report()).layers.map(({ active }) => active)).toEqual([false]);
      await untilHearsWell(ben);
      await untilSeesAndHears(ann, ['Ben']);
      await line.limit({});
      await words.waitFor({ state: 'detached', timeout: soon.timeout });
      await untilSeesAndHears(ben, ['Ann']);
    });
  },
);
