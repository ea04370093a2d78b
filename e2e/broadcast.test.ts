/** A room is broadcast: an audience that is not in it looks on, and is counted. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityFindings } from './harness/axe.ts';
import { aBrowser, aPage, aRefusingBrowser } from './harness/chromium.ts';
import { untilSeesAndHears } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';
import { twoInRoom } from './harness/two-in-room.ts';
import { withoutGestures } from './harness/ungestured.ts';

const patience = { timeout: 60_000, interval: 250 };

const mark = (visitor: MeetingPage) => visitor.banner('Live');
const watching = (visitor: MeetingPage, count: number) => visitor.page.getByText(`${count} watching`);

interface Shown {
  readonly width: number;
  readonly seconds: number;
  readonly frames: number;
  /** Milliseconds that the picture is behind, by one clock. */
  readonly behindMs: number | undefined;
  readonly hasSound: boolean;
}

/** An expression, in the page. */
const shown = `(({ videoWidth, currentTime, dataset: { behindMs }, webkitAudioDecodedByteCount }) => ({
  width: videoWidth,
  seconds: currentTime,
  frames: document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames,
  behindMs: behindMs === undefined ? undefined : Number(behindMs),
  hasSound: webkitAudioDecodedByteCount > 0,
}))(document.querySelector('video'))`;

function shownOn(page: Page): Promise<Shown> {
  return page.evaluate(shown);
}

async function untilMoves(page: Page): Promise<void> {
  await expect.poll(async () => (await shownOn(page)).frames, patience).toBeGreaterThan(0);
  const { frames, seconds } = await shownOn(page);
  await expect.poll(async () => (await shownOn(page)).frames, patience).toBeGreaterThan(frames + 50);
  const now = await shownOn(page);
  expect(now.seconds).toBeGreaterThan(seconds);
  expect([now.width, now.hasSound]).toEqual([1_280, true]);
}

/** Plays the stream as players do that know nothing of low latency, on a page that shows nothing else. */
async function playOrdinarily(page: Page, serverUrl: string): Promise<void> {
  await page.goto(serverUrl);
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'), 'utf8'));
  await page.evaluate(`(() => {
    const video = document.body.appendChild(document.createElement('video'));
    const player = new Hls({ lowLatencyMode: false, enableWorker: false });
    player.loadSource('${serverUrl}/live/standup/index.m3u8');
    player.attachMedia(video);
    video.addEventListener('timeupdate', () => {
      if (player.playingDate !== null) video.dataset.behindMs = Date.now() - player.playingDate.getTime();
    });
    void video.play();
  })()`);
}

test('who moderates broadcasts; an audience sees it at once, is counted, and is told the end', async () => {
  const { server, browser, ann, ben } = await twoInRoom();
  // The policy that keeps foreign scripts out would keep the checker out, too.
  const audience = await aPage(browser, { bypassCSP: true });
  await audience.goto(`${server.url}/standup/live`);
  await audience.getByRole('heading', { name: 'The broadcast has not begun' }).waitFor();
  expect(await accessibilityFindings(audience)).toEqual([]);
  await ben.button('More').click();
  expect(await ben.page.getByRole('menuitem', { name: /roadcast/ }).count()).toBe(0);
  await ben.page.keyboard.press('Escape');
  // Nothing happens before the question is answered.
  await ann.more('Broadcast live');
  const question = ann.page.getByRole('dialog', { name: 'Broadcast live' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await (await fetch(`${server.url}/live/standup/status`)).json()).toMatchObject({ isLive: false });
  expect(await ann.broadcast()).toBe(`${server.url}/standup/live`);
  await Promise.all([mark(ann).waitFor(), mark(ben).waitFor()]);

  await untilMoves(audience);
  const behind = async () => (await shownOn(audience)).behindMs ?? Number.POSITIVE_INFINITY;
  await expect.poll(behind, patience).toBeLessThan(2_500);
  const lowMs = await behind();
  expect(await accessibilityFindings(audience)).toEqual([]);
  await watching(ben, 1).waitFor();
  await audience.getByText('1 watching').waitFor();

  const ordinary = await aPage(browser);
  await playOrdinarily(ordinary, server.url);
  await untilMoves(ordinary);
  await watching(ben, 2).waitFor();
  const { behindMs: ordinaryMs } = await shownOn(ordinary);
  process.stdout.write(`behind live: ${lowMs} ms; an ordinary player: ${ordinaryMs} ms\n`);
  await ordinary.close();
  await watching(ben, 1).waitFor();

  // Begun again at once: who looks on is led over.
  await ann.more('Stop broadcast');
  await mark(ann).waitFor({ state: 'detached' });
  await ann.broadcast();
  await mark(ann).waitFor();
  const again = Date.now();
  const shownAt = async () => Date.now() - ((await shownOn(audience)).behindMs ?? Number.POSITIVE_INFINITY);
  await expect.poll(shownAt, patience).toBeGreaterThan(again);
  await untilMoves(audience);

  await ann.more('Stop broadcast');
  await audience.getByRole('heading', { name: 'The broadcast is over' }).waitFor();
  await Promise.all([mark(ann).waitFor({ state: 'detached' }), mark(ben).waitFor({ state: 'detached' })]);
  await untilSeesAndHears(ann, ['Ben']);
});

test('one that is for those only who have the link is found by nobody else', async () => {
  const { server, browser, ann } = await twoInRoom();
  const [guessing, told] = [await aPage(browser), await aPage(browser)];
  await guessing.goto(`${server.url}/standup/live`);
  // The room has a lobby now: who cannot come in by its name is not to look on by it either.
  await ann.toggle('Lobby');
  const link = await ann.broadcast();
  expect(link).toMatch(/\/standup\/live\?key=[0-9a-v]{26}$/);
  await told.goto(link);
  await untilMoves(told);
  await told.getByText('1 watching').waitFor();
  await guessing.getByRole('heading', { name: 'The broadcast has not begun' }).waitFor();
  await ann.more('Stop broadcast');
  await mark(ann).waitFor({ state: 'detached' });
  // And the other way round, where that is chosen.
  expect(await ann.broadcast('Everybody')).toBe(`${server.url}/standup/live`);
  await untilMoves(guessing);
});

test('a mixer that is killed interrupts it, and the page of the audience goes on by itself', async () => {
  const { server, browser, ann } = await twoInRoom();
  const audience = await aPage(browser);
  await audience.goto(`${server.url}/standup/live`);
  await ann.broadcast();
  await untilMoves(audience);
  await server.killMixer();
  const killedAt = Date.now();
  // What is shown now was made after it.
  const shownAt = async () => Date.now() - ((await shownOn(audience)).behindMs ?? Number.POSITIVE_INFINITY);
  await expect.poll(shownAt, patience).toBeGreaterThan(killedAt);
  process.stdout.write(`shown again ${Date.now() - killedAt} ms after the mixer was killed\n`);
  await untilMoves(audience);
  expect(await mark(ann).isVisible()).toBe(true);
});

test('where the browser plays no sound by itself it is asked for', async () => {
  const server = await aServer();
  const visitor = new MeetingPage(await aPage(await aBrowser()), server.url, 'standup', {
    query: '?quality=low',
  });
  await visitor.open();
  await visitor.join('Ann');
  await visitor.broadcast();
  // To a page that may use the microphone Chromium allows sounds, too.
  const strict = await aRefusingBrowser({ flags: ['--autoplay-policy=document-user-activation-required'] });
  const audience = await aPage(strict, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  const untouched = await withoutGestures(audience);
  await audience.goto(`${server.url}/standup/live`);
  await untouched.until(`document.querySelector('button')?.textContent === 'Turn the sound on'`);
  const ask = audience.getByRole('button', { name: 'Turn the sound on' });
  await ask.click();
  await ask.waitFor({ state: 'detached' });
  expect(await audience.evaluate(`document.querySelector('video').muted`)).toBe(false);
  await untilMoves(audience);
});
