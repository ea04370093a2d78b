/**
 * A recording with people who come and go, of ten minutes in `npm run prove`: whether it lasts as long as it was recorded, has as many pictures as were made, and
 * sound and picture stay together to its end. `RECORDING_SECONDS` says how long. It is read by FFmpeg, by `ffprobe` besides where there is one
 * (Debian: `apt-get install ffmpeg`), and played in Chromium.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readMedia } from '@plenum/mixer/testing';
import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { evidenceFolder } from './harness/evidence.ts';
import { untilSeesAndHears } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { aServer, type TestServer } from './harness/server.ts';

const seconds = Number(process.env['RECORDING_SECONDS'] ?? 60);
/** Milliseconds that a visitor stays, and stays away. */
const visitMs = 10_000;
const patience = { timeout: 120_000, interval: 500 };
const frameMs = 40;
const soundMs = 20;
const run = promisify(execFile);

const tell = (line: string) => process.stdout.write(`${line}\n`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function comes(server: TestServer, browser: Browser, name: string): Promise<MeetingPage> {
  const visitor = new MeetingPage(await aPage(browser), server.url, 'long', lowQuality);
  await visitor.open();
  await visitor.join(name);
  return visitor;
}

/** Somebody who visits again and again. @returns How often. */
async function comeAndGo(server: TestServer, browser: Browser, untilMs: number): Promise<number> {
  let visits = 0;
  while (Date.now() + 3 * visitMs < untilMs) {
    const visitor = await comes(server, browser, `Visitor ${visits}`);
    await pause(visitMs);
    await visitor.leave();
    await visitor.page.context().close();
    visits += 1;
    await pause(visitMs);
  }
  return visits;
}

interface Listed {
  readonly words: string;
  readonly url: string;
}

async function listed(ann: MeetingPage): Promise<readonly Listed[]> {
  const rows = (await ann.roomControls()).getByRole('list', { name: 'Recordings' }).getByRole('listitem');
  await rows.first().waitFor();
  return Promise.all(
    (await rows.all()).map(async (row) => ({
      words: (await row.textContent()) ?? '',
      url: (await row.getByRole('link', { name: /^Download/ }).getAttribute('href')) ?? '',
    })),
  );
}

async function save(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  const path = join(evidenceFolder(), `long-${new URL(url).pathname.replace(/.*\//, '')}`);
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
  return path;
}

/** What Debian's own FFmpeg says; undefined where it is not there. */
async function probe(path: string): Promise<string | undefined> {
  const asked = ['-v', 'error', '-count_packets', '-of', 'compact=p=0', '-show_entries'];
  const entries = 'stream=codec_name,nb_read_packets:format=duration';
  try {
    const { stdout, stderr } = await run('ffprobe', [...asked, entries, path]);
    expect(stderr).toBe('');
    return stdout.trim().replaceAll('\n', ' ');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Jumps to shortly before its end, and plays until it is over. */
async function playsToItsEnd(page: MeetingPage['page'], url: string): Promise<number> {
  const player = `globalThis.plenumPlayer`;
  await page.evaluate(
    `${player} = Object.assign(document.createElement('video'), { src: ${JSON.stringify(url)}, muted: true })`,
  );
  await expect.poll(() => page.evaluate(`${player}.readyState`), patience).toBeGreaterThan(0);
  await page.evaluate(`${player}.currentTime = Math.max(0, ${player}.duration - 3); ${player}.play()`);
  await expect.poll(() => page.evaluate(`${player}.ended`), patience).toBe(true);
  expect(await page.evaluate(`${player}.error`)).toBeNull();
  return Number(await page.evaluate(`${player}.duration * 1000`));
}

/** Milliseconds that a track's packets are apart from one another, beyond what they last. */
function driftOf(timesMs: readonly number[], lastsMs: number): number {
  return (timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0) - lastsMs * (timesMs.length - 1);
}

test(`${seconds} seconds with people who come and go`, {
  timeout: seconds * 1_000 + 600_000,
}, async () => {
  const server = await aServer({ flags: ['--recording-content', 'both'] });
  const browser = await aBrowser({ flags: ['--autoplay-policy=no-user-gesture-required'] });
  const [ann, ben] = [await comes(server, browser, 'Ann'), await comes(server, browser, 'Ben')];
  await untilSeesAndHears(ann, ['Ben']);
  const askedMs = Date.now();
  await ann.more('Record');
  await ben.banner('Recording').waitFor();
  const beganMs = Date.now();
  const sentBy = async () => (await ben.report()).layers.reduce((sum, { framesSent }) => sum + framesSent, 0);
  const sentBefore = await sentBy();
  const visits = await comeAndGo(server, browser, beganMs + seconds * 1_000);
  await pause(beganMs + seconds * 1_000 - Date.now());
  const sent = (await sentBy()) - sentBefore;
  const leastMs = Date.now() - beganMs;
  await ann.more('Stop recording');
  await ben.banner('Recording').waitFor({ state: 'detached' });
  const mostMs = Date.now() - askedMs;
  const files = await listed(ann);
  tell(
    `recorded for ${(leastMs / 1_000).toFixed(1)} to ${(mostMs / 1_000).toFixed(1)} s, ${visits} visits, ${files.length} files`,
  );

  const composite = files.find(({ url }) => url.includes('/part-1.'));
  const path = await save(composite?.url ?? '');
  const { tracks, durationMs = 0 } = await readMedia(path);
  const timesOf = (kind: 'picture' | 'sound') => tracks.find((track) => track.kind === kind)?.timesMs ?? [];
  const [pictures, sounds] = [timesOf('picture'), timesOf('sound')];
  tell(`composite: ${(durationMs / 1_000).toFixed(2)} s; ffprobe: ${(await probe(path)) ?? 'is missing'}`);
  tell(
    `pictures: ${pictures.length} of ${Math.round(((pictures.at(-1) ?? 0) - (pictures[0] ?? 0)) / frameMs) + 1} that were due`,
  );
  tell(
    `sound: ${sounds.length} packets, which are ${driftOf(sounds, soundMs).toFixed(1)} ms longer apart than they last`,
  );
  const apart = (pick: (times: readonly number[]) => number) => pick(sounds) - pick(pictures);
  const [first, last] = [apart((times) => times[0] ?? 0), apart((times) => times.at(-1) ?? 0)];
  tell(`sound begins ${first.toFixed(0)} ms after the picture, and ends ${last.toFixed(0)} ms after it`);
  tell(`Chromium: ${((await playsToItsEnd(ann.page, composite?.url ?? '')) / 1_000).toFixed(2)} s`);
  for (const { errors } of tracks) expect(errors).toBe(0);
  expect(durationMs).toBeGreaterThan(leastMs - 1_000);
  expect(durationMs).toBeLessThan(mostMs + 1_000);

  const camera = files.find(({ words, url }) => words.includes('Ben: camera') && url.includes('camera'));
  const ownPath = await save(camera?.url ?? '');
  const own = await readMedia(ownPath);
  tell(
    `Ben's camera: ${own.tracks[0]?.timesMs.length} pictures in the file, ${sent} sent meanwhile; ${await probe(ownPath)}`,
  );
  expect(own.tracks[0]?.errors).toBe(0);
});
