/** Follows what arrives at a page while its line changes, and makes its microphone and camera what the test needs. Stands alone. */
import type { Page } from 'playwright-core';

/** One look at everything that arrives. */
export interface LineSample {
  /** Milliseconds since the page was opened. */
  readonly at: number;
  /** Over all sounds, since the start; samples of 48 kHz. */
  readonly samples: number;
  readonly concealed: number;
  /** Of those concealed, the ones where silence was put in: nothing was to be heard. */
  readonly concealedSilence: number;
  readonly audioBytes: number;
  readonly videoBytes: number;
  /** Of each picture: lines of the latest frame, and frames so far. */
  readonly pictures: readonly { readonly id: string; readonly height: number; readonly frames: number }[];
}

export interface SpeakerOptions {
  /** Hz. */
  readonly tone: number;
  /** Speaks in one of so many turns, each as long. */
  readonly turn: number;
  readonly turns: number;
  readonly turnMs: number;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** To be called before the page is opened. */
export async function installSpeaker(page: Page, options: SpeakerOptions): Promise<void> {
  await page.addInitScript(speakInTurn, options);
}

export function sampleLine(page: Page): Promise<LineSample> {
  return page.evaluate(readSample);
}

interface Node {
  connect(to: Node): void;
}
interface Stream {
  getAudioTracks(): readonly object[];
  removeTrack(track: object): void;
  addTrack(track: object): void;
}
interface Context {
  createOscillator(): Node & { readonly frequency: { value: number }; start(): void };
  createGain(): Node & { readonly gain: { value: number } };
  createMediaStreamDestination(): Node & { readonly stream: Stream };
  resume(): Promise<void>;
}
type Stats = ReadonlyMap<string, Readonly<Record<string, number | string | undefined>>>;
interface Connection {
  readonly connectionState: string;
  getStats(): Promise<Stats>;
}
interface Surroundings {
  readonly AudioContext: new () => Context;
  RTCPeerConnection: new (...args: readonly unknown[]) => Connection;
  readonly navigator: {
    readonly mediaDevices: { getUserMedia(constraints: Record<string, unknown>): Promise<Stream> };
  };
  lineConnections?: Connection[];
}

function speakInTurn({ tone, turn, turns, turnMs, width, height, framesPerSecond }: SpeakerOptions): void {
  const page = globalThis as unknown as Surroundings;
  const made: Connection[] = [];
  page.lineConnections = made;
  page.RTCPeerConnection = class extends page.RTCPeerConnection {
    constructor(...args: readonly unknown[]) {
      super(...args);
      made.push(this);
    }
  };
  const context = new page.AudioContext();
  const microphone = context.createMediaStreamDestination();
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = tone;
  volume.gain.value = 0;
  oscillator.connect(volume);
  volume.connect(microphone);
  oscillator.start();
  setInterval(() => {
    volume.gain.value = Math.floor(Date.now() / turnMs) % turns === turn ? 0.3 : 0;
  }, 50);
  const { mediaDevices } = page.navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    await context.resume();
    const video = constraints['video'] && { width, height, frameRate: framesPerSecond };
    const stream = await open({ ...constraints, ...(video ? { video } : {}) });
    if (!constraints['audio']) return stream;
    for (const track of stream.getAudioTracks()) stream.removeTrack(track);
    for (const track of microphone.stream.getAudioTracks()) {
      stream.addTrack((track as { clone(): object }).clone());
    }
    return stream;
  };
}

async function readSample(): Promise<LineSample> {
  const { lineConnections = [] } = globalThis as unknown as Surroundings;
  const open = lineConnections.filter(({ connectionState }) => connectionState !== 'closed');
  const reports = await Promise.all(open.map((connection) => connection.getStats()));
  const inbound = reports.flatMap((stats) =>
    [...stats.values()].filter(({ type }) => type === 'inbound-rtp'),
  );
  const of = (kind: string) => inbound.filter((stat) => stat['kind'] === kind);
  const sum = (kind: string, key: string) =>
    of(kind).reduce((total, stat) => total + Number(stat[key] ?? 0), 0);
  return {
    at: performance.now(),
    samples: sum('audio', 'totalSamplesReceived'),
    concealed: sum('audio', 'concealedSamples'),
    concealedSilence: sum('audio', 'silentConcealedSamples'),
    audioBytes: sum('audio', 'bytesReceived'),
    videoBytes: sum('video', 'bytesReceived'),
    pictures: of('video').map((stat) => ({
      id: String(stat['trackIdentifier']),
      height: Number(stat['frameHeight'] ?? 0),
      frames: Number(stat['framesDecoded'] ?? 0),
    })),
  };
}
