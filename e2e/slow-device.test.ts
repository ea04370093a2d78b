/** One's device cannot decode what it is sent, for a while. */
import { describe, expect, test } from 'vitest';
import { aBareBrowser, aBrowser, aPage } from './harness/chromium.ts';
import { untilHears, untilSeesAndHears } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';
import { aSlowDevice, canSlowDown } from './harness/slow-device.ts';

const slowly = { timeout: 280_000 };
/** Half a minute of ease goes before more is tried. */
const patience = { timeout: 120_000, interval: 1_000 };

/** Ben and Cleo send their pictures in full; Ann looks at them in a large window, and sends none herself. */
async function aWatcher() {
  const device = aSlowDevice();
  const server = await aServer();
  const near = await aBrowser();
  for (const name of ['Ben', 'Cleo']) {
    const person = new MeetingPage(await aPage(near), server.url, 'standup');
    await person.open();
    await person.join(name);
  }
  const far = await aBareBrowser({ launcher: device.launcher });
  const page = await aPage(far, { viewport: { width: 1500, height: 1000 } });
  const ann = new MeetingPage(page, server.url, 'standup');
  await ann.open();
  await ann.join('Ann');
  await untilSeesAndHears(ann, ['Ben', 'Cleo']);
  return { device, ann };
}

describe.runIf(canSlowDown('devices that are too slow'))('on a slow device', () => {
  test(
    'who cannot decode the others is sent smaller pictures and told so, and larger ones once it can',
    slowly,
    async () => {
      const { device, ann } = await aWatcher();
      const panel = await ann.panel('Connection');
      const sentence = panel.getByText('This device cannot keep up with all pictures');
      const linesOfAll = async () =>
        (await ann.report()).tiles.flatMap(({ name, height = 0 }) => (name === 'Ann (you)' ? [] : [height]));
      const tallest = async () => Math.max(...(await linesOfAll()));
      await expect.poll(tallest, patience).toBe(720);
      expect(await sentence.count()).toBe(0);

      // Of less than that the page itself gets too little to be asked anything.
      device.limit(0.2);
      await sentence.waitFor({ timeout: patience.timeout });
      await expect.poll(tallest, patience).toBeLessThanOrEqual(360);
      await untilHears(ann);

      device.limit(undefined);
      await expect.poll(tallest, patience).toBe(720);
    },
  );
});
