/** People in one browser, of whom each has a camera of their own and a microphone that hears a tone of their own. */
import type { Browser } from 'playwright-core';
import { aBrowser, aPage } from './chromium.ts';
import { MeetingPage } from './meeting-page.ts';
import { installSeamProbe, type SeamReport } from './seam-probe.ts';

/** Hz. */
export const tones = { Ann: 500, Ben: 800, Cleo: 1_100, Dan: 1_700, Eve: 2_300 } as const;
export type ToneName = keyof typeof tones;

/** Chromium's second made-up camera takes depth, its third JPEG. */
const cameras: Readonly<Record<ToneName, number>> = { Ann: 0, Ben: 3, Cleo: 4, Dan: 5, Eve: 6 };

export interface ToneRoomOptions {
  /** Such as `?topology=mcu`. */
  readonly query: string;
  /** Whether a player may play several voices at once; false unless given. */
  readonly isMixed?: boolean;
}

export class ToneRoom {
  readonly people = new Map<ToneName, MeetingPage>();
  readonly #browser: Browser;
  readonly #serverUrl: string;
  readonly #options: ToneRoomOptions;

  private constructor(browser: Browser, serverUrl: string, options: ToneRoomOptions) {
    this.#browser = browser;
    this.#serverUrl = serverUrl;
    this.#options = options;
  }

  static async open(serverUrl: string, options: ToneRoomOptions): Promise<ToneRoom> {
    const flags = ['--autoplay-policy=no-user-gesture-required'];
    const browser = await aBrowser({ cameras: 1 + Math.max(...Object.values(cameras)), flags });
    return new ToneRoom(browser, serverUrl, options);
  }

  /**
   * Somebody's page before they join. Who measures what others miss while somebody joins opens it beforehand: to open it takes the
   * processor from everybody, who have machines of their own elsewhere.
   */
  async opens(name: ToneName): Promise<MeetingPage> {
    const { query, isMixed = false } = this.#options;
    const page = await aPage(this.#browser, { bypassCSP: true, permissions: ['camera', 'microphone'] });
    // What is mixed may have one's own voice in it, which is what is looked for.
    const others = Object.values(tones).filter((hertz) => isMixed || hertz !== tones[name]);
    await installSeamProbe(page, { own: tones[name], others, camera: cameras[name], isMixed });
    const visitor = new MeetingPage(page, this.#serverUrl, 'standup', { query });
    await visitor.open();
    return visitor;
  }

  async joins(name: ToneName, visitor: MeetingPage): Promise<void> {
    await visitor.join(name);
    this.people.set(name, visitor);
  }

  async comes(name: ToneName): Promise<MeetingPage> {
    const visitor = await this.opens(name);
    await this.joins(name, visitor);
    return visitor;
  }

  async leaves(name: ToneName): Promise<void> {
    await this.people.get(name)?.leave();
    this.people.delete(name);
  }
}

/** The longest time in which a tone did not sound, in milliseconds; not a number where it never did. */
export function longestSilence({ tones: heard }: SeamReport, hertz: number): number {
  const blocks = heard[String(hertz)] ?? [];
  let longest = 0;
  let current = 0;
  for (const count of blocks) {
    current = count === 0 ? current + 10 : 0;
    longest = Math.max(longest, current);
  }
  return blocks.length === 0 ? Number.NaN : longest;
}

/** The longest pause of each picture, in milliseconds: others' as they come, and one's own, by which the machine is known. */
export function longestPauses({ frames }: SeamReport): {
  readonly others: readonly number[];
  readonly own: readonly number[];
} {
  const longest = (isOwn: boolean) =>
    Object.entries(frames).flatMap(([tile, gaps]) =>
      tile.endsWith('(you)') === isOwn ? [Math.max(0, ...gaps)] : [],
    );
  return { others: longest(false), own: longest(true) };
}

/** Where a voice came from two players, for longer than the block in which one took over from the other. */
export function doubledBlocks({ tones: heard }: SeamReport): number {
  return Object.values(heard).flatMap((counts) =>
    counts.filter((count, block) => count > 1 && (counts[block + 1] ?? 0) > 1),
  ).length;
}

/** In whole milliseconds, the shortest first. */
export function inOrder(milliseconds: readonly number[]): string {
  return milliseconds
    .map(Math.round)
    .toSorted((a, b) => a - b)
    .join(', ');
}
