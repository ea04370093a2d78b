/**
 * A participant without a browser that does all that a page does: the SDK over libwebrtc, in a process of its own, which films a clock,
 * sends a tone and decodes what the others send.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Flow, FlowSource } from './flow.ts';

export interface WrtcVisit {
  readonly serverUrl: string;
  readonly room: string;
  readonly name: string;
  /** Applies when the visit opens the room. */
  readonly topology: 'mesh' | 'sfu' | 'mcu';
  /** Hz, of its microphone; who has none only hears. */
  readonly tone: number | undefined;
}

const program = fileURLToPath(new URL('wrtc/participant.ts', import.meta.url));

class WrtcParticipant implements FlowSource {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = untilEnded(child);
    // Told to whoever asks next.
    this.#ended.catch(() => undefined);
  }

  /** Resolves when it is in the room. */
  static async join(visit: WrtcVisit): Promise<WrtcParticipant> {
    const participant = new WrtcParticipant(fork(program, [JSON.stringify(visit)]));
    onTestFinished(() => participant.close());
    await participant.#told();
    return participant;
  }

  async readFlow(): Promise<Flow> {
    const told = this.#told();
    this.#child.send('flow');
    return (await told) as Flow;
  }

  async #told(): Promise<unknown> {
    const [message] = await Promise.race([once(this.#child, 'message'), this.#ended]);
    return message;
  }

  /** It has nothing to lose, and libwebrtc takes long to end by itself. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await this.#ended.catch(() => undefined);
  }
}

async function untilEnded(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`a participant's process ended (${signal ?? code})`);
}

/** One that ends with its test. */
export function aWrtcParticipant(visit: WrtcVisit): Promise<FlowSource> {
  return WrtcParticipant.join(visit);
}
