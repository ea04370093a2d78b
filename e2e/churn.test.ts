/** People come and go in every way there is, and nothing of them stays. */
import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { residentMegabytes } from './harness/memory.ts';
import { nothing } from './harness/metrics.ts';
import { killRenderers } from './harness/renderers.ts';
import { aServer, type TestServer } from './harness/server.ts';

/** `CHURN_ROUNDS=100` for the long proof. */
const rounds = Number(process.env['CHURN_ROUNDS'] ?? 24);
const timeoutPerRoundMs = 15_000;

/** A session whose goodbye was lost with its page is kept for 30 s. */
const soon = { timeout: 60_000 };

/** Half close the tab, a quarter lose the page's process, a quarter leave. */
const ways = ['close the tab', 'lose the process', 'close the tab', 'leave'] as const;
type Way = (typeof ways)[number];

async function aVisit(server: TestServer, browser: Browser, way: Way): Promise<void> {
  const visitor = new MeetingPage(await aPage(browser), server.url, 'turnstile', lowQuality);
  await visitor.open();
  await visitor.join('Gus');
  await expect.poll(() => server.counts(), soon).toMatchObject({ participants: 2, producers: 4 });
  await end(visitor, browser, way);
  await expect.poll(() => server.counts(), soon).toMatchObject({ participants: 1, sessions: 1 });
  await visitor.page.context().close();
}

async function end(visitor: MeetingPage, browser: Browser, way: Way): Promise<void> {
  switch (way) {
    case 'close the tab':
      return visitor.page.close();
    case 'lose the process':
      return killRenderers(browser);
    case 'leave':
      await visitor.leave();
      return visitor.page.close();
  }
}

function reportMemory(server: TestServer, when: string): void {
  const workers = server.workerPids().map((pid) => `${residentMegabytes(pid)} MB`);
  process.stdout.write(
    `  ${when}: server ${residentMegabytes(server.pid)} MB, workers ${workers.join(' and ')}\n`,
  );
}

test(`a room with somebody in it is joined and left ${rounds} times, and nothing is left over`, {
  timeout: 120_000 + rounds * timeoutPerRoundMs,
}, async () => {
  const server = await aServer();
  const host = new MeetingPage(await aPage(await aBrowser()), server.url, 'turnstile', lowQuality);
  await host.open();
  await host.join('Hanna');
  await expect.poll(() => server.counts(), soon).toMatchObject({ participants: 1, producers: 2 });
  const alone = await server.counts();
  // A browser of their own, so that killing a visitor's process spares the host.
  const visitors = await aBrowser();
  reportMemory(server, 'at first');

  for (let round = 0; round < rounds; round += 1) {
    await aVisit(server, visitors, ways[round % ways.length] ?? 'leave');
    if (round === Math.floor(rounds / 2)) reportMemory(server, 'half way');
  }

  await expect.poll(() => server.counts(), soon).toEqual(alone);
  await host.tile('Gus').waitFor({ state: 'detached' });
  await host.page.close();
  await expect.poll(() => server.counts(), soon).toEqual(nothing);
  reportMemory(server, 'at the end');
});
