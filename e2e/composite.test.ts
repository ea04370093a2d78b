/** Everybody as one picture and one sound, made by the server: for a room that was opened for it, and for one who chose it. */
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear, untilOnlySeesAndHears, untilSeesAndHears } from './harness/media.ts';
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
  const browser = await aBrowser({ flags: ['--autoplay-policy=no-user-gesture-required'] });
  const people: Person[] = [];
  const comes = async (name: string) => {
    const page = await aPage(browser, { bypassCSP: true });
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

const four = ['Ann', 'Ben', 'Cleo', 'Dan'];

test('four in a room of one picture each see all, hear the others and not themselves', async () => {
  const server = await aServer();
  const { people, comes } = await someoneAt(server.url, '?quality=low&topology=mcu');
  for (const name of four) await comes(name);
  // One picture of all, one sound, and nothing else.
  for (const { visitor } of people) await untilSeesAndHears(visitor, [labelOf(four)]);
  expect(await server.counts()).toMatchObject({ connectionObjects: 8 });
  for (const { name, visitor } of people) {
    const expected = Object.keys(hertz).map((other) =>
      other === name || other === 'Eve' ? 'silent' : 'heard',
    );
    // Anew each time: of what was before one was alone nothing counts.
    const heard = async () => {
      const shares = Object.values(await heardBy(visitor));
      await forgetSeams(visitor.page);
      return shares.map((share) => (share > 0.5 ? 'heard' : share < 0.05 ? 'silent' : 'torn'));
    };
    await forgetSeams(visitor.page);
    await expect.poll(heard, { timeout: 60_000, interval: 2_000 }).toEqual(expected);
    expect((await visitor.report()).connections).toBe(1);
  }
});

test('the picture goes on while it is arranged anew and somebody comes', async () => {
  const server = await aServer();
  const { people, comes } = await someoneAt(server.url, '?quality=low&topology=mcu');
  const [ann] = [await comes('Ann'), await comes('Ben')];
  await untilSeesAndHears(ann, [labelOf(['Ann', 'Ben'])]);
  await forgetSeams(ann.page);
  await ann.chooseLayout('One picture: who speaks is large');
  await comes('Cleo');
  await untilSeesAndHears(ann, [labelOf(['Ann', 'Ben', 'Cleo'])]);
  const pauses = Object.values((await readSeams(ann.page)).frames).flat();
  process.stdout.write(`  longest pauses of the picture, ms: ${longest(pauses)}\n`);
  expect(people).toHaveLength(3);
});

test('one of three chooses the one picture, and goes back, while the others stay as they were', async () => {
  const server = await aServer();
  const { people, comes } = await someoneAt(server.url, '?quality=low&topology=sfu');
  for (const name of ['Ann', 'Ben', 'Cleo']) await comes(name);
  const all = new Map(people.map(({ name, visitor }) => [name, visitor]));
  await untilAllSeeAndHear(all);
  const [ann, ben, cleo] = people.map(({ visitor }) => visitor) as [MeetingPage, MeetingPage, MeetingPage];
  await forgetSeams(ann.page);
  await ann.more('Show one picture of everybody');
  await untilOnlySeesAndHears(ann, [labelOf(['Ann', 'Ben', 'Cleo'])]);
  await untilSeesAndHears(ben, ['Ann', 'Cleo']);
  await tellSeams('to the one picture', ann);
  await forgetSeams(ann.page);
  await ann.more('Show everybody by themselves');
  await untilOnlySeesAndHears(ann, ['Ben', 'Cleo']);
  await tellSeams('back', ann);
  await untilSeesAndHears(cleo, ['Ann', 'Ben']);
});

test('a mixer that is killed is replaced, and who sees its picture sees it again', async () => {
  const server = await aServer();
  const { comes } = await someoneAt(server.url, '?quality=low&topology=mcu');
  const ann = await comes('Ann');
  await comes('Ben');
  const label = labelOf(['Ann', 'Ben']);
  await untilOnlySeesAndHears(ann, [label]);
  const [, pid = ''] = /"pid":(\d+),"msg":"mixer started"/.exec(server.log()) ?? [];
  const begun = performance.now();
  process.kill(Number(pid), 'SIGKILL');
  await expect.poll(() => server.log().match(/mixer started/g)?.length, patience).toBe(2);
  await untilOnlySeesAndHears(ann, [label]);
  process.stdout.write(`  the picture was back after ${Math.round(performance.now() - begun)} ms at most\n`);
});

/** Ann listens: for how long nothing of each voice was heard, and how long each picture paused. */
async function tellSeams(what: string, { page }: MeetingPage): Promise<void> {
  const { tones, frames } = await readSeams(page);
  const silences = ['Ben', 'Cleo'].map((name) => longestSilence(tones[String(hertz[name])] ?? []));
  const doubled = Object.values(tones).map((counts) => counts.filter((count) => count > 1).length * 10);
  process.stdout.write(
    `  ${what}: silences ${silences.join(', ')} ms; twice at once ${doubled.join(', ')} ms; `,
  );
  process.stdout.write(
    `pauses of pictures ${longest(Object.values(frames).map((gaps) => Math.max(0, ...gaps)))} ms\n`,
  );
}

function longestSilence(counts: readonly number[]): number {
  let current = 0;
  let most = 0;
  for (const count of counts) {
    current = count === 0 ? current + 10 : 0;
    most = Math.max(most, current);
  }
  return most;
}

function longest(pauses: readonly number[]): string {
  const sorted = pauses.toSorted((a, b) => b - a);
  return sorted.slice(0, 5).map(Math.round).join(', ');
}
