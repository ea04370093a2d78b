/** A room is recorded: everybody sees it, and who moderates plays what was recorded. */
import { expect, test } from 'vitest';
import { untilSeesAndHears } from './harness/media.ts';
import type { MeetingPage } from './harness/meeting-page.ts';
import { twoInRoom } from './harness/two-in-room.ts';

const patience = { timeout: 60_000, interval: 250 };

/** An expression, in the page. */
const player = `document.querySelector('[role="dialog"] video')`;
const mark = (visitor: MeetingPage) => visitor.banner('Recording');

async function recordings(visitor: MeetingPage) {
  const room = await visitor.roomControls();
  return room.getByRole('list', { name: 'Recordings' }).getByRole('listitem');
}

/** It is listed while it runs; what is listed is asked for anew whenever the settings are opened. */
async function untilRecorded(visitor: MeetingPage, seconds: number): Promise<void> {
  const recorded = async () => {
    // That a list could not be had, asked for as a server was killed, is told right over the list.
    const notice = visitor.button('Dismiss');
    if (await notice.isVisible()) await notice.click();
    await visitor.page.getByRole('button', { name: /^Room/, expanded: true }).click();
    await visitor.page.getByRole('button', { name: /^Room/, expanded: false }).waitFor();
    const rows = await recordings(visitor);
    // A recording that has just begun has nothing to show yet.
    if ((await rows.count()) === 0) return 0;
    const row = rows.last();
    return Number(/0:(\d\d), \d/.exec((await row.textContent()) ?? '')?.[1] ?? 0);
  };
  await expect.poll(recorded, patience).toBeGreaterThanOrEqual(seconds);
}

test('who moderates records; everybody sees it; it is listed, plays and can be downloaded', async () => {
  const { ann, ben } = await twoInRoom();
  await ann.more('Record');
  await Promise.all([mark(ann).waitFor(), mark(ben).waitFor()]);
  await ben.button('More').click();
  expect(await ben.page.getByRole('menuitem', { name: /recording/ }).count()).toBe(0);
  await ben.page.keyboard.press('Escape');
  const listed = await recordings(ann);
  await untilRecorded(ann, 3);
  await ann.more('Stop recording');
  await Promise.all([mark(ann).waitFor({ state: 'detached' }), mark(ben).waitFor({ state: 'detached' })]);
  await expect.poll(() => listed.count(), patience).toBe(1);
  await listed.getByRole('button', { name: /^Play/ }).click();
  const facts = () =>
    ann.page.evaluate(
      `(({ videoWidth, currentTime, error }) =>
        ({ width: videoWidth, hasPlayed: currentTime > 1, hasFailed: error !== null }))(${player})`,
    );
  await expect.poll(facts, patience).toEqual({ width: 1_280, hasPlayed: true, hasFailed: false });
  await ann.page.keyboard.press('Escape');
  const url = await listed.getByRole('link', { name: /^Download/ }).getAttribute('href');
  const response = await fetch(url ?? '');
  expect(response.headers.get('content-type')).toBe('video/mp4');
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
  // Without the pass there is nothing.
  expect((await fetch((url ?? '').replace(/\?.*/, ''))).status).toBe(401);
});

test('a mixer that is killed leaves a part, and the recording goes on as a second one', async () => {
  const { server, ann, ben } = await twoInRoom();
  await ann.more('Record');
  await mark(ben).waitFor();
  const listed = await recordings(ann);
  await untilRecorded(ann, 3);
  await server.killMixer();
  const parts = async () => {
    await untilRecorded(ann, 1);
    return listed.count();
  };
  await expect.poll(parts, patience).toBe(2);
  await untilRecorded(ann, 3);
  expect(await mark(ben).isVisible()).toBe(true);
  await ann.more('Stop recording');
  await mark(ben).waitFor({ state: 'detached' });
  await untilSeesAndHears(ann, ['Ben']);
  for (const part of ['part 1', 'part 2']) {
    await listed.filter({ hasText: part }).getByRole('button', { name: /^Play/ }).click();
    const width = () => ann.page.evaluate(`${player}.videoWidth`);
    await expect.poll(width, patience).toBe(1_280);
    await ann.page.keyboard.press('Escape');
  }
});

test('[C61] a server that is killed leaves all but the last second, which plays once it serves again', async () => {
  const { server, ann } = await twoInRoom();
  await ann.more('Record');
  await mark(ann).waitFor();
  const listed = await recordings(ann);
  await untilRecorded(ann, 4);
  await server.end('SIGKILL');
  await server.start();
  await untilSeesAndHears(ann, ['Ben']);
  await untilRecorded(ann, 3);
  await listed.last().getByRole('button', { name: /^Play/ }).click();
  const facts = () =>
    ann.page.evaluate(
      `(({ videoWidth, currentTime, error }) =>
        ({ width: videoWidth, hasPlayed: currentTime >= 3, hasFailed: error !== null }))(${player})`,
    );
  await expect.poll(facts, patience).toEqual({ width: 1_280, hasPlayed: true, hasFailed: false });
  // Nobody began another, so nobody is recorded.
  expect(await mark(ann).count()).toBe(0);
});

test('[C72] each source by itself is listed with whose it is, plays, and can be downloaded', async () => {
  const { ann, ben } = await twoInRoom(['--recording-content', 'tracks']);
  await ann.more('Record');
  await mark(ben).waitFor();
  const listed = await recordings(ann);
  await untilRecorded(ann, 3);
  await ann.more('Stop recording');
  await mark(ben).waitFor({ state: 'detached' });
  await expect.poll(() => listed.count(), patience).toBe(4);
  const camera = listed.filter({ hasText: 'Ben: camera' });
  await camera.getByRole('button', { name: /^Play/ }).click();
  const facts = () =>
    ann.page.evaluate(
      `(({ videoWidth, currentTime, error }) =>
        ({ isPicture: videoWidth > 0, hasPlayed: currentTime > 1, hasFailed: error !== null }))(${player})`,
    );
  await expect.poll(facts, patience).toEqual({ isPicture: true, hasPlayed: true, hasFailed: false });
  await ann.page.keyboard.press('Escape');
  const voice = listed.filter({ hasText: 'Ann: microphone' }).getByRole('link', { name: /^Download/ });
  expect(await voice.getAttribute('download')).toMatch(/^Ann track-\d-microphone\.webm$/);
  const response = await fetch((await voice.getAttribute('href')) ?? '');
  expect(response.headers.get('content-type')).toBe('video/webm');
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
});
