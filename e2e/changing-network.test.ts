/** Somebody's browser goes from one network to another, again and again: its address is gone, and another is there. */
import type { Site } from '@plenum/testkit/network-lab';
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import type { CallReport } from './harness/page-probe.ts';
import { aServer } from './harness/server.ts';

const soon = { timeout: 60_000, interval: 100 };
const times = 4;

/** Ann here, Cleo on a machine of her own. */
async function aCall(topology: 'sfu' | 'mesh') {
  const lab = await aNetworkLab();
  const site = await lab.site({ nat: 'cone' });
  const server = await aServer({ host: lab.address });
  const secure = { flags: [`--unsafely-treat-insecure-origin-as-secure=${server.url}`] };
  const query = `?quality=low&topology=${topology}`;
  const people = new Map<string, MeetingPage>();
  for (const [name, browser] of [
    ['Ann', await aBrowser(secure)],
    ['Cleo', await aBrowser({ ...secure, launcher: site.launcher })],
  ] as const) {
    const page = new MeetingPage(await aPage(browser), server.url, 'standup', { query });
    await page.open();
    await page.join(name);
    people.set(name, page);
  }
  await untilAllSeeAndHear(people);
  return { site, server, people };
}

/** How much of the picture and the sound of the other has come. */
function arrived({ tiles, sounds }: CallReport) {
  return {
    frames: tiles.reduce((sum, { framesDecoded = 0 }) => sum + framesDecoded, 0),
    packets: sounds.reduce((sum, { packets }) => sum + packets, 0),
  };
}

type Arrived = ReturnType<typeof arrived>;

/** What was on its way still arrives. */
const enough = 3;

/** Seconds until sound and picture come again. A browser counts from zero again after some offers. */
async function secondsUntilBack(page: MeetingPage): Promise<string> {
  const begun = performance.now();
  let last = arrived(await page.report());
  const come: Record<keyof Arrived, number> = { frames: 0, packets: 0 };
  const seconds = new Map<string, string>();
  const areBack = async () => {
    const now = arrived(await page.report());
    for (const what of ['frames', 'packets'] as const) {
      come[what] += now[what] < last[what] ? now[what] : now[what] - last[what];
      const isBack = come[what] > enough && !seconds.has(what);
      if (isBack) seconds.set(what, ((performance.now() - begun) / 1000).toFixed(1));
    }
    last = now;
    return seconds.size === 2;
  };
  await expect.poll(areBack, soon).toBe(true);
  return `sound after ${seconds.get('packets')} s, picture after ${seconds.get('frames')} s`;
}

async function changeNetwork(site: Site, people: ReadonlyMap<string, MeetingPage>): Promise<void> {
  await site.changeAddress();
  const back = await Promise.all(
    [...people].map(async ([name, page]) => `${name} has ${await secondsUntilBack(page)}`),
  );
  process.stdout.write(`  Cleo is on another network: ${back.join('; ')}\n`);
}

/** Of everybody: what a tile's element was marked with stays only as long as the tile. */
async function markTile(page: MeetingPage, name: string): Promise<() => Promise<boolean>> {
  const tile = page.tile(name);
  await tile.evaluate((element) => element.setAttribute('data-before-the-change', ''));
  return async () => (await tile.getAttribute('data-before-the-change')) === '';
}

describe.runIf(await canHaveNetworkLab('changing networks'))('a browser that changes its network', () => {
  test.each(['sfu', 'mesh'] as const)(
    'in a room that is %s stays the same participant over the same connections, each time',
    async (topology) => {
      const { site, server, people } = await aCall(topology);
      const ann = people.get('Ann');
      if (ann === undefined) throw new Error('Ann is not in the call');
      const isSameTile = await markTile(ann, 'Cleo');
      for (let left = times; left > 0; left--) {
        await changeNetwork(site, people);
        await untilAllSeeAndHear(people);
      }
      expect(await isSameTile()).toBe(true);
      for (const page of people.values()) {
        expect(await page.report()).toMatchObject({ connections: 1, connected: 1 });
      }
      expect(await server.counts()).toMatchObject({ participants: 2, sessions: 2 });
    },
  );
});
