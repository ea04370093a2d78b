/** A viewer who wants a broadcast at once: a plain page that offers to receive, beside people in the meeting. */
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { OfferingPage } from './harness/offering-page.ts';
import { aServer, type TestServer } from './harness/server.ts';

/** Who is missed is gone when consent has expired, which takes 15 s. */
const patience = { timeout: 60_000, interval: 500 };
const flags = ['--autoplay-policy=no-user-gesture-required'];

async function aRoom() {
  const server = await aServer();
  const browser = await aBrowser({ flags });
  const ann = new MeetingPage(await aPage(browser), server.url, 'studio', lowQuality);
  await ann.open();
  await ann.join('Ann');
  const start = async () => {
    await ann.broadcast();
    await ann.banner('Live').waitFor();
  };
  return { server, browser, start, stop: () => ann.more('Stop broadcast') };
}

interface Received {
  readonly frames: number;
  readonly energy: number;
}

const receivedBy = async (viewer: OfferingPage) => (await viewer.received()) as Received;

async function untilSeesAndHearsMore(viewer: OfferingPage): Promise<void> {
  const before = await receivedBy(viewer);
  const grown = async () => {
    const { frames, energy } = await receivedBy(viewer);
    return [frames > before.frames + 25, energy > before.energy];
  };
  await expect.poll(grown, patience).toEqual([true, true]);
}

const viewersOf = async (server: TestServer) => (await server.counts()).viewers;

test('a plain page sees and hears a broadcast, through an ICE restart, until it goes', async () => {
  const { server, browser, start, stop } = await aRoom();
  const viewer = await OfferingPage.open(browser, server);
  expect(await viewer.watch('/whep/studio')).toMatchObject({ status: 404 });
  await start();

  const watched = (await viewer.watch('/whep/studio')) as { readonly firstFrame: number };
  expect(watched).toMatchObject({ status: 201, trickled: 204, width: 1_280 });
  process.stdout.write(`first frame of a viewer who comes with the broadcast: ${watched.firstFrame} ms\n`);
  await untilSeesAndHearsMore(viewer);
  expect(await viewersOf(server)).toBe(1);

  const second = await OfferingPage.open(browser, server);
  const { firstFrame } = (await second.watch('/whep/studio')) as { readonly firstFrame: number };
  process.stdout.write(`first frame of one who comes later: ${firstFrame} ms\n`);
  expect(await viewersOf(server)).toBe(2);
  expect(await second.end()).toBe(200);
  expect(await viewersOf(server)).toBe(1);

  expect(await viewer.restartIce()).toBe(200);
  await untilSeesAndHearsMore(viewer);
  expect((await server.counts()).participants).toBe(1);
  await stop();
  await expect.poll(() => viewersOf(server), patience).toBe(0);
  expect(await viewer.end()).toBe(404);
});

test('a mixer that is killed leaves a gap, after which the page sees and hears by the same link', async () => {
  const { server, browser, start } = await aRoom();
  await start();
  const viewer = await OfferingPage.open(browser, server);
  await viewer.watch('/whep/studio');
  await untilSeesAndHearsMore(viewer);
  await server.killMixer();
  await untilSeesAndHearsMore(viewer);
});

test('a page whose program dies is gone when consent expires', async () => {
  const { server, start } = await aRoom();
  await start();
  // A browser of its own, that is gone without a word.
  const viewer = await OfferingPage.open(await aBrowser({ flags }), server);
  await viewer.watch('/whep/studio');
  expect(await viewersOf(server)).toBe(1);
  const session = await viewer.page.context().newCDPSession(viewer.page);
  session.send('Page.crash').catch(() => undefined);
  await expect.poll(() => viewersOf(server), patience).toBe(0);
});
