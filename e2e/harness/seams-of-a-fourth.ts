/** Three who talk, and a fourth who comes and goes: how long each of the three was not heard, or not seen, by the two others. */
import type { Browser } from 'playwright-core';
import { aBrowser, aPage } from './chromium.ts';
import { MeetingPage } from './meeting-page.ts';
import { forgetSeams, installSeamProbe, readSeams, type SeamReport } from './seam-probe.ts';

/** Hz, of each one's microphone. */
const tones: Readonly<Record<string, number>> = { Ann: 500, Ben: 800, Cleo: 1_200, Dan: 1_700 };
const stayers = ['Ann', 'Ben', 'Cleo'];
/** Chromium's second made-up camera takes depth, its third JPEG. */
const cameras: Readonly<Record<string, number>> = { Ann: 0, Ben: 3, Cleo: 4, Dan: 5 };

export interface Seams {
  /** The longest of each voice, for each who listens; milliseconds. */
  readonly silences: readonly number[];
  /** The longest of each picture that comes from somebody, for each who looks; milliseconds. */
  readonly pauses: readonly number[];
  /** The longest of each one's own picture, which no network touches: so long the machine itself stood still; milliseconds. */
  readonly ownPauses: readonly number[];
  /** How often a voice came from two players for longer than one takes over from another in. */
  readonly doubled: number;
}

export class ThreeAndAFourth {
  readonly people = new Map<string, MeetingPage>();
  readonly #browser: Browser;
  readonly #serverUrl: string;
  readonly #topology: string;

  private constructor(browser: Browser, serverUrl: string, topology: string) {
    this.#browser = browser;
    this.#serverUrl = serverUrl;
    this.#topology = topology;
  }

  /** The three are there. */
  static async begin(serverUrl: string, topology: string): Promise<ThreeAndAFourth> {
    const browser = await aBrowser({
      cameras: 6,
      flags: ['--autoplay-policy=no-user-gesture-required'],
    });
    const room = new ThreeAndAFourth(browser, serverUrl, topology);
    for (const name of stayers) await room.#joins(name, await room.#opens(name));
    return room;
  }

  async #opens(name: string): Promise<MeetingPage> {
    const page = await aPage(this.#browser, { bypassCSP: true, permissions: ['camera', 'microphone'] });
    const others = Object.entries(tones).flatMap(([other, hertz]) => (other === name ? [] : [hertz]));
    await installSeamProbe(page, { own: tones[name] ?? 0, others, camera: cameras[name] ?? 0 });
    const query = `?quality=low&topology=${this.#topology}`;
    const visitor = new MeetingPage(page, this.#serverUrl, 'standup', { query });
    await visitor.open();
    return visitor;
  }

  async #joins(name: string, visitor: MeetingPage): Promise<void> {
    await visitor.join(name);
    this.people.set(name, visitor);
  }

  get #staying(): readonly MeetingPage[] {
    return stayers.flatMap((name) => this.people.get(name) ?? []);
  }

  /** What the others miss while his page is opened, which takes the processor that they have on machines of their own, is not counted. */
  async danComes(): Promise<void> {
    const dan = await this.#opens('Dan');
    for (const { page } of this.#staying) await forgetSeams(page);
    await this.#joins('Dan', dan);
  }

  async danLeaves(): Promise<void> {
    await this.people.get('Dan')?.leave();
    this.people.delete('Dan');
    for (const { page } of this.#staying) await forgetSeams(page);
  }

  /** Since Dan came or left. Prints them too. */
  async seams(what: string): Promise<Seams> {
    const reports = await Promise.all(this.#staying.map(({ page }) => readSeams(page)));
    const seams: Seams = {
      silences: reports.flatMap((report, index) =>
        stayers.flatMap((name, at) => (at === index ? [] : longestSilence(report, tones[name] ?? 0))),
      ),
      pauses: reports.flatMap((report) => longestPauses(report, (name) => !isOwn(name))),
      ownPauses: reports.flatMap((report) => longestPauses(report, isOwn)),
      doubled: reports.flatMap(({ tones: heard }) => Object.values(heard).flatMap(doubledBlocks)).length,
    };
    process.stdout.write(`${what}: longest silence of each voice, ms: ${sorted(seams.silences)}\n`);
    process.stdout.write(`${what}: longest pause of each picture, ms: ${sorted(seams.pauses)}\n`);
    process.stdout.write(`${what}: of each one's own picture, ms: ${sorted(seams.ownPauses)}\n`);
    return seams;
  }
}

/** The longest time in which a tone did not sound, in milliseconds. */
function longestSilence({ tones: heard }: SeamReport, hertz: number): number {
  const blocks = heard[String(hertz)] ?? [];
  let longest = 0;
  let current = 0;
  for (const count of blocks) {
    current = count === 0 ? current + 10 : 0;
    longest = Math.max(longest, current);
  }
  return blocks.length === 0 ? Number.NaN : longest;
}

function isOwn(tile: string): boolean {
  return tile.endsWith('(you)');
}

function longestPauses({ frames }: SeamReport, isMeant: (tile: string) => boolean): readonly number[] {
  return Object.entries(frames).flatMap(([tile, gaps]) => (isMeant(tile) ? [Math.max(0, ...gaps)] : []));
}

/** Where a voice came from two players, for longer than the block in which one took over from the other. */
function doubledBlocks(counts: readonly number[]): readonly number[] {
  return counts.flatMap((count, block) => (count > 1 && (counts[block + 1] ?? 0) > 1 ? [block] : []));
}

function sorted(numbers: readonly number[]): string {
  return numbers
    .map(Math.round)
    .toSorted((a, b) => a - b)
    .join(', ');
}
