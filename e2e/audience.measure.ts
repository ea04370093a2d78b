/**
 * A call beside the audience of its broadcast: what the call hears and sees of it, and what the audience gets. `AUDIENCE` is how many look on
 * (500 unless given), `MEASURE_RECORD` the file to which the row is added as a line of JSON.
 */
import { execFile } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { CrowdReport } from '../bench/audience/report.ts';
import { serverTime, timeSince } from '../bench/prove/process-time.ts';
import { untilAllSeeAndHear, untilOnlySeesAndHears } from './harness/media.ts';
import type { MeetingPage } from './harness/meeting-page.ts';
import { forgetSeams, readSeams } from './harness/seam-probe.ts';
import { aServer } from './harness/server.ts';
import { longestPauses, ToneRoom } from './harness/tone-room.ts';

const people = Number(process.env['AUDIENCE'] ?? 500);
const seconds = 30;
const patience = { timeout: 60_000, interval: 250 };
const crowd = fileURLToPath(new URL('../bench/audience/crowd.ts', import.meta.url));

interface Heard {
  readonly samples: number;
  readonly concealed: number;
}

/** Samples that somebody heard, and of them those that were made up. */
async function heardBy(visitor: MeetingPage): Promise<Heard> {
  const { sounds } = await visitor.report();
  const sum = (of: (sound: (typeof sounds)[number]) => number) =>
    sounds.reduce((total, one) => total + of(one), 0);
  return { samples: sum(({ samples }) => samples), concealed: sum(({ concealed }) => concealed) };
}

function concealedPercent(before: Heard, after: Heard): number {
  return (100 * (after.concealed - before.concealed)) / (after.samples - before.samples);
}

test.each([0, people])('%d look on', async (count) => {
  const server = await aServer();
  // Who looks at the one picture gets it as the audience does, but at once: its pauses are those of the mixer.
  const room = await ToneRoom.open(server.url, { query: '?quality=low&topology=sfu', isMixed: true });
  const [ann, ben] = [await room.comes('Ann'), await room.comes('Ben')];
  await room.comes('Cleo');
  await untilAllSeeAndHear(room.people);
  await ann.more('Show one picture of everybody');
  await untilOnlySeesAndHears(ann, ['Everybody: Ann, Ben, and Cleo']);
  await ann.broadcast();
  const index = `${server.url}/live/standup/index.m3u8`;
  await expect.poll(async () => (await fetch(index)).status, patience).toBe(200);
  const heard = () => Promise.all([heardBy(ann), heardBy(ben)]);
  await Promise.all([forgetSeams(ann.page), forgetSeams(ben.page)]);
  const [before, timeBefore] = [await heard(), serverTime(server.pid)];
  const begun = performance.now();
  const run = promisify(execFile);
  // Without an audience one looks on, by whom the playlists' gaps are known.
  const { stdout } = await run(process.execPath, [crowd, index, String(Math.max(1, count)), String(seconds)]);
  const lastedMs = performance.now() - begun;
  const { serverMs, workersMs } = timeSince(timeBefore, serverTime(server.pid));
  const [after, annSaw, benSaw] = [await heard(), await readSeams(ann.page), await readSeams(ben.page)];
  const share = (ms: number) => Math.round((100 * ms) / lastedMs);
  const row = {
    audience: JSON.parse(stdout) as CrowdReport,
    concealedPercent: {
      ofTheMix: concealedPercent(before[0], after[0]),
      ofEachVoice: concealedPercent(before[1], after[1]),
    },
    pausesMs: {
      ofTheOnePicture: longestPauses(annSaw).others,
      ofEachPicture: longestPauses(benSaw).others,
      ofOwn: [...longestPauses(annSaw).own, ...longestPauses(benSaw).own],
    },
    corePercent: { server: share(serverMs), workersAndMixer: share(workersMs) },
  };
  process.stdout.write(`${JSON.stringify(row)}\n`);
  const record = process.env['MEASURE_RECORD'];
  if (record !== undefined) appendFileSync(record, `${JSON.stringify(row)}\n`);
});
