/**
 * Whether a device decodes what comes in time, seen by counting twice (`inbound-rtp`, W3C WebRTC Statistics section 8.5).
 *
 * Two things together tell a device that does not keep up from a bad line: frames that came are not decoded, and those that are
 * take long. Measured in Chromium, four pictures of 720 lines: 30 of 30 frames a second were decoded in 2.5 ms each, likewise in a
 * hidden tab; of all in bursts 19 of 30 in 3 ms; with a quarter of the packets lost 20 of 21 in 2.5 ms; but with a fifth of a
 * core 8 of 25 in 40 ms. Freezes tell the reverse: 20 in four seconds with the bursts, 1 on the slow device.
 */
import { numberIn, type Stats, statsOf, textIn } from '../connections/stats.ts';

/** Of one picture that comes, since its beginning. */
interface FrameCount {
  readonly received: number;
  readonly decoded: number;
  /** On the clock on the wall, so that it grows as well where the processor is busy with other things. */
  readonly decodeMs: number;
}

export interface FrameCounts {
  /** Of the monotonic clock, milliseconds. */
  readonly atMs: number;
  readonly byStream: ReadonlyMap<string, FrameCount>;
}

/** `fair` is neither: too little to spare to ask for more, and no reason to ask for less. */
export type Pace = 'behind' | 'fair' | 'at-ease';

/** A picture of fewer frames in a second costs so little that leaving it out would free nothing: others keep the device busy then. */
const leastFramesPerSecond = 8;
/** Of the frames that came, so many are not decoded. */
const missedShare = { behind: 0.2, atEase: 0.1 };
/** To decode every frame that came would take so much of the time. */
const busyShare = { behind: 0.2, atEase: 0.25 };

export function countFrames(stats: Stats, atMs: number): FrameCounts {
  const pictures = statsOf(stats, 'inbound-rtp').filter((stat) => textIn(stat, 'kind') === 'video');
  const counts = pictures.flatMap((stat) => {
    const received = numberIn(stat, 'framesReceived');
    const decoded = numberIn(stat, 'framesDecoded');
    const seconds = numberIn(stat, 'totalDecodeTime');
    if (received === undefined || decoded === undefined || seconds === undefined) return [];
    return [[stat.id, { received, decoded, decodeMs: seconds * 1_000 }] as const];
  });
  return { atMs, byStream: new Map(counts) };
}

/**
 * Behind where a single picture is, or all of them together are; undefined where no picture came that says anything.
 * @param cores How many can be decoded at the same moment: one that has to wait for others takes that much longer.
 */
export function paceOf(before: FrameCounts, after: FrameCounts, cores: number): Pace | undefined {
  const elapsedMs = after.atMs - before.atMs;
  const streams = [...after.byStream].flatMap(([id, count]) => {
    const grown = growth(before.byStream.get(id), count);
    return grown !== undefined && saysSomething(grown, elapsedMs) ? [grown] : [];
  });
  if (streams.length === 0) return undefined;
  const atOnce = Math.min(cores, streams.length);
  const isOneBehind = streams.some((stream) => paceOfCount(stream, elapsedMs) === 'behind');
  return isOneBehind ? 'behind' : paceOfCount(streams.reduce(sum), elapsedMs * atOnce);
}

function growth(before: FrameCount | undefined, after: FrameCount): FrameCount | undefined {
  return (
    before && {
      received: after.received - before.received,
      decoded: after.decoded - before.decoded,
      decodeMs: after.decodeMs - before.decodeMs,
    }
  );
}

/** What carries somebody else now counts anew. */
function saysSomething({ received, decoded }: FrameCount, elapsedMs: number): boolean {
  return decoded > 0 && received * 1_000 >= leastFramesPerSecond * elapsedMs;
}

function sum(one: FrameCount, other: FrameCount): FrameCount {
  return {
    received: one.received + other.received,
    decoded: one.decoded + other.decoded,
    decodeMs: one.decodeMs + other.decodeMs,
  };
}

function paceOfCount({ received, decoded, decodeMs }: FrameCount, availableMs: number): Pace {
  const missed = 1 - decoded / received;
  const busy = (decodeMs / decoded) * (received / availableMs);
  if (missed > missedShare.behind && busy > busyShare.behind) return 'behind';
  return missed < missedShare.atEase && busy < busyShare.atEase ? 'at-ease' : 'fair';
}
