/** A room goes over from direct links to the media server, and back, while people talk: nobody is heard twice, or not at all. */
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { forgetSeams, installSeamProbe, readSeams, type SeamReport } from './harness/seam-probe.ts';
import { aServer } from './harness/server.ts';

const patience = { timeout: 60_000, interval: 500 };
const tones: Readonly<Record<string, number>> = { Ann: 500, Ben: 800, Cleo: 1_200, Dan: 1_700 };

test('three go over with the fourth, and back without them', async () => {
  const server = await aServer();
  const browser = await aBrowser({ flags: ['--autoplay-policy=no-user-gesture-required'] });
  const people = new Map<string, MeetingPage>();
  const comes = async (name: string) => {
    const page = await aPage(browser, { bypassCSP: true });
    const others = Object.entries(tones).flatMap(([other, hertz]) => (other === name ? [] : [hertz]));
    await installSeamProbe(page, { own: tones[name] ?? 0, others });
    const visitor = new MeetingPage(page, server.url, 'standup', { query: '?quality=low&topology=auto' });
    await visitor.open();
    await visitor.join(name);
    people.set(name, visitor);
    return visitor;
  };
  for (const name of ['Ann', 'Ben', 'Cleo']) await comes(name);
  await untilAllSeeAndHear(people);
  expect(await server.counts()).toMatchObject({ connectionObjects: 6, transports: 0 });

  const stayers = [...people.values()];
  for (const { page } of stayers) await forgetSeams(page);
  const dan = await comes('Dan');
  await untilAllSeeAndHear(people);
  await expect.poll(() => server.counts(), patience).toMatchObject({ connectionObjects: 8, transports: 4 });
  await untilAllSeeAndHear(people);
  await judge('to the media server', stayers);

  await dan.leave();
  people.delete('Dan');
  for (const { page } of stayers) await forgetSeams(page);
  await expect.poll(() => server.counts(), patience).toMatchObject({ connectionObjects: 6, transports: 0 });
  await untilAllSeeAndHear(people);
  await judge('back', stayers);
});

/** Prints how large the seams were. */
async function judge(what: string, stayers: readonly MeetingPage[]): Promise<void> {
  const among = ['Ann', 'Ben', 'Cleo'];
  const reports = await Promise.all(stayers.map(({ page }) => readSeams(page)));
  const pauses = reports.flatMap((report, index) =>
    among.flatMap((name, at) => (at === index ? [] : silences(report, tones[name] ?? 0))),
  );
  const twice = reports.flatMap(({ tones: heard }) => Object.values(heard).flatMap(doubled));
  const frames = reports.flatMap((report) =>
    Object.values(report.frames).map((gaps) => Math.max(0, ...gaps)),
  );
  process.stdout.write(`changing over ${what}: longest silence of each voice, ms: ${sorted(pauses)}\n`);
  process.stdout.write(`changing over ${what}: longest pause of each picture, ms: ${sorted(frames)}\n`);
  expect(twice).toHaveLength(0);
}

/** The longest time in which a tone did not sound, in milliseconds. */
function silences({ tones: heard }: SeamReport, hertz: number): readonly number[] {
  const blocks = heard[String(hertz)] ?? [];
  let longest = 0;
  let current = 0;
  for (const count of blocks) {
    current = count === 0 ? current + 10 : 0;
    longest = Math.max(longest, current);
  }
  return blocks.length === 0 ? [Number.NaN] : [longest];
}

/** Where a voice came from two players, for longer than the block in which one took over from the other. */
function doubled(counts: readonly number[]): readonly number[] {
  return counts.flatMap((count, block) => (count > 1 && (counts[block + 1] ?? 0) > 1 ? [block] : []));
}

function sorted(numbers: readonly number[]): string {
  return numbers
    .map(Math.round)
    .toSorted((a, b) => a - b)
    .join(', ');
}
