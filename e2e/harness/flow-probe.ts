/**
 * What a page sends and receives, and how old its pictures are: the camera films a clock, written as black and white fields, which the
 * receiving page reads from what it shows. Sent to the page as text, so it stands alone.
 */
import type { Page } from 'playwright-core';
import type { Flow } from './flow.ts';

/** The part of a picture that shows a clock, as shares of its width and height. */
export interface ClockPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface ClockOptions {
  /** Hz, of its microphone. */
  readonly tone: number;
  /** Where the clocks of others are in a picture; all over it unless given. */
  readonly places?: readonly ClockPlace[];
}

/** To be called before the page is opened. */
export async function installClock(page: Page, options: ClockOptions): Promise<void> {
  await page.addInitScript(filmClock, options);
}

export function readFlow(page: Page): Promise<Flow> {
  return page.evaluate(() =>
    (globalThis as unknown as { readonly readFlow: () => Promise<Flow> }).readFlow(),
  );
}

/* The browser's parts that this touches; this code is compiled without the DOM's types. */
type Stat = Readonly<Record<string, string | number | undefined>>;
interface Connection {
  readonly connectionState: string;
  getStats(): Promise<ReadonlyMap<string, Stat>>;
}
interface Track {
  readonly kind: string;
  clone(): Track;
}
interface Stream {
  getAudioTracks(): readonly Track[];
  getVideoTracks(): readonly Track[];
  getTracks(): readonly Track[];
  addTrack(track: Track): void;
  removeTrack(track: Track): void;
}
interface Drawing {
  fillStyle: string;
  fillRect(x: number, y: number, width: number, height: number): void;
  drawImage(
    image: object,
    ...places: readonly [
      fromX: number,
      fromY: number,
      fromWidth: number,
      fromHeight: number,
      x: number,
      y: number,
      width: number,
      height: number,
    ]
  ): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: ArrayLike<number> };
}
interface Canvas {
  width: number;
  height: number;
  getContext(kind: '2d', options?: object): Drawing;
  captureStream(framesPerSecond: number): Stream;
}
interface Video {
  readonly videoWidth: number;
  readonly videoHeight: number;
  requestVideoFrameCallback(callback: () => void): void;
}
interface Node {
  connect(to: Node): void;
}
interface Context {
  createOscillator(): Node & { readonly frequency: { value: number }; start(): void };
  createMediaStreamDestination(): Node & { readonly stream: Stream };
  resume(): Promise<void>;
}
interface Surroundings {
  RTCPeerConnection: new (...args: readonly unknown[]) => Connection;
  readonly AudioContext: new () => Context;
  readonly document: {
    createElement(name: 'canvas'): Canvas;
    querySelectorAll(selector: string): Iterable<Video>;
  };
  readonly navigator: { readonly mediaDevices: { getUserMedia(constraints: object): Promise<Stream> } };
  readFlow?: () => Promise<Flow>;
}

function filmClock({ tone, places }: ClockOptions): void {
  const page = globalThis as unknown as Surroundings;
  const made: Connection[] = [];
  page.RTCPeerConnection = class extends page.RTCPeerConnection {
    constructor(...args: readonly unknown[]) {
      super(...args);
      made.push(this);
    }
  };
  // 4 by 4 fields, black or white: the lowest 16 bits of the time in milliseconds.
  const [columns, rows, bits] = [4, 4, 16];
  const [width, height, framesPerSecond] = [320, 180, 10];
  let latencies: number[] = [];

  const film = () => {
    const canvas = page.document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const drawing = canvas.getContext('2d');
    setInterval(() => {
      const now = Date.now() % 2 ** bits;
      for (let bit = 0; bit < bits; bit++) {
        drawing.fillStyle = Math.floor(now / 2 ** bit) % 2 === 1 ? '#fff' : '#000';
        const [column, row] = [bit % columns, Math.floor(bit / columns)];
        drawing.fillRect((column * width) / columns, (row * height) / rows, width / columns, height / rows);
      }
    }, 1_000 / framesPerSecond);
    return canvas.captureStream(framesPerSecond);
  };

  const context = new page.AudioContext();
  const microphone = context.createMediaStreamDestination();
  const oscillator = context.createOscillator();
  oscillator.frequency.value = tone;
  oscillator.connect(microphone);
  oscillator.start();
  const { mediaDevices } = page.navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    await context.resume();
    const stream = await open(constraints);
    const replace = (before: readonly Track[], after: Stream) => {
      if (before.length === 0) return;
      for (const track of before) stream.removeTrack(track);
      for (const track of after.getTracks()) stream.addTrack(track.clone());
    };
    replace(stream.getAudioTracks(), microphone.stream);
    replace(stream.getVideoTracks(), film());
    return stream;
  };

  const canvas = page.document.createElement('canvas');
  Object.assign(canvas, { width: columns * 9, height: rows * 9 });
  const reading = canvas.getContext('2d', { willReadFrequently: true });
  const all = [{ left: 0, top: 0, width: 1, height: 1 }];
  const read = (video: Video, place: ClockPlace) => {
    const [across, down] = [video.videoWidth, video.videoHeight];
    const [left, top] = [place.left * across, place.top * down];
    const [wide, high] = [place.width * across, place.height * down];
    reading.drawImage(video, left, top, wide, high, 0, 0, canvas.width, canvas.height);
    let time = 0;
    for (let bit = 0; bit < bits; bit++) {
      const [column, row] = [bit % columns, Math.floor(bit / columns)];
      const { data } = reading.getImageData(column * 9 + 4, row * 9 + 4, 1, 1);
      if ((data[0] ?? 0) > 127) time += 2 ** bit;
    }
    const age = (Date.now() - time) % 2 ** bits;
    // A frame that cannot be read says anything.
    if (age < 3_000) latencies.push(age);
  };
  const watched = new WeakSet<object>();
  setInterval(() => {
    // One's own picture is in no tile of somebody else.
    for (const video of page.document.querySelectorAll('[role=group]:not([aria-label$="(you)"]) video')) {
      if (watched.has(video)) continue;
      watched.add(video);
      const follow = () => {
        if (video.videoWidth > 0) for (const place of places ?? all) read(video, place);
        video.requestVideoFrameCallback(follow);
      };
      video.requestVideoFrameCallback(follow);
    }
  }, 100);

  page.readFlow = async () => {
    const open = made.filter(({ connectionState }) => connectionState !== 'closed');
    const streams = (): Record<string, number> => ({});
    const pictures = { sent: streams(), received: streams() };
    const sounds = { sent: streams(), received: streams() };
    let [sentBytes, receivedBytes] = [0, 0];
    for (const [index, connection] of open.entries()) {
      for (const stat of (await connection.getStats()).values()) {
        const bytes = (key: string) => Number(stat[key] ?? 0);
        if (stat['type'] === 'transport') {
          sentBytes += bytes('bytesSent');
          receivedBytes += bytes('bytesReceived');
        }
        const { sent, received } = stat['kind'] === 'video' ? pictures : sounds;
        const key = `${index} ${stat['mid']}`;
        if (stat['type'] === 'outbound-rtp') sent[key] = (sent[key] ?? 0) + bytes('bytesSent');
        if (stat['type'] === 'inbound-rtp') received[key] = (received[key] ?? 0) + bytes('bytesReceived');
      }
    }
    const taken = latencies;
    latencies = [];
    return { at: performance.now(), pictures, sounds, sentBytes, receivedBytes, latencies: taken };
  };
}
