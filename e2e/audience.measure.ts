/**
 * A call beside the audience of its broadcast: what the call hears of it, and what the audience gets. `AUDIENCE` is how many look on
 * (500 unless given), `MEASURE_RECORD` the file to which the row is added as a line of JSON.
 */
import { execFile } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { CrowdReport } from '../bench/audience/report.ts';
import { serverTime, timeSince } from '../bench/prove/process-time.ts';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilSeesAndHears } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

const people = Number(process.env['AUDIENCE'] ?? 500);
const seconds = 30;
const patience = { timeout: 60_000, interval: 250 };
const crowd = fileURLToPath(new URL('../bench/audience/crowd.ts', import.meta.url));

/** Samples that somebody heard, and of them those that were made up. */
async function heardBy(visitor: MeetingPage) {
  const { sounds } = await visitor.report();
  const sum = (of: (sound: (typeof sounds)[number]) => number) =>
    sounds.reduce((total, one) => total + of(one), 0);
  return { samples: sum(({ samples }) => samples), concealed: sum(({ concealed }) => concealed) };
}

test.each([0, people])('%d look on', async (count) => {
  const server = await aServer();
  const browser = await aBrowser({ flags: ['--autoplay-policy=no-user-gesture-required'] });
  const comes = async (name: string) => {
    const visitor = new MeetingPage(await aPage(browser), server.url, 'standup', { query: '?quality=low' });
    await visitor.open();
    await visitor.join(name);
    return visitor;
  };
  const [ann] = [await comes('Ann'), await comes('Ben')];
  await untilSeesAndHears(ann, ['Ben']);
  await ann.more('Broadcast live');
  const index = `${server.url}/live/standup/index.m3u8`;
  await expect.poll(async () => (await fetch(index)).status, patience).toBe(200);
  const [before, timeBefore] = [await heardBy(ann), serverTime(server.pid)];
  const begun = performance.now();
  const run = promisify(execFile);
  // Without an audience one looks on, by whom the picture's gaps are known.
  const { stdout } = await run(process.execPath, [crowd, index, String(Math.max(1, count)), String(seconds)]);
  const audience = JSON.parse(stdout) as CrowdReport;
  const lastedMs = performance.now() - begun;
  const [after, { serverMs, workersMs }] = [
    await heardBy(ann),
    timeSince(timeBefore, serverTime(server.pid)),
  ];
  const share = (ms: number) => Math.round((100 * ms) / lastedMs);
  const row = {
    audience,
    concealedPercent: (100 * (after.concealed - before.concealed)) / (after.samples - before.samples),
    corePercent: { server: share(serverMs), workersAndMixer: share(workersMs) },
  };
  process.stdout.write(`${JSON.stringify(row)}\n`);
  const record = process.env['MEASURE_RECORD'];
  if (record !== undefined) appendFileSync(record, `${JSON.stringify(row)}\n`);
});
