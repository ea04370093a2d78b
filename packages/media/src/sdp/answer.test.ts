import { ConferenceError } from '@plenum/protocol';
import fc from 'fast-check';
import { generateRouterRtpCapabilities, getProducerRtpParametersMapping } from 'mediasoup/ortc';
import { describe, expect, test } from 'vitest';
import { parseAnswer } from './answer.ts';
import { type RecordedBrowser, recordedAnswer, recordedCases, recordedPlan } from './fixtures/recorded.ts';
import { routerCodecs } from './media-profile.ts';

const plan = recordedPlan();
const browsers: readonly RecordedBrowser[] = ['chromium', 'firefox'];
const chromium = recordedAnswer('chromium', 'everything');
const slotMids = ['4', '5', '6', '7', '8'];

function codeOf(sdp: string): string {
  try {
    parseAnswer(sdp, plan);
    return 'accepted';
  } catch (thrown) {
    if (thrown instanceof ConferenceError) return thrown.code;
    throw thrown;
  }
}

/** The m-line of a mid, changed. */
function changing(mid: string, change: (section: string) => string): string {
  const sections = chromium.split(/(?=^m=)/m);
  return sections.map((each) => (each.includes(`a=mid:${mid}\r\n`) ? change(each) : each)).join('');
}

describe.each(browsers)('%s', (browser) => {
  test('answers with everything that it publishes', () => {
    const { dtls, sources, slots, rejected } = parseAnswer(recordedAnswer(browser, 'everything'), plan);
    expect(dtls.role).toBe('client');
    expect(dtls.fingerprint.algorithm).toBe('sha-256');
    expect([...sources.keys()]).toEqual(['microphone', 'camera', 'screen', 'screen-audio']);
    expect(sources.get('camera')?.encodings).toEqual([
      { rid: 'l', scalabilityMode: 'L1T3' },
      { rid: 'm', scalabilityMode: 'L1T3' },
      { rid: 'h', scalabilityMode: 'L1T3' },
    ]);
    expect(sources.get('screen')?.encodings).toEqual([
      { ssrc: expect.any(Number), rtx: { ssrc: expect.any(Number) } },
    ]);
    expect(sources.get('microphone')?.encodings).toEqual([{ ssrc: expect.any(Number) }]);
    expect(sources.get('microphone')?.rtcp?.cname).toMatch(/\S/);
    expect([...slots.keys()]).toEqual(slotMids);
    expect(rejected).toEqual(new Set());
  });

  test('keeps an m-line for a source that it will send later', () => {
    const { sources, rejected } = parseAnswer(recordedAnswer(browser, 'without-tracks'), plan);
    expect([...sources.keys()]).toEqual(['microphone', 'camera']);
    expect(rejected).toEqual(new Set(['2', '3']));
  });

  test('only listens', () => {
    const { sources, slots, rejected } = parseAnswer(recordedAnswer(browser, 'listening'), plan);
    expect([...sources.keys()]).toEqual([]);
    expect([...slots.keys()]).toEqual(slotMids);
    expect(rejected).toEqual(new Set(['0', '1', '2', '3']));
  });

  test('is understood by the engine', () => {
    for (const { name } of recordedCases) expectUsable(recordedAnswer(browser, name));
  });
});

describe('an answer', () => {
  test('may refuse any m-line, which then stays unused', () => {
    const sdp = changing('6', (section) => section.replace('m=video 9', 'm=video 0'));
    const { slots, rejected } = parseAnswer(sdp, plan);
    expect([...slots.keys()]).toEqual(['4', '5', '7', '8']);
    expect(rejected).toEqual(new Set(['6']));
  });

  test('may leave retransmission out', () => {
    const sdp = changing('1', (section) =>
      section
        .replace('SAVPF 96 100', 'SAVPF 96')
        .replace('a=rtpmap:100 rtx/90000\r\na=fmtp:100 apt=96\r\n', ''),
    );
    const codecs = parseAnswer(sdp, plan).sources.get('camera')?.codecs;
    expect(codecs?.map((codec) => codec.mimeType)).toEqual(['video/VP8']);
  });

  test('may send a camera in fewer layers, and they count from the lowest', () => {
    const sdp = changing('1', (section) => section.replace('simulcast:send l;m;h', 'simulcast:send h;l'));
    expect(parseAnswer(sdp, plan).sources.get('camera')?.encodings).toEqual([
      { rid: 'l', scalabilityMode: 'L1T3' },
      { rid: 'h', scalabilityMode: 'L1T3' },
    ]);
  });

  test('may let the server begin the DTLS handshake', () => {
    expect(parseAnswer(chromium.replaceAll('setup:active', 'setup:passive'), plan).dtls.role).toBe('server');
  });

  test('that refuses everything has no codec in common with us', () => {
    expect(codeOf(chromium.replaceAll(/^(m=\w+) 9/gm, '$1 0'))).toBe('unsupported-media');
  });

  test.each([
    ['nothing at all', ''],
    ['no SDP', 'hello'],
    ['a session without m-lines', 'v=0\r\ns=-\r\n'],
    [
      'a missing m-line',
      chromium
        .split(/(?=^m=)/m)
        .slice(0, -1)
        .join(''),
    ],
    ['m-lines in another order', swapSections(chromium, 1, 2)],
    ['an m-line of another kind', chromium.replace('m=video', 'm=audio')],
    ['another mid', chromium.replace('a=mid:3', 'a=mid:4')],
    ['no mid', chromium.replace('a=mid:3\r\n', '')],
    ['another protocol', chromium.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP')],
    ['a port out of range', chromium.replace('m=audio 9', 'm=audio 99999999')],
    ['an m-line that is not bundled', chromium.replace('BUNDLE 0 1', 'BUNDLE 0')],
    ['no bundle', chromium.replace(/a=group.*\r\n/, '')],
    ['RTCP on a port of its own', chromium.replace('a=rtcp-mux\r\n', '')],
    ['the role left open', chromium.replaceAll('setup:active', 'setup:actpass')],
    ['the role held', chromium.replaceAll('setup:active', 'setup:holdconn')],
    ['no role', chromium.replaceAll('a=setup:active\r\n', '')],
    ['two roles', chromium.replace('setup:active', 'setup:passive')],
    ['no fingerprint', chromium.replaceAll(/a=fingerprint.*\r\n/g, '')],
    ['two fingerprints', chromium.replace(/(fingerprint:sha-256) ../, '$1 00')],
    ['a fingerprint that is too short', chromium.replaceAll(/(fingerprint:sha-256) ..:/g, '$1 ')],
    ['a fingerprint of another length', chromium.replaceAll('fingerprint:sha-256', 'fingerprint:sha-512')],
    ['a weak digest', chromium.replaceAll('fingerprint:sha-256', 'fingerprint:sha-1')],
    ['sending on a slot', changing('4', (section) => section.replace('recvonly', 'sendrecv'))],
    ['receiving a source', changing('0', (section) => section.replace('sendonly', 'recvonly'))],
    ['no direction', changing('0', (section) => section.replace('a=sendonly\r\n', ''))],
    ['a payload type that was not offered', chromium.replace('SAVPF 96 100', 'SAVPF 96 100 97')],
    ['a payload type out of range', chromium.replace('SAVPF 96 100', 'SAVPF 96 128')],
    ['a payload type without its codec', chromium.replace('a=rtpmap:96 VP8/90000\r\n', '')],
    ['another codec', chromium.replace('VP8/90000', 'VP9/90000')],
    ['another clock', chromium.replace('opus/48000/2', 'opus/8000/2')],
    ['one channel for two', chromium.replace('opus/48000/2', 'opus/48000')],
    ['retransmission of another codec', chromium.replace('apt=96', 'apt=97')],
    ['only retransmission', chromium.replace('SAVPF 96 100', 'SAVPF 100')],
    ['a header extension that was not offered', chromium.replace('extmap:4 http', 'extmap:14 http')],
    ['a header extension by another number', chromium.replace('extmap:8 urn:3gpp', 'extmap:4 urn:3gpp')],
    [
      'a layer that was not offered',
      chromium.replaceAll('rid:l send', 'rid:x send').replace('send l;', 'send x;'),
    ],
    ['a layer that is not declared', chromium.replace('a=rid:l send\r\n', '')],
    ['a layer named twice', chromium.replace('send l;m;h', 'send l;l;h')],
    [
      'layers without their names in the packets',
      changing('1', (section) => section.replace(/a=extmap:2 .*\r\n/, '')),
    ],
    [
      'layers without the mid in the packets',
      changing('1', (section) => section.replace(/a=extmap:1 .*\r\n/, '')),
    ],
    ['an SSRC of zero', chromium.replace(/a=ssrc:\d+ cname/, 'a=ssrc:0 cname')],
    ['an SSRC beyond 32 bits', chromium.replace(/a=ssrc:\d+ cname/, 'a=ssrc:4294967296 cname')],
    ['one SSRC for two sources', sameSsrc(chromium)],
    ['an SSRC that retransmits itself', chromium.replace(/(ssrc-group:FID (\d+)) \d+/, '$1 $2')],
    ['a group of three SSRCs', chromium.replace(/(ssrc-group:FID \d+ \d+)/, '$1 77')],
    ['a cname that is too long', chromium.replace(/cname:\S+/, `cname:${'x'.repeat(256)}`)],
    ['a cname with signs that are no text', chromium.replace(/cname:\S+/, 'cname:\u{1F600}\uD800')],
    ['a line that is too long', `${chromium}a=x:${'x'.repeat(5_000)}\r\n`],
    ['text without an end', `${chromium}${'a=x\r\n'.repeat(100_000)}`],
    ['m-lines without an end', `${chromium}${'m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n'.repeat(2_000)}`],
    ['attributes without an end', `${chromium}${'a=ssrc:5 cname:x\r\n'.repeat(1_000)}`],
  ])('is refused for %s', (_what, sdp) => {
    expect(codeOf(sdp)).toBe('invalid-answer');
  });
});

describe('whatever comes in place of an answer', () => {
  const originals = browsers.flatMap((browser) =>
    recordedCases.map(({ name }) => recordedAnswer(browser, name)),
  );

  test('is parsed or refused, and what is parsed can be used', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        (sdp, changes) => {
          const mutated = changes
            .reduce<readonly string[]>((lines, change) => change(lines), sdp.split('\r\n'))
            .join('\r\n');
          const code = codeOf(mutated);
          expect(['accepted', 'invalid-answer', 'unsupported-media']).toContain(code);
          if (code === 'accepted') expectUsable(mutated);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is refused where it is just text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(['invalid-answer', 'unsupported-media']).toContain(codeOf(text));
        expect(['invalid-answer', 'unsupported-media']).toContain(codeOf(`v=0\r\nm=audio ${text}`));
      }),
    );
  });
});

type Mutation = (lines: readonly string[]) => readonly string[];

const place = fc.nat({ max: 300 });
const oddNumber = fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(-1, 2 ** 32, 1e21, 0.5, 65_536));

/** Small damage of every kind, at a place of the text. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  place.map(
    (at): Mutation =>
      (lines) =>
        lines.filter((_, index) => index !== at),
  ),
  place.map(
    (at): Mutation =>
      (lines) =>
        lines.toSpliced(at, 0, lines[at] ?? ''),
  ),
  fc.tuple(place, place).map(
    ([a, b]): Mutation =>
      (lines) =>
        swap(lines, a, b),
  ),
  place.map(
    (at): Mutation =>
      (lines) =>
        lines.slice(0, at),
  ),
  fc.tuple(place, oddNumber).map(
    ([at, number]): Mutation =>
      (lines) =>
        changeLine(lines, at, /\d+/, String(number)),
  ),
  fc.tuple(place, fc.string({ unit: 'binary' })).map(
    ([at, text]): Mutation =>
      (lines) =>
        changeLine(lines, at, /\S+$/, text),
  ),
  fc.tuple(place, fc.string()).map(
    ([at, text]): Mutation =>
      (lines) =>
        lines.toSpliced(at, 0, `a=${text}`),
  ),
);

function swap(lines: readonly string[], a: number, b: number): readonly string[] {
  return lines.map((line, index) => (index === a ? lines[b] : index === b ? lines[a] : undefined) ?? line);
}

function changeLine(lines: readonly string[], at: number, pattern: RegExp, by: string): readonly string[] {
  return lines.map((line, index) => (index === at ? line.replace(pattern, () => by) : line));
}

const routerCapabilities = generateRouterRtpCapabilities([...routerCodecs]);

/** The engine takes every source, and no two can be mistaken for each other. */
function expectUsable(sdp: string): void {
  const { sources } = parseAnswer(sdp, plan);
  const ssrcs = [...sources.values()].flatMap(({ encodings = [] }) =>
    encodings.flatMap(({ ssrc, rtx }) => [ssrc, rtx?.ssrc].filter((each) => each !== undefined)),
  );
  expect(new Set(ssrcs).size).toBe(ssrcs.length);
  for (const parameters of sources.values()) {
    expect(getProducerRtpParametersMapping(parameters, routerCapabilities).codecs).not.toEqual([]);
  }
}

function swapSections(sdp: string, a: number, b: number): string {
  const sections = sdp.split(/(?=^m=)/m);
  return sections
    .with(a, sections[b] ?? '')
    .with(b, sections[a] ?? '')
    .join('');
}

/** Gives the shared screen's sound the microphone's SSRC. */
function sameSsrc(sdp: string): string {
  const [first = '', ...others] = [...new Set(sdp.match(/(?<=a=ssrc:)\d+/g))];
  return sdp.replaceAll(others.at(-1) ?? '', first);
}
