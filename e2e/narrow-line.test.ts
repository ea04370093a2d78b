/** One of five has a line that becomes too narrow for pictures: sound goes on, and pictures come back by themselves. */
import { appendFileSync } from 'node:fs';
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { installSpeaker, type LineSample, sampleLine } from './harness/line-probe.ts';
import { untilHears, untilSeesAndHears } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

/** A file to which samples are added, one line for each fault. */
const record = process.env['LINE_RECORD'];
const patience = { timeout: 90_000 };
const names = ['Ann', 'Ben', 'Cleo', 'Dan', 'Eve'];

async function aCallOverALine() {
  const lab = await aNetworkLab();
  const server = await aServer({ host: lab.address, flags: ['--relay', 'off'] });
  const line = await lab.site({ nat: 'none' });
  const flags = [
    `--unsafely-treat-insecure-origin-as-secure=${server.url}`,
    '--autoplay-policy=no-user-gesture-required',
  ];
  const far = await aBrowser({ flags, launcher: line.launcher });
  const near = await aBrowser({ flags });
  const people: MeetingPage[] = [];
  for (const [turn, name] of names.entries()) {
    const page = await aPage(name === 'Ann' ? far : near, { viewport: { width: 1000, height: 700 } });
    await installSpeaker(page, {
      tone: 300 + 200 * turn,
      turn,
      turns: names.length,
      turnMs: 2_000,
      width: 640,
      height: 360,
      framesPerSecond: 10,
    });
    const person = new MeetingPage(page, server.url, 'standup');
    await person.open();
    await person.join(name);
    people.push(person);
  }
  const [ann] = people;
  if (ann === undefined) throw new Error('nobody came');
  return { line, ann };
}

describe.runIf(await canHaveNetworkLab('calls over narrow lines'))('over a narrow line', () => {
  test('sound goes on, pictures go, and come back by themselves', async () => {
    const { line, ann } = await aCallOverALine();
    const others = names.slice(1);
    await untilSeesAndHears(ann, others);
    await line.limit({ downKbps: 150 });
    const slow = ann.page.getByText('Your connection is slow');
    await expect.poll(() => slow.count(), patience).toBeGreaterThan(0);
    await untilHears(ann);
    await line.limit({});
    await expect.poll(() => slow.count(), patience).toBe(0);
    await untilSeesAndHears(ann, others);
  });
});

/** Follows for a time, not for a condition: for the curves in docs/performance.md. */
describe.runIf(record !== undefined && (await canHaveNetworkLab('curves')))('curves of a line', () => {
  test.each([
    ['150 kbit/s', { limit: { downKbps: 150 } }],
    ['10 % loss', { lose: { down: 10 } }],
  ])('%s for a while', async (name, fault) => {
    const { line, ann } = await aCallOverALine();
    const samples: (LineSample & { readonly phase: string })[] = [];
    const follow = async (phase: string, ms: number) => {
      const end = performance.now() + ms;
      for (let at = performance.now(); at < end; at += 250) {
        samples.push({ phase, ...(await sampleLine(ann.page)) });
        await new Promise((resolve) => setTimeout(resolve, at + 250 - performance.now()));
      }
    };
    await follow('before', 20_000);
    if ('limit' in fault) await line.limit(fault.limit);
    else await line.lose(fault.lose);
    await follow('fault', 30_000);
    await line.limit({});
    await line.lose({});
    await follow('after', 30_000);
    appendFileSync(record ?? '', `${JSON.stringify({ name, samples })}\n`);
  });
});
