/** Three who talk, and a fourth who comes and goes: how long each of the three was not heard, or not seen, by the two others. */
import type { MeetingPage } from './meeting-page.ts';
import { forgetSeams, readSeams } from './seam-probe.ts';
import { doubledBlocks, inOrder, longestPauses, longestSilence, ToneRoom, tones } from './tone-room.ts';

const stayers = ['Ann', 'Ben', 'Cleo'] as const;

export interface Seams {
  /** The longest of each voice, for each who listens; milliseconds. */
  readonly silences: readonly number[];
  /** The longest of each picture that comes from somebody, for each who looks; milliseconds. */
  readonly pauses: readonly number[];
  /** How often a voice came from two players for longer than one takes over from another in. */
  readonly doubled: number;
}

export class ThreeAndAFourth {
  readonly #room: ToneRoom;

  private constructor(room: ToneRoom) {
    this.#room = room;
  }

  /** The three are there. */
  static async begin(serverUrl: string, topology: string): Promise<ThreeAndAFourth> {
    const room = await ToneRoom.open(serverUrl, { query: `?quality=low&topology=${topology}` });
    for (const name of stayers) await room.comes(name);
    return new ThreeAndAFourth(room);
  }

  get people(): ReadonlyMap<string, MeetingPage> {
    return this.#room.people;
  }

  get #staying(): readonly MeetingPage[] {
    return stayers.flatMap((name) => this.#room.people.get(name) ?? []);
  }

  async danComes(): Promise<void> {
    const dan = await this.#room.opens('Dan');
    for (const { page } of this.#staying) await forgetSeams(page);
    await this.#room.joins('Dan', dan);
  }

  async danLeaves(): Promise<void> {
    await this.#room.leaves('Dan');
    for (const { page } of this.#staying) await forgetSeams(page);
  }

  /** Since Dan came or left. Prints them too. */
  async seams(what: string): Promise<Seams> {
    const reports = await Promise.all(this.#staying.map(({ page }) => readSeams(page)));
    const seams: Seams = {
      silences: reports.flatMap((report, index) =>
        stayers.flatMap((name, at) => (at === index ? [] : longestSilence(report, tones[name]))),
      ),
      pauses: reports.flatMap((report) => longestPauses(report).others),
      doubled: reports.reduce((sum, report) => sum + doubledBlocks(report), 0),
    };
    const own = reports.flatMap((report) => longestPauses(report).own);
    process.stdout.write(`${what}: longest silence of each voice, ms: ${inOrder(seams.silences)}\n`);
    process.stdout.write(`${what}: longest pause of each picture, ms: ${inOrder(seams.pauses)}\n`);
    process.stdout.write(`${what}: of each one's own, which no network touches, ms: ${inOrder(own)}\n`);
    return seams;
  }
}
