/**
 * Listens and looks for seams in what a page plays: which tones sound at each hundredth of a second, from how many players at
 * once, and when each picture had a new frame. Sent to the page as text, so it stands alone.
 */
import type { Page } from 'playwright-core';

export interface SeamReport {
  /** For each tone, in blocks of 10 ms from the first in which it sounded: how many players sounded it. */
  readonly tones: Readonly<Record<string, readonly number[]>>;
  /** For each tile, by its name: milliseconds between one frame and the next. */
  readonly frames: Readonly<Record<string, readonly number[]>>;
}

export interface SeamOptions {
  /** Hz: what this page's microphone hears. */
  readonly own: number;
  /** Hz: what others' microphones hear. */
  readonly others: readonly number[];
  /**
   * Which of the browser's cameras this page has, from 0, in a context that is permitted to use cameras. One that many pages share
   * stands still now and then, for seconds and for all of them at once.
   */
  readonly camera: number;
  /** Whether a player may play several voices at once; false unless given. */
  readonly isMixed?: boolean;
}

/** To be called before the page is opened, in a context that bypasses the page's policy for scripts. */
export async function installSeamProbe(page: Page, options: SeamOptions): Promise<void> {
  await page.addInitScript(listenAndLook, options);
}

export function readSeams(page: Page): Promise<SeamReport> {
  return page.evaluate(() => {
    const { readSeams: read } = globalThis as unknown as { readonly readSeams: () => SeamReport };
    return read();
  });
}

/** Begins anew. */
export function forgetSeams(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as unknown as { readonly forgetSeams: () => void }).forgetSeams());
}

/* The browser's parts that this touches; this code is compiled without the DOM's types. */
interface Node {
  connect(to: Node): void;
  disconnect(): void;
}
interface Track {
  readonly id: string;
  readonly kind: string;
}
interface Stream {
  getAudioTracks(): readonly Track[];
  getVideoTracks(): readonly Track[];
  removeTrack(track: Track): void;
  addTrack(track: Track): void;
}
interface Port {
  onmessage: (event: {
    readonly data: { readonly block: number; readonly loud: readonly boolean[] };
  }) => void;
}
interface Context {
  readonly audioWorklet: { addModule(url: string): Promise<void> };
  readonly destination: Node;
  createOscillator(): Node & { readonly frequency: { value: number }; start(): void };
  createGain(): Node & { readonly gain: { value: number } };
  createMediaStreamDestination(): Node & { readonly stream: Stream };
  createMediaStreamSource(stream: Stream): Node;
  resume(): Promise<void>;
}
interface Video {
  requestVideoFrameCallback(callback: (now: number) => void): void;
  matches(selector: string): boolean;
  closest(selector: string): { getAttribute(name: string): string | null } | null;
}
interface Surroundings {
  readonly AudioContext: new (options: object) => Context;
  readonly AudioWorkletNode: new (
    context: Context,
    name: string,
    options: object,
  ) => Node & { readonly port: Port };
  readonly MediaStream: new (tracks: readonly Track[]) => Stream;
  readonly HTMLMediaElement: { readonly prototype: object };
  readonly HTMLAudioElement: new () => object;
  readonly Blob: new (parts: readonly string[], options: object) => object;
  readonly document: { querySelectorAll(selector: string): Iterable<Video> };
  readonly navigator: {
    readonly mediaDevices: {
      getUserMedia(constraints: object): Promise<Stream>;
      enumerateDevices(): Promise<readonly { readonly kind: string; readonly deviceId: string }[]>;
    };
  };
  readSeams?: () => SeamReport;
  forgetSeams?: () => void;
}

function listenAndLook({ own, others, camera, isMixed = false }: SeamOptions): void {
  const page = globalThis as unknown as Surroundings;
  const context = new page.AudioContext({ sampleRate: 48_000 });
  const heard = new Map<number, Map<number, number>>();
  const frames = new Map<string, number[]>();

  // The microphone hears a tone of its own.
  const microphone = context.createMediaStreamDestination();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = own;
  volume.gain.value = 0.3;
  tone.connect(volume);
  volume.connect(microphone);
  tone.start();
  const { mediaDevices } = page.navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const withCamera = async (constraints: { video?: object | boolean }): Promise<object> => {
    if (typeof constraints.video !== 'object') return constraints;
    const cameras = (await mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
    return {
      ...constraints,
      video: { ...constraints.video, deviceId: { exact: cameras[camera]?.deviceId } },
    };
  };
  mediaDevices.getUserMedia = async (constraints) => {
    await context.resume();
    const stream = await open(await withCamera(constraints));
    if (!('audio' in constraints) || constraints.audio === false) return stream;
    for (const track of stream.getAudioTracks()) stream.removeTrack(track);
    for (const track of microphone.stream.getAudioTracks()) {
      stream.addTrack((track as unknown as { clone(): Track }).clone());
    }
    return stream;
  };

  // Goertzel's algorithm over 480 samples for each tone: which is the loudest in these 10 ms, if any. A player plays one
  // voice, unless it is mixed; where it stumbles, a click sounds like a little of every tone.
  const code = `registerProcessor('ear', class extends AudioWorkletProcessor {
    constructor({ processorOptions: { tones, isMixed } }) {
      super();
      this.isMixed = isMixed;
      this.factors = tones.map((hertz) => 2 * Math.cos((2 * Math.PI * hertz) / sampleRate));
      this.states = tones.map(() => [0, 0]);
      this.block = -1;
    }
    process([[samples]]) {
      for (let index = 0; index < 128; index++) {
        const block = Math.floor((currentFrame + index) / 480);
        if (block !== this.block) this.finish(block);
        const sample = samples === undefined ? 0 : samples[index];
        this.states.forEach((state, at) => {
          const next = sample + this.factors[at] * state[0] - state[1];
          state[1] = state[0];
          state[0] = next;
        });
      }
      return true;
    }
    finish(block) {
      const levels = this.states.map(([one, two], at) =>
        Math.sqrt(Math.max(0, one * one + two * two - this.factors[at] * one * two)) / 240);
      const loudest = Math.max(...levels);
      const loud = levels.map((level) => (this.isMixed ? level > 0.1 : level === loudest && level > 0.03));
      if (this.block >= 0) this.port.postMessage({ block: this.block, loud });
      this.states.forEach((state) => state.fill(0));
      this.block = block;
    }
  });`;
  const url = URL.createObjectURL(new page.Blob([code], { type: 'text/javascript' }) as never);
  const ready = context.audioWorklet.addModule(url);

  // Whatever an <audio> plays is listened to as well, from when it plays it until it does not.
  const taps = new WeakMap<object, () => void>();
  const tap = (stream: Stream): (() => void) => {
    let isOver = false;
    let stop = () => {};
    void ready.then(() => {
      if (isOver) return;
      const source = context.createMediaStreamSource(new page.MediaStream(stream.getAudioTracks()));
      const ear = new page.AudioWorkletNode(context, 'ear', { processorOptions: { tones: others, isMixed } });
      ear.port.onmessage = ({ data: { block, loud } }) => {
        if (isOver) return;
        loud.forEach((isLoud, index) => {
          const hertz = others[index] ?? 0;
          const counts = heard.get(hertz) ?? new Map<number, number>();
          heard.set(hertz, counts);
          if (isLoud) counts.set(block, (counts.get(block) ?? 0) + 1);
        });
      };
      source.connect(ear);
      ear.connect(context.destination);
      stop = () => {
        source.disconnect();
        ear.disconnect();
      };
    });
    return () => {
      isOver = true;
      stop();
    };
  };
  const srcObject = Object.getOwnPropertyDescriptor(page.HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(page.HTMLMediaElement.prototype, 'srcObject', {
    ...srcObject,
    set(this: object, stream: Stream | null) {
      srcObject?.set?.call(this, stream);
      if (!(this instanceof page.HTMLAudioElement)) return;
      taps.get(this)?.();
      taps.delete(this);
      if (stream !== null && stream.getAudioTracks().length > 0) taps.set(this, tap(stream));
    },
  });

  const watched = new WeakSet<object>();
  /** Of each tile: one player goes on behind the other until the other is seen. */
  const lastFrameAt = new WeakMap<object, number>();
  const watch = (video: Video) => {
    const count = (now: number) => {
      video.requestVideoFrameCallback(count);
      if (!video.matches('[data-is-shown]')) return;
      const tile = video.closest('[role=group]');
      if (tile === null) return;
      const name = tile.getAttribute('aria-label') ?? '';
      const last = lastFrameAt.get(tile);
      if (last !== undefined) frames.set(name, [...(frames.get(name) ?? []), now - last]);
      lastFrameAt.set(tile, now);
    };
    video.requestVideoFrameCallback(count);
  };
  setInterval(() => {
    for (const video of page.document.querySelectorAll('[role=group] video')) {
      if (watched.has(video)) continue;
      watched.add(video);
      watch(video);
    }
  }, 50);

  page.readSeams = () => ({
    tones: Object.fromEntries(
      [...heard].map(([hertz, counts]) => {
        const blocks = [...counts.keys()];
        const first = Math.min(...blocks);
        const length = blocks.length === 0 ? 0 : Math.max(...blocks) - first + 1;
        return [hertz, Array.from({ length }, (_, index) => counts.get(first + index) ?? 0)];
      }),
    ),
    frames: Object.fromEntries(frames),
  });
  page.forgetSeams = () => {
    heard.clear();
    frames.clear();
  };
}
