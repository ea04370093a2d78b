/** Everybody as one picture and one sound, made by the server: for a room that was opened for it, and for one who chose it. */
import { expect, test } from 'vitest';
import { untilAllSeeAndHear, untilOnlySeesAndHears, untilSeesAndHears } from './harness/media.ts';
import type { MeetingPage } from './harness/meeting-page.ts';
import { forgetSeams, readSeams } from './harness/seam-probe.ts';
import { aServer } from './harness/server.ts';
import {
  doubledBlocks,
  inOrder,
  longestPauses,
  longestSilence,
  type ToneName,
  ToneRoom,
  tones,
} from './harness/tone-room.ts';

function aRoom(serverUrl: string, topology: string): Promise<ToneRoom> {
  return ToneRoom.open(serverUrl, { query: `?quality=low&topology=${topology}`, isMixed: true });
}

/** Of 0 to 1: for how much of the time each tone was heard since the probe began anew. */
async function heardBy({ page }: MeetingPage): Promise<Readonly<Record<string, number>>> {
  const { tones: heard } = await readSeams(page);
  const longest = Math.max(0, ...Object.values(heard).map(({ length }) => length));
  const share = (tone: number) =>
    (heard[tone] ?? []).filter((count) => count > 0).length / Math.max(1, longest);
  return Object.fromEntries(Object.entries(tones).map(([name, tone]) => [name, share(tone)]));
}

function labelOf(names: readonly string[]): string {
  return `Everybody: ${new Intl.ListFormat('en').format(names)}`;
}

const four = ['Ann', 'Ben', 'Cleo', 'Dan'] as const;

test('four in a room of one picture each see all, hear the others and not themselves', async () => {
  const server = await aServer();
  const room = await aRoom(server.url, 'mcu');
  for (const name of four) await room.comes(name);
  // One picture of all, one sound, and nothing else.
  for (const visitor of room.people.values()) await untilSeesAndHears(visitor, [labelOf(four)]);
  expect(await server.counts()).toMatchObject({ connectionObjects: 8 });
  for (const [name, visitor] of room.people) {
    const expected = Object.keys(tones).map((other) =>
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
  const room = await aRoom(server.url, 'mcu');
  const ann = await room.comes('Ann');
  await room.comes('Ben');
  const cleo = await room.opens('Cleo');
  await untilSeesAndHears(ann, [labelOf(['Ann', 'Ben'])]);
  await forgetSeams(ann.page);
  await ann.chooseLayout('One picture: who speaks is large');
  await tellSeams('arranged anew', ann);
  await forgetSeams(ann.page);
  await room.joins('Cleo', cleo);
  await untilSeesAndHears(ann, [labelOf(['Ann', 'Ben', 'Cleo'])]);
  await tellSeams('somebody came', ann);
  expect(room.people.size).toBe(3);
});

test('one of five chooses the one picture, and goes back, while the others stay as they were', async () => {
  const server = await aServer();
  const room = await aRoom(server.url, 'sfu');
  const five = Object.keys(tones) as ToneName[];
  for (const name of five) await room.comes(name);
  await untilAllSeeAndHear(room.people);
  const [ann, ben] = [room.people.get('Ann'), room.people.get('Ben')] as [MeetingPage, MeetingPage];
  for (const { page } of [ann, ben]) await forgetSeams(page);
  await ann.more('Show one picture of everybody');
  await untilOnlySeesAndHears(ann, [labelOf(five)]);
  await untilSeesAndHears(ben, ['Ann', 'Cleo', 'Dan', 'Eve']);
  await tellSeams('to the one picture', ann);
  await tellSeams('one of the others meanwhile', ben);
  await forgetSeams(ann.page);
  await ann.more('Show everybody by themselves');
  await untilOnlySeesAndHears(ann, ['Ben', 'Cleo', 'Dan', 'Eve']);
  await tellSeams('back', ann);
  await untilAllSeeAndHear(room.people);
});

test('a mixer that is killed is replaced, and who sees its picture sees it again', async () => {
  const server = await aServer();
  const room = await aRoom(server.url, 'mcu');
  const ann = await room.comes('Ann');
  await room.comes('Ben');
  const label = labelOf(['Ann', 'Ben']);
  await untilOnlySeesAndHears(ann, [label]);
  await forgetSeams(ann.page);
  await server.killMixer();
  await untilOnlySeesAndHears(ann, [label]);
  await tellSeams('the mixer was killed', ann);
});

/** For how long nothing of each other voice was heard, and how long each picture paused. */
async function tellSeams(what: string, listener: MeetingPage): Promise<void> {
  const report = await readSeams(listener.page);
  const silences = Object.values(tones)
    .map((hertz) => longestSilence(report, hertz))
    .filter((silence) => !Number.isNaN(silence));
  const { others, own } = longestPauses(report);
  process.stdout.write(
    `  ${what}: silences ${inOrder(silences)} ms, voices twice at once ${doubledBlocks(report)}; pauses of pictures ${inOrder(others)} ms, of one's own ${inOrder(own)} ms\n`,
  );
}
