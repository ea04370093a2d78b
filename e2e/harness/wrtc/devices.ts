/** A camera that films a clock, and a microphone that hears a tone. */
import type { createLocalMedia } from '@plenum/client';
import wrtc from '@roamhq/wrtc';
import { paintClock } from './clock-picture.ts';

type DevicePlatform = NonNullable<Parameters<typeof createLocalMedia>[1]>;

const [width, height, frameRate] = [320, 180, 10];

/** @param tone Hz; undefined for a device without a microphone. */
export function createDevices({ tone }: { readonly tone: number | undefined }): DevicePlatform {
  const camera = film();
  const microphones = tone === undefined ? [] : [hear(tone)];
  return {
    hasMediaDevices: true,
    getUserMedia: ({ audio, video }) =>
      Promise.resolve([...(audio ? microphones : []), ...(video ? [camera] : [])]),
    canShareScreen: false,
    getDisplayMedia: () => Promise.resolve([]),
    enumerateDevices: () => Promise.resolve([]),
    onDeviceChange: () => () => undefined,
    permission: () => Promise.resolve('granted'),
    createLevelMeter: () => ({ amplitude: () => 0, close: () => undefined }),
  };
}

function film(): MediaStreamTrack {
  const source = new wrtc.nonstandard.RTCVideoSource();
  const track = source.createTrack();
  // wrtc says 480 lines of whatever there is, and the SDK would send two sizes of it.
  Object.defineProperty(track, 'getSettings', { value: () => ({ width, height, frameRate }) });
  setInterval(() => source.onFrame(paintClock(Date.now(), width, height)), 1_000 / frameRate);
  return track;
}

const sampleRate = 48_000;
/** libwebrtc takes ten milliseconds at a time. */
const pieceMs = 10;
const pieceSamples = (sampleRate * pieceMs) / 1_000;
/** Timers come late; what is due goes out then. */
const everyMs = 20;
const amplitude = 8_000;

function hear(tone: number): MediaStreamTrack {
  const source = new wrtc.nonstandard.RTCAudioSource();
  const samples = secondOf(tone);
  const begun = performance.now();
  let pieces = 0;
  setInterval(() => {
    for (; begun + pieces * pieceMs <= performance.now(); pieces++) {
      const from = (pieces * pieceSamples) % sampleRate;
      source.onData({
        samples: samples.slice(from, from + pieceSamples),
        sampleRate,
        bitsPerSample: 16,
        channelCount: 1,
        numberOfFrames: pieceSamples,
      });
    }
  }, everyMs);
  return source.createTrack();
}

/** Of whole Hertz, so that it goes on without a seam. */
function secondOf(tone: number): Int16Array {
  const at = (index: number) => Math.round(amplitude * Math.sin((2 * Math.PI * tone * index) / sampleRate));
  return Int16Array.from({ length: sampleRate }, (_, index) => at(index));
}
