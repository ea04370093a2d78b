/** One of three loses the network for a while, and comes back as if nothing had been. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Site } from '@plenum/testkit/network-lab';
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

/** Ann and Ben here, Cleo on a machine of her own, whose line can be cut. */
async function aCallOverALine() {
  const lab = await aNetworkLab();
  const site = await lab.site({ nat: 'none' });
  const server = await aServer({ host: lab.address });
  const secure = { flags: [`--unsafely-treat-insecure-origin-as-secure=${server.url}`] };
  const near = await aBrowser(secure);
  const far = await aBrowser({ ...secure, launcher: site.launcher });
  const people = new Map<string, MeetingPage>();
  for (const [name, browser] of [
    ['Ann', near],
    ['Ben', near],
    ['Cleo', far],
  ] as const) {
    const page = new MeetingPage(await aPage(browser), server.url, 'standup', lowQuality);
    await page.open();
    await page.join(name);
    people.set(name, page);
  }
  await untilAllSeeAndHear(people);
  const person = (name: string): MeetingPage => {
    const found = people.get(name);
    if (found === undefined) throw new Error(`${name} is not in the call`);
    return found;
  };
  return { site, server, people, person };
}

/** Everything that is announced in a page from now on: who came and who went. */
async function collectAnnouncements(page: MeetingPage): Promise<() => Promise<readonly string[]>> {
  await page.page.evaluate(collect);
  return () => page.page.evaluate(readCollected);
}

interface CollectingWindow {
  announcements?: string[];
  readonly document: {
    querySelectorAll(selector: string): Iterable<{ readonly textContent: string | null }>;
  };
  setInterval(callback: () => void, ms: number): unknown;
}

function collect(): void {
  const page = globalThis as unknown as CollectingWindow;
  const texts = () =>
    [...page.document.querySelectorAll('[role=status]')].map(({ textContent }) => textContent ?? '');
  const seen = new Set(texts());
  page.announcements = [];
  page.setInterval(() => {
    for (const text of texts()) {
      if (text !== '' && !seen.has(text)) page.announcements?.push(text);
      seen.add(text);
    }
  }, 50);
}

function readCollected(): readonly string[] {
  return (globalThis as unknown as CollectingWindow).announcements ?? [];
}

/** The time that the network is gone is the point of the test. */
async function whileCut(site: Site, what: 'tcp' | 'everything', seconds: number): Promise<void> {
  await site.cut(what);
  await delay(seconds * 1000);
  await site.restore();
}

/** Frames of everybody else's picture, as one page has decoded them. */
async function framesOf(page: MeetingPage): Promise<readonly number[]> {
  const { tiles } = await page.report();
  return tiles.flatMap(({ framesDecoded }) => (framesDecoded === undefined ? [] : [framesDecoded]));
}

describe.runIf(await canHaveNetworkLab('a lost network'))('one of three loses', () => {
  test('only the WebSocket for 20 seconds: media goes on, and nobody is announced as left', async () => {
    const { site, server, people, person } = await aCallOverALine();
    const announcements = await collectAnnouncements(person('Ann'));
    const cut = whileCut(site, 'tcp', 20);
    let isOver = false;
    void cut.then(() => {
      isOver = true;
    });
    // As long as it lasts, every window of a second or two has new frames, everywhere.
    while (!isOver) {
      const before = await Promise.all([...people.values()].map(framesOf));
      const grown = async () => {
        const now = await Promise.all([...people.values()].map(framesOf));
        return now.every((frames, page) =>
          frames.every((count, tile) => count > (before[page]?.[tile] ?? 0)),
        );
      };
      await expect.poll(grown, { timeout: 5_000, interval: 200 }).toBe(true);
    }
    await person('Cleo').button('Mute').click();
    await person('Ann').tile('Cleo').getByRole('img', { name: 'Muted' }).waitFor();
    expect((await announcements()).filter((text) => /left|joined/.test(text))).toEqual([]);
    expect(await server.counts()).toMatchObject({ participants: 3, sessions: 3, connectionObjects: 6 });
    for (const page of people.values()) expect((await page.report()).connections).toBe(1);
  });

  test.each([20, 40])(
    'everything for %i seconds: the same participant, and media is back',
    async (seconds) => {
      const { site, server, people, person } = await aCallOverALine();
      const announcements = await collectAnnouncements(person('Ann'));
      await whileCut(site, 'everything', seconds);
      const begun = performance.now();
      const frozen = await framesOf(person('Cleo'));
      expect(frozen).toHaveLength(2);
      const isBack = async () =>
        (await framesOf(person('Cleo'))).every((count, tile) => count > (frozen[tile] ?? 0));
      await expect.poll(isBack, { timeout: 60_000, interval: 100 }).toBe(true);
      const ms = Math.round(performance.now() - begun);
      process.stdout.write(`  cut for ${seconds} s: media back ${ms} ms after its end\n`);
      await untilAllSeeAndHear(people);
      expect((await announcements()).filter((text) => /left|joined/.test(text))).toEqual([]);
      expect(await server.counts()).toMatchObject({ participants: 3, sessions: 3, connectionObjects: 6 });
    },
  );
});
