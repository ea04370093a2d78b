/** The playlists of a live stream, as text (draft-pantos-hls-rfc8216bis section 4): one for low latency, one for players that know no parts. */
import type { StreamFacts } from './init-section.ts';
import { durationMs, type LiveSegment, type LiveState } from './state.ts';

/** Milliseconds of media in a part, the last of a segment left out. */
export const partMs = 320;
/**
 * Milliseconds that no part is over: the last of a segment has room for a frame more. All others are as long as 85 % of it, as they have to
 * be (section 4.4.4.9).
 */
export const partTargetMs = 360;
/** Milliseconds of media in a segment. */
export const segmentMs = 2_000;
/** Seconds that no segment's duration is over when it is rounded (section 4.4.3.1). */
export const targetSeconds = Math.round(segmentMs / 1_000);
/** Parts are listed until they are so far from the end (section 4.4.4.9). */
const partsListedMs = 3 * targetSeconds * 1_000;

const names = {
  init: (init: number) => `init-${init}.mp4`,
  segment: (number: number) => `segment-${number}.m4s`,
  part: (number: number, part: number) => `part-${number}-${part}.m4s`,
};

/** `#EXT-X-INDEPENDENT-SEGMENTS` and an initialization section belong into version 6 (section 8). */
function headOf(state: LiveState, further: readonly string[]): readonly string[] {
  const { segments, open, nextNumber, pastDiscontinuities } = state;
  const first = segments[0]?.number ?? open?.number ?? nextNumber;
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    ...further,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    ...(pastDiscontinuities > 0 ? [`#EXT-X-DISCONTINUITY-SEQUENCE:${pastDiscontinuities}`] : []),
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
}

export function formatLowLatency(state: LiveState): string {
  const { segments, open } = state;
  const all = open === undefined ? segments : [...segments, open];
  const begins = distancesFromEnd(all);
  const lines = all.flatMap((segment, index) => [
    ...beforeSegment(segment, all[index - 1]),
    ...((begins[index] ?? 0) <= partsListedMs ? partsOf(segment) : []),
    ...(segment === open ? [] : segmentOf(segment)),
  ]);
  const head = headOf(state, [
    // The smallest distances that the players should keep: three parts, three segments (section 4.4.3.8).
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${secondsIn(3 * partTargetMs)},HOLD-BACK=${3 * targetSeconds}`,
    `#EXT-X-PART-INF:PART-TARGET=${secondsIn(partTargetMs)}`,
  ]);
  return textOf([...head, ...lines, state.isEnded ? '#EXT-X-ENDLIST' : hintOf(state)]);
}

/** Of a segment's end from that of the last. */
function distancesFromEnd(segments: readonly LiveSegment[]): readonly number[] {
  let distance = 0;
  return segments
    .toReversed()
    .map((segment) => {
      const own = distance;
      distance += durationMs(segment);
      return own;
    })
    .reverse();
}

export function formatOrdinary(state: LiveState): string {
  const { segments } = state;
  const lines = segments.flatMap((segment, index) => [
    ...beforeSegment(segment, segments[index - 1]),
    ...segmentOf(segment),
  ]);
  return textOf([...headOf(state, []), ...lines, ...(state.isEnded ? ['#EXT-X-ENDLIST'] : [])]);
}

function beforeSegment(segment: LiveSegment, before: LiveSegment | undefined): readonly string[] {
  const { isDiscontinuity, init, wallMs } = segment;
  return [
    ...(isDiscontinuity ? ['#EXT-X-DISCONTINUITY'] : []),
    ...(init === before?.init ? [] : [`#EXT-X-MAP:URI="${names.init(init)}"`]),
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(wallMs).toISOString()}`,
  ];
}

function partsOf({ number, parts }: LiveSegment): readonly string[] {
  return parts.map(({ durationMs: duration, isIndependent }, index) => {
    const independent = isIndependent ? ',INDEPENDENT=YES' : '';
    return `#EXT-X-PART:DURATION=${secondsIn(duration)},URI="${names.part(number, index)}"${independent}`;
  });
}

function segmentOf(segment: LiveSegment): readonly string[] {
  return [`#EXTINF:${secondsIn(durationMs(segment))},`, names.segment(segment.number)];
}

export interface Variant extends StreamFacts {
  /** bit/s that no segment is over (section 4.4.6.2). */
  readonly peakBps: number;
  readonly framesPerSecond: number;
  /** Of its playlist, as seen from this one. */
  readonly uri: string;
}

/** What players begin with: which stream there is, so that they know whether they can show it. */
export function formatMultivariant({
  peakBps,
  codecs,
  width,
  height,
  framesPerSecond,
  uri,
}: Variant): string {
  const facts = `BANDWIDTH=${peakBps},CODECS="${codecs}",RESOLUTION=${width}x${height},FRAME-RATE=${framesPerSecond.toFixed(3)}`;
  return textOf(['#EXTM3U', '#EXT-X-INDEPENDENT-SEGMENTS', `#EXT-X-STREAM-INF:${facts}`, uri]);
}

/** What comes next, so that it can be asked for before it is there (section 4.4.5.3). */
function hintOf({ open, nextNumber }: LiveState): string {
  const name = open === undefined ? names.part(nextNumber, 0) : names.part(open.number, open.parts.length);
  return `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${name}"`;
}

function secondsIn(ms: number): string {
  return (ms / 1_000).toFixed(5);
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
