import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenRules } from '../testing/playlist-rules.ts';
import { formatLowLatency, formatOrdinary } from './playlist.ts';
import { advance, emptyLive, type LiveEvent, type LiveState } from './state.ts';

const wallMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const began: LiveEvent = { type: 'stream-began', init: new Uint8Array() };
const ended: LiveEvent = { type: 'stream-ended' };
const segment = (atMs: number): LiveEvent => ({ type: 'segment-began', wallMs: wallMs + atMs });
const part = (durationMs: number, isIndependent = false, isLast = false): LiveEvent => ({
  type: 'part-finished',
  durationMs,
  isIndependent,
  isLast,
  data: new Uint8Array(),
});
/** Of 2 s. */
const wholeSegment = (atMs: number): readonly LiveEvent[] => [
  segment(atMs),
  part(320, true),
  ...Array.from({ length: 5 }, () => part(320)),
  part(80, false, true),
];
const stateAfter = (events: readonly LiveEvent[]): LiveState => events.reduce(advance, emptyLive);

const head = (sequence: number, further: readonly string[] = []) => [
  '#EXTM3U',
  '#EXT-X-VERSION:6',
  '#EXT-X-TARGETDURATION:2',
  ...further,
  `#EXT-X-MEDIA-SEQUENCE:${sequence}`,
  '#EXT-X-INDEPENDENT-SEGMENTS',
];
const lowLatency = [
  '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.08000,HOLD-BACK=6',
  '#EXT-X-PART-INF:PART-TARGET=0.36000',
];
const first = [
  '#EXT-X-MAP:URI="init-1.mp4"',
  '#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.678Z',
  '#EXT-X-PART:DURATION=0.32000,URI="part-0-0.m4s",INDEPENDENT=YES',
  ...[1, 2, 3, 4, 5].map((number) => `#EXT-X-PART:DURATION=0.32000,URI="part-0-${number}.m4s"`),
  '#EXT-X-PART:DURATION=0.08000,URI="part-0-6.m4s"',
  '#EXTINF:2.00000,',
  'segment-0.m4s',
];
const next = (atMs: number) => `#EXT-X-PROGRAM-DATE-TIME:${new Date(wallMs + atMs).toISOString()}`;

interface Case {
  readonly name: string;
  readonly events: readonly LiveEvent[];
  readonly lines: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'one segment, and none begun after it',
    events: [began, ...wholeSegment(0)],
    lines: [...head(0, lowLatency), ...first, '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part-1-0.m4s"'],
  },
  {
    name: 'one segment, and two parts of the next',
    events: [began, ...wholeSegment(0), segment(2_000), part(320, true), part(320)],
    lines: [
      ...head(0, lowLatency),
      ...first,
      next(2_000),
      '#EXT-X-PART:DURATION=0.32000,URI="part-1-0.m4s",INDEPENDENT=YES',
      '#EXT-X-PART:DURATION=0.32000,URI="part-1-1.m4s"',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part-1-2.m4s"',
    ],
  },
  {
    name: 'the end',
    events: [began, ...wholeSegment(0), ended],
    lines: [...head(0, lowLatency), ...first, '#EXT-X-ENDLIST'],
  },
  {
    name: 'begun again in the middle of a segment',
    events: [
      began,
      ...wholeSegment(0),
      segment(2_000),
      part(320, true),
      began,
      segment(5_000),
      part(320, true),
    ],
    lines: [
      ...head(0, lowLatency),
      ...first,
      next(2_000),
      '#EXT-X-PART:DURATION=0.32000,URI="part-1-0.m4s",INDEPENDENT=YES',
      '#EXTINF:0.32000,',
      'segment-1.m4s',
      '#EXT-X-DISCONTINUITY',
      '#EXT-X-MAP:URI="init-2.mp4"',
      next(5_000),
      '#EXT-X-PART:DURATION=0.32000,URI="part-2-0.m4s",INDEPENDENT=YES',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part-2-1.m4s"',
    ],
  },
  {
    name: 'a segment that was begun and has nothing in it',
    events: [began, ...wholeSegment(0), segment(2_000), segment(2_040), part(320, true)],
    lines: [
      ...head(0, lowLatency),
      ...first,
      next(2_040),
      '#EXT-X-PART:DURATION=0.32000,URI="part-1-0.m4s",INDEPENDENT=YES',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part-1-1.m4s"',
    ],
  },
];

test.each(cases)('for low latency: $name', ({ events, lines }) => {
  const text = formatLowLatency(stateAfter(events));
  expect(text.trimEnd().split('\n')).toEqual(lines);
  expect(brokenRules(text)).toEqual([]);
});

test('for players that know no parts: whole segments only', () => {
  const text = formatOrdinary(stateAfter([began, ...wholeSegment(0), segment(2_000), part(320, true)]));
  expect(text.trimEnd().split('\n')).toEqual([
    ...head(0),
    ...first.filter((line) => !line.startsWith('#EXT-X-PART:')),
  ]);
  expect(brokenRules(text)).toEqual([]);
});

test('eight segments are in the playlist, parts of the last 6 s, and discontinuities before it are counted', () => {
  const events = Array.from({ length: 20 }, (_, index) => [
    ...(index === 0 || index === 5 ? [began] : []),
    ...wholeSegment(2_000 * index),
  ]).flat();
  const text = formatLowLatency(stateAfter(events));
  expect(text).toContain('#EXT-X-MEDIA-SEQUENCE:12\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n');
  expect(text.match(/#EXTINF/g)).toHaveLength(8);
  expect(text).not.toContain('part-15-');
  expect(text).toContain('part-16-0');
  expect(brokenRules(text)).toEqual([]);
});

describe('whatever happens', () => {
  /** As a packager tells it: of ordinary segments, of one that broke off, of a new begin. */
  const happening = fc.constantFrom<readonly LiveEvent[]>(
    wholeSegment(0),
    [segment(0), part(320, true), part(320)],
    [segment(0)],
    [began],
    [ended, began],
  );

  test('the playlists keep the rules, and numbers only grow', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (happened) => {
        let state = stateAfter([began, ...wholeSegment(0)]);
        let last = 0;
        for (const event of happened.flat()) {
          state = advance(state, event);
          for (const text of [formatLowLatency(state), formatOrdinary(state)])
            expect(brokenRules(text)).toEqual([]);
          const sequence = state.segments[0]?.number ?? 0;
          expect(sequence).toBeGreaterThanOrEqual(last);
          last = sequence;
        }
      }),
    );
  });
});
