import { join } from 'node:path';
import { buildNativeProgram } from '../native-program.ts';
import { AnsweringProcess } from './answering-process.ts';
import type { NetworkSpace } from './network-space.ts';

const source = join(import.meta.dirname, 'line.cpp');

/** What becomes of packets in one direction. */
export interface Conditions {
  /** Undefined is as fast as this machine. */
  readonly rateKbps?: number | undefined;
  /** What waits longer for its turn is dropped. */
  readonly queueMs: number;
  readonly lossPercent: number;
  readonly delayMs: number;
  /** Each packet takes up to so much longer; none overtakes another. */
  readonly jitterMs: number;
}

export const perfect: Conditions = { queueMs: 0, lossPercent: 0, delayMs: 0, jitterMs: 0 };

/** A device in a network, which is one end of a line. */
export interface LineEnd {
  readonly space: NetworkSpace;
  readonly device: string;
}

/** A line between two networks, perfect at first. The devices go with it. */
export class Line {
  readonly #process: AnsweringProcess;

  private constructor(process: AnsweringProcess) {
    this.#process = process;
  }

  static async open(...ends: readonly [LineEnd, LineEnd]): Promise<Line> {
    const binary = await buildNativeProgram({ name: 'network-line', sources: [source], packages: 'g++' });
    const places = ends.flatMap(({ space, device }) => [space.path, device]);
    return new Line(await AnsweringProcess.start([binary, ...places], formatCommand(0, perfect)));
  }

  /** How packets reach the first end and the second from now on; those under way are not changed. */
  async set(toFirst: Conditions, toSecond: Conditions): Promise<void> {
    await this.#tell(formatCommand(0, toFirst));
    await this.#tell(formatCommand(1, toSecond));
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  async #tell(command: string): Promise<void> {
    const answer = await this.#process.ask(command);
    if (answer !== 'done') throw new Error(`the line was told '${command}', which is ${answer}`);
  }
}

function formatCommand(end: 0 | 1, conditions: Conditions): string {
  const { rateKbps = 0, queueMs, lossPercent, delayMs, jitterMs } = conditions;
  const numbers = [rateKbps * 1000, queueMs * 1000, lossPercent * 10_000, delayMs * 1000, jitterMs * 1000];
  return [end, ...numbers.map(Math.round)].join(' ');
}
