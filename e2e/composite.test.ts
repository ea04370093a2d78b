/** Everybody as one picture and one sound, made by the server: for a room that was opened for it, and for one who chose it. */
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilSeesAndHears } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { forgetSeams, installSeamProbe, readSeams } from './harness/seam-probe.ts';
import { aServer } from './harness/server.ts';

const patience = { timeout: 60_000, interval: 500 };
const hertz: Readonly<Record<string, number>> = { Ann: 500, Ben: 800, Cleo: 1_100, Dan: 1_700, Eve: 2_300 };

interface Person {
  readonly name: string;
  readonly visitor: MeetingPage;
}

async function someoneAt(serverUrl: string, query: string) {
  const browser = await aBrowser();
  const people: Person[] = [];
  const comes = async (name: string) => {
    const page = await aPage(browser);
    await installSeamProbe(page, { own: hertz[name] ?? 0, others: Object.values(hertz), isMixed: true });
    const visitor = new MeetingPage(page, serverUrl, 'standup', { query });
    await visitor.open();
    await visitor.join(name);
    people.push({ name, visitor });
    return visitor;
  };
  return { people, comes };
}

/** Of 0 to 1: for how much of the time each tone was heard since the probe began anew. */
async function heardBy({ page }: MeetingPage): Promise<Readonly<Record<string, number>>> {
  const { tones } = await readSeams(page);
  const longest = Math.max(0, ...Object.values(tones).map(({ length }) => length));
  const share = (tone: number) =>
    (tones[tone] ?? []).filter((count) => count > 0).length / Math.max(1, longest);
  return Object.fromEntries(Object.entries(hertz).map(([name, tone]) => [name, share(tone)]));
}

function labelOf(names: readonly string[]): string {
  return `Everybody: ${new Intl.ListFormat('en').format(names)}`;
}

test('four in a room of one picture each see all, hear the others and not themselves', async () => {
  const server = await aServer();
  const { people, comes } = await someoneAt(server.url, '?quality=low&topology=mcu');
  const names = ['Ann', 'Ben', 'Cleo', 'Dan'];
  for (const name of names) await comes(name);
  // One picture of all, one sound, and nothing else.
  for (const { visitor } of people) await untilSeesAndHears(visitor, [labelOf(names)]);
  expect(await server.counts()).toMatchObject({ connectionObjects: 8 });
  for (const { visitor } of people) await forgetSeams(visitor.page);
  for (const { name, visitor } of people) {
    const isHeard = async () =>
      Object.entries(await heardBy(visitor)).map(([other, share]) => [other, share > 0.7]);
    await expect
      .poll(isHeard, patience)
      .toEqual(Object.keys(hertz).map((other) => [other, other !== name && other !== 'Eve']));
    const { connections } = await visitor.report();
    expect(connections).toBe(1);
  }
  for (const { name, visitor } of people) {
    const shares = await heardBy(visitor);
    expect(shares[name]).toBeLessThan(0.05);
    const { frames } = await readSeams(visitor.page);
    process.stdout.write(`  ${name}: ${JSON.stringify(shares)}, longest pause of the picture: `);
    process.stdout.write(`${Math.max(...(Object.values(frames)[0] ?? [])).toFixed()} ms\n`);
  }
});
