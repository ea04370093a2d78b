/** What each participant sends and receives in a mesh and through the media server, beside the documents' formulas. */
import { test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { type Flow, installClock, readFlow } from './harness/flow-probe.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

const watchMs = 8_000;

test.each([
  ['mesh', 2],
  ['mesh', 3],
  ['mesh', 4],
  ['mesh', 5],
  ['sfu', 2],
  ['sfu', 3],
  ['sfu', 4],
  ['sfu', 5],
] as const)('%s of %i', async (topology, size) => {
  const server = await aServer({ flags: ['--limits-mesh-max', '8'] });
  const browser = await aBrowser({ flags: ['--autoplay-policy=no-user-gesture-required'] });
  const people = new Map<string, MeetingPage>();
  for (let index = 0; index < size; index++) {
    const page = await aPage(browser);
    await installClock(page, { tone: 300 + 150 * index });
    const person = new MeetingPage(page, server.url, 'standup', { query: `?topology=${topology}` });
    await person.open();
    await person.join(`Person ${index + 1}`);
    people.set(`Person ${index + 1}`, person);
  }
  await untilAllSeeAndHear(people);
  const before = await Promise.all([...people.values()].map(({ page }) => readFlow(page)));
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  const after = await Promise.all([...people.values()].map(({ page }) => readFlow(page)));
  const rows = after.map((now, index) => between(before[index] ?? now, now));
  const mean = (of: (row: Row) => number) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const latencies = after.flatMap(({ latencies: found }) => found).toSorted((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)]?.toFixed(0) ?? '–';
  const formula = topology === 'mesh' ? `${size - 1} / ${size - 1}` : `1 / ${size - 1}`;
  const cells = [
    topology,
    size,
    formula,
    `${mean(({ up }) => up).toFixed(1)} / ${mean(({ down }) => down).toFixed(1)}`,
    mean(({ upKbps }) => upKbps).toFixed(0),
    mean(({ downKbps }) => downKbps).toFixed(0),
    `${at(0.5)} / ${at(0.95)}`,
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
});

interface Row {
  /** Pictures that are sent, and that arrive. */
  readonly up: number;
  readonly down: number;
  readonly upKbps: number;
  readonly downKbps: number;
}

function between(before: Flow, after: Flow): Row {
  const seconds = (after.at - before.at) / 1_000;
  const growing = (now: Flow['sent'], then: Flow['sent']) =>
    Object.entries(now).filter(([id, bytes]) => bytes > (then[id] ?? 0)).length;
  return {
    up: growing(after.sent, before.sent),
    down: growing(after.received, before.received),
    upKbps: (8 * (after.sentBytes - before.sentBytes)) / seconds / 1_000,
    downKbps: (8 * (after.receivedBytes - before.receivedBytes)) / seconds / 1_000,
  };
}
