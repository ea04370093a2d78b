/** Answers to the offer that was received: right ones, recorded ones fitted to it, and both with changes to their lines. */
import { readFileSync } from 'node:fs';
import { fakeAnswer } from '@plenum/media/fake';
import fc from 'fast-check';

const recorded = ['chromium', 'firefox'].flatMap((browser) =>
  ['everything', 'without-tracks', 'listening'].map((name) =>
    readFileSync(new URL(`../../../media/src/sdp/fixtures/${browser}-${name}.sdp`, import.meta.url), 'utf8'),
  ),
);

export interface LineChange {
  readonly at: number;
  readonly how: 'remove' | 'double' | 'swap' | 'number' | 'word' | 'insert' | 'cut';
  readonly text: string;
}

export interface AnswerWish {
  /** Below 0: an answer made from the offer; else which recorded one. */
  readonly recording: number;
  /** Whether the recorded one is sent as it is, for another offer. */
  readonly isRaw: boolean;
  readonly changes: readonly LineChange[];
}

const lines = fc.constantFrom(
  'a=candidate:1 1 udp 1 192.0.2.1 9 typ host',
  'a=candidate:',
  'a=simulcast:send 0;1;2;3;4',
  'a=simulcast:send 0,1;~2',
  'a=rid:0 send pt=96;max-width=1',
  'a=ssrc:0 cname:x',
  'a=ssrc:4294967296 cname:x',
  'a=ssrc-group:FID 1 1',
  'a=ssrc-group:FID 1',
  'a=rtpmap:96 VP8/90000/2',
  'a=fmtp:97 apt=97',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=extmap:15/sendrecv x y z',
  'a=rtcp-fb:* nack pli',
  'a=setup:passive',
  'a=setup:actpass',
  'a=fingerprint:sha-256 00',
  'a=fingerprint:sha-1 AA:BB',
  'a=fingerprint:md5 00:00',
  'a=imageattr:96 send [x=1] recv *',
  'a=group:BUNDLE 0 1 2',
  'a=mid:0',
  'a=mid:__proto__',
  'a=inactive',
  'a=sendrecv',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP6 ::',
  `a=${'x'.repeat(4_000)}`,
  `a=ssrc:1 cname:${'y'.repeat(3_000)}`,
);

const lineChange: fc.Arbitrary<LineChange> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('remove', 'double', 'swap', 'number', 'number', 'word', 'insert', 'cut'),
  text: fc.oneof(lines, fc.constantFrom('0', '-1', '65536', '4294967295', '1e9', '', 'sha-512', '__proto__')),
});

export const answerWish: fc.Arbitrary<AnswerWish> = fc.record({
  recording: fc.integer({ min: -recorded.length, max: recorded.length - 1 }),
  isRaw: fc.nat(9).map((chance) => chance === 0),
  changes: fc.oneof(fc.constant([]), fc.array(lineChange, { minLength: 1, maxLength: 4 })),
});

export function writeAnswer(offer: string, { recording, isRaw, changes }: AnswerWish): string {
  const example = recorded[recording];
  const whole = example === undefined ? fakeAnswer(offer) : isRaw ? example : fitTo(offer, example);
  return changes.reduce(change, whole);
}

/** The recorded browser's sections, in the order, number and mids of this offer. */
function fitTo(offer: string, example: string): string {
  const [session = '', ...sections] = example.split(/(?=^m=)/m);
  const asked = offer.split(/(?=^m=)/m).slice(1);
  const mids = asked.map((section) => /^a=mid:(\S+)/m.exec(section)?.[1] ?? '');
  const fitted = asked.map((section, index) => {
    const same = sections.find((each) => fits(section, each)) ?? sections[0] ?? '';
    // Each stream has its own SSRC; the first section of a kind keeps the recorded one.
    const isFirst = asked.findIndex((each) => fits(each, same)) === index;
    const unique = isFirst ? same : same.replaceAll(/^a=(ssrc|ssrc-group):.*\r?\n/gm, '');
    return unique.replace(/^a=mid:\S+/m, `a=mid:${mids[index]}`);
  });
  return session.replace(/^a=group:BUNDLE.*$/m, `a=group:BUNDLE ${mids.join(' ')}`) + fitted.join('');
}

function fits(asked: string, answered: string): boolean {
  const isForUs = (section: string) => /^a=(recvonly|sendrecv)/m.test(section);
  return asked.slice(0, 7) === answered.slice(0, 7) && isForUs(asked) !== isForUs(answered);
}

function change(sdp: string, { at, how, text }: LineChange): string {
  const all = sdp.split(/\r?\n/);
  const index = at % Math.max(1, all.length);
  const line = all[index] ?? '';
  const with_ = (...instead: readonly string[]) => all.toSpliced(index, 1, ...instead).join('\r\n');
  switch (how) {
    case 'remove':
      return with_();
    case 'double':
      return with_(line, line);
    case 'swap':
      return with_(all[index + 1] ?? '', line);
    case 'number':
      return with_(line.replace(/\d+/, text));
    case 'word':
      return with_(line.replace(/[a-zA-Z-]{3,}/, text));
    case 'insert':
      return with_(line, text);
    case 'cut':
      return sdp.slice(0, at % Math.max(1, sdp.length));
  }
}
