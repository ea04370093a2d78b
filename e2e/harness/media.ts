/** Waiting until people see and hear each other: counters that grow, never time that passes. */
import { expect } from 'vitest';
import type { CallReport, TileReport } from './page-probe.ts';

/** Whatever can be asked what it receives: a page of any browser. */
export interface Watcher {
  report(): Promise<CallReport>;
}

/** Of a screen that is shared with `?quality=low`. */
const screenLines = 720;

/** Ten pages on two cores need long for a picture that is otherwise there in a third of a second. */
const patience = { timeout: 90_000, interval: 500 };

/** Resolves when this page goes on decoding the picture and the sound of each of the others, and of nobody else. */
export async function untilSeesAndHears(watcher: Watcher, others: readonly string[]): Promise<void> {
  const wanted = { seen: [...others].sort(), heard: others.length };
  const before = await watcher.report();
  await expect.poll(async () => growth(before, await watcher.report()), patience).toEqual(wanted);
}

/** The same, also where something else came before: it looks anew each time. */
export async function untilOnlySeesAndHears(watcher: Watcher, others: readonly string[]): Promise<void> {
  let before = await watcher.report();
  const look = async () => {
    const now = await watcher.report();
    const grown = growth(before, now);
    before = now;
    return grown;
  };
  const wanted = { seen: [...others].sort(), heard: others.length };
  await expect.poll(look, { ...patience, interval: 1_000 }).toEqual(wanted);
}

/** Each page with the names of all others. */
export async function untilAllSeeAndHear(people: ReadonlyMap<string, Watcher>): Promise<void> {
  const names = [...people.keys()];
  const seeingAndHearing = [...people].map(([own, watcher]) =>
    untilSeesAndHears(
      watcher,
      names.filter((name) => name !== own),
    ),
  );
  await Promise.all(seeingAndHearing).catch(async (thrown) => {
    for (const [name, watcher] of people) {
      process.stderr.write(`  what ${name} had: ${JSON.stringify(await watcher.report())}\n`);
    }
    throw thrown;
  });
}

/** Resolves when this page goes on decoding the screen of each of these, in full, and of nobody else. */
export async function untilSeesScreens(watcher: Watcher, names: readonly string[]): Promise<void> {
  const before = new Map(
    (await watcher.report()).screens.map((screen) => [screen.name, screen.framesDecoded]),
  );
  const moving = async () => {
    const { screens } = await watcher.report();
    const isMoving = ({ name, framesDecoded = 0 }: TileReport) => framesDecoded > (before.get(name) ?? 0);
    return screens.map((screen) => `${screen.name}, ${isMoving(screen) ? screen.height : 'still'}`).sort();
  };
  const wanted = names.map((name) => `Screen of ${name}, ${screenLines}`).sort();
  await expect.poll(moving, patience).toEqual(wanted);
}

/** Resolves when so many sounds go on arriving at this page at once: voices, and what is heard on screens. */
export async function untilHearsAtOnce(watcher: Watcher, count: number): Promise<void> {
  const before = await watcher.report();
  await expect.poll(async () => growth(before, await watcher.report()).heard, patience).toBe(count);
}

/** Resolves when sound arrives at this page, from whomever. */
export async function untilHears(watcher: Watcher): Promise<void> {
  const before = soundPackets(await watcher.report());
  await expect.poll(async () => soundPackets(await watcher.report()), patience).toBeGreaterThan(before);
}

/** Resolves when no sound arrives any more: none within a time in which a speaking page sends dozens of packets. */
export async function untilHearsNothing(watcher: Watcher): Promise<void> {
  let last = Number.NaN;
  const arrived = async () => {
    const before = last;
    last = soundPackets(await watcher.report());
    return last - before;
  };
  await expect.poll(arrived, { ...patience, interval: 2_000 }).toBe(0);
}

function soundPackets({ sounds }: CallReport): number {
  return sounds.reduce((sum, { packets }) => sum + packets, 0);
}

function growth(before: CallReport, now: CallReport) {
  const framesBefore = new Map(before.tiles.map(({ name, framesDecoded }) => [name, framesDecoded ?? 0]));
  const seen = now.tiles
    .filter(({ name, framesDecoded = 0 }) => framesDecoded > (framesBefore.get(name) ?? 0))
    .map(({ name }) => name);
  const soundsBefore = new Map(before.sounds.map((sound) => [sound.mid, sound]));
  const heard = now.sounds.filter(({ mid, packets, energy }) => {
    const { packets: oldPackets, energy: oldEnergy } = soundsBefore.get(mid) ?? { packets: 0, energy: 0 };
    return packets > oldPackets && energy > oldEnergy;
  });
  return { seen: seen.sort(), heard: heard.length };
}
