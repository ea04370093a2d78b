/** Reactions and files between people in a call, through the media server and straight from one to the other. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Site } from '@plenum/testkit/network-lab';
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

/** `FILE_MEGABYTES=200` for the long proof. */
const megabytes = Number(process.env['FILE_MEGABYTES'] ?? 6);
/** On a machine that draws and encodes for two besides. */
const timeoutMs = 120_000 + megabytes * 6_000;
const topologies = ['sfu', 'mesh'] as const;
type Topology = (typeof topologies)[number];

async function enter(page: MeetingPage, name: string): Promise<MeetingPage> {
  await page.open();
  await page.join(name);
  return page;
}

function query(topology: Topology) {
  return { query: `?quality=low&topology=${topology}` };
}

/** Ann here, Ben on a machine of his own, whose line can be cut. */
async function aCallOverALine(topology: Topology) {
  const lab = await aNetworkLab();
  const site = await lab.site({ nat: 'none' });
  const server = await aServer({ host: lab.address });
  const secure = { flags: [`--unsafely-treat-insecure-origin-as-secure=${server.url}`] };
  const here = await aBrowser(secure);
  const there = await aBrowser({ ...secure, launcher: site.launcher });
  const visit = async (browser: typeof here) =>
    new MeetingPage(await aPage(browser), server.url, 'standup', query(topology));
  const ann = await enter(await visit(here), 'Ann');
  const ben = await enter(await visit(there), 'Ben');
  await untilAllSeeAndHear(
    new Map([
      ['Ann', ann],
      ['Ben', ben],
    ]),
  );
  return { site, ann, ben };
}

/** A file of noise, which ends with its test. */
function aFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-file-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, name);
  for (let written = 0; written < megabytes; written += 1) {
    writeFileSync(path, randomBytes(1_000_000), { flag: 'a' });
  }
  return path;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Percent of the sound that is there from the start until it is asked. */
async function watchSound(page: MeetingPage): Promise<() => Promise<number>> {
  const count = async () => {
    const { sounds } = await page.report();
    return sounds.reduce(
      (sum, one) => ({ concealed: sum.concealed + one.concealed, samples: sum.samples + one.samples }),
      { concealed: 0, samples: 0 },
    );
  };
  const before = await count();
  return async () => {
    const now = await count();
    return (100 * (now.concealed - before.concealed)) / Math.max(1, now.samples - before.samples);
  };
}

/** How much of a file has come, as its card says. */
async function percentOf(page: MeetingPage, name: string): Promise<number> {
  const bar = (await page.fileCard(name)).getByRole('progressbar');
  const isThere = (await bar.count()) > 0;
  return isThere ? Number(await bar.getAttribute('aria-valuenow', { timeout: 1_000 }).catch(() => 0)) : 0;
}

async function whileCut(site: Site, seconds: number): Promise<void> {
  await site.cut('everything');
  await delay(seconds * 1_000);
  await site.restore();
}

describe.each(topologies)('%s:', (topology) => {
  test('a reaction floats over the picture of whom it is from, and is told', async () => {
    const server = await aServer();
    const browser = await aBrowser();
    const visit = async () => new MeetingPage(await aPage(browser), server.url, 'standup', query(topology));
    const ann = await enter(await visit(), 'Ann');
    const ben = await enter(await visit(), 'Ben');
    const people = new Map([
      ['Ann', ann],
      ['Ben', ben],
    ]);
    await untilAllSeeAndHear(people);
    const floating = ben.tile('Ann').locator('[data-reaction="👏"]').waitFor();
    await ann.react('Applause');
    await floating;
    await ben.untilAnnounced('Applause from Ann');
  });

  test('a file arrives as it was sent, while both are seen and heard', { timeout: timeoutMs }, async () => {
    const server = await aServer();
    const browser = await aBrowser();
    const visit = async () => new MeetingPage(await aPage(browser), server.url, 'standup', query(topology));
    const ann = await enter(await visit(), 'Ann');
    const ben = await enter(await visit(), 'Ben');
    await untilAllSeeAndHear(
      new Map([
        ['Ann', ann],
        ['Ben', ben],
      ]),
    );
    const path = aFile('plan.bin');
    await ann.sendFile(path);
    const concealed = await watchSound(ben);
    await ben.acceptFile('plan.bin');
    const begun = performance.now();
    const saved = await ben.savedFile('plan.bin', timeoutMs);
    report(topology, performance.now() - begun, await concealed());
    expect(await digestOf(saved)).toBe(await digestOf(path));
    await (await ann.fileCard('plan.bin')).getByText('arrived').waitFor();
  });
});

describe.runIf(await canHaveNetworkLab('files over a cut'))('over a line that is cut in the middle,', () => {
  test.each(topologies)('%s: a file arrives as it was sent', { timeout: timeoutMs }, async (topology) => {
    const { site, ann, ben } = await aCallOverALine(topology);
    const path = aFile('plan.bin');
    // So that the middle is long enough to be met.
    await site.limit({ downKbps: (megabytes * 8_000) / 12 });
    const concealed = await watchSound(ben);
    await ann.sendFile(path);
    await ben.acceptFile('plan.bin');
    const begun = performance.now();
    await expect
      .poll(() => percentOf(ben, 'plan.bin'), { timeout: timeoutMs, interval: 50 })
      .toBeGreaterThan(30);
    expect(await percentOf(ben, 'plan.bin')).toBeLessThan(95);
    const soundBefore = await concealed();
    await whileCut(site, 8);
    const saved = await ben.savedFile('plan.bin', timeoutMs);
    report(`${topology}, cut for 8 s`, performance.now() - begun, soundBefore);
    expect(await digestOf(saved)).toBe(await digestOf(path));
  });
});

function report(what: string, ms: number, concealed: number): void {
  const rate = ((megabytes * 8_000) / ms).toFixed(1);
  const sound = `, ${concealed.toFixed(2)} % of the sound made up`;
  process.stdout.write(
    `  ${what}: ${megabytes} MB in ${(ms / 1_000).toFixed(1)} s, ${rate} Mbit/s${sound}\n`,
  );
}
