/** Programs over Debian's GStreamer: implementations that are none of ours. They end with this process. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';

/** Debian's: one that stands before it on the path lacks the bindings. */
const python = '/usr/bin/python3';

const elements = [
  ...['webrtcbin', 'nicesrc', 'compositor', 'audiomixer'],
  ...['vp8enc', 'x264enc', 'opusenc', 'vp8dec', 'h264parse', 'openh264dec', 'opusdec'],
];

/** Undefined where there is GStreamer, with what Debian's packages in tools/gstreamer-packages.txt bring. */
export async function whyNoGStreamer(): Promise<string | undefined> {
  const imports =
    "import gi; gi.require_version('GstWebRTC', '1.0'); from gi.repository import Gst; Gst.init(None)";
  const check = `${imports}; print(*[e for e in ${JSON.stringify(elements)} if not Gst.ElementFactory.find(e)])`;
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', check]);
    return stdout.trim() === '' ? undefined : `GStreamer lacks ${stdout.trim()}`;
  } catch {
    return 'GStreamer with its Python bindings is not installed';
  }
}

const toldSchema = v.looseObject({ event: v.string() });
export type Told = v.InferOutput<typeof toldSchema>;

/** A program of this folder. */
export class GStreamerProgram {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #told: Told[] = [];
  #onTold: () => void = () => undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit').then(() => this.#onTold());
    if (child.stdout === null) throw new Error('no output');
    createInterface(child.stdout).on('line', (line) => {
      this.#told.push(v.parse(toldSchema, JSON.parse(line)));
      this.#onTold();
    });
  }

  static start(
    program: 'whip_encoder' | 'whep_viewer' | 'pipeline',
    args: readonly string[],
  ): GStreamerProgram {
    const path = fileURLToPath(new URL(`${program}.py`, import.meta.url));
    // -B: what Python compiles of it is kept nowhere.
    return new GStreamerProgram(spawn(python, ['-B', path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('GStreamer did not start');
    return pid;
  }

  get #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The next that it tells of that kind, each once; what it told before is forgotten. @throws Error where it ended before. */
  async told(event: string): Promise<Told> {
    for (;;) {
      const told = this.#told.shift();
      if (told?.event === event) return told;
      if (told?.event === 'failed') throw new Error(String(told['reason']));
      if (told !== undefined) continue;
      if (this.#isOver) throw new Error(`the program ended before '${event}'`);
      await new Promise<void>((resolve) => {
        this.#onTold = resolve;
      });
    }
  }

  /** Lets it end as it should: by the closing of its input. */
  askToEnd(): void {
    this.#child.stdin?.end();
  }

  /** Without a word to anybody. May be called more than once. */
  async kill(): Promise<void> {
    if (!this.#isOver) this.#child.kill('SIGKILL');
    await this.#exited;
  }
}
