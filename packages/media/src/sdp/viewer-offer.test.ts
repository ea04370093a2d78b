import { ConferenceError } from '@plenum/protocol';
import fc from 'fast-check';
import { parse } from 'sdp-transform';
import { describe, expect, test } from 'vitest';
import { fakeView } from '../fake/view.ts';
import { formatAnswer } from './accepted-answer.ts';
import { viewerOffer } from './fixtures/recorded.ts';
import { standardCapabilities } from './media-profile.ts';
import type { TransportDescription } from './offer.ts';
import { mixCodecsOf, parseViewerOffer } from './viewer-offer.ts';

const offer = fakeView();

const transport: TransportDescription = {
  ice: { usernameFragment: 'ours', password: 'oursoursoursoursoursours' },
  candidates: [],
  fingerprints: [{ algorithm: 'sha-256', value: '00:11' }],
};

function codeOf(sdp: string): string {
  try {
    parseViewerOffer(sdp, standardCapabilities);
    return 'accepted';
  } catch (thrown) {
    if (thrown instanceof ConferenceError) return thrown.code;
    throw thrown;
  }
}

function answerTo(sdp: string) {
  const accepted = parseViewerOffer(sdp, standardCapabilities);
  return parse(formatAnswer(accepted, transport, { sessionId: '1', version: 1 }));
}

const codecsIn = (sdp: string) => parseViewerOffer(sdp, standardCapabilities).codecs;

/** As the offer has it in a line of its own for H.264. */
const inH264 = (parameters: string) =>
  fakeView({ codecs: ['h264'] }).replace(/a=fmtp:126 .*/, `a=fmtp:126 ${parameters}`);

describe('an offer to receive', () => {
  test.each([
    [
      'chromium' as const,
      [
        { mimeType: 'audio/opus', payloadType: 111 },
        { mimeType: 'video/VP8', payloadType: 96 },
        { mimeType: 'video/H264', payloadType: 109 },
      ],
    ],
    [
      'firefox' as const,
      [
        { mimeType: 'audio/opus', payloadType: 109 },
        { mimeType: 'video/VP8', payloadType: 120 },
      ],
    ],
  ])('of %s is taken in its own numbers', (browser, codecs) => {
    const sdp = viewerOffer(browser);
    expect(codecsIn(sdp)).toEqual(codecs);
    const { media, groups } = answerTo(sdp);
    expect(groups).toEqual([{ type: 'BUNDLE', mids: '0 1' }]);
    expect(media.map(({ type, port, mid, direction }) => [type, port, mid, direction])).toEqual([
      ['audio', 9, 0, 'sendonly'],
      ['video', 9, 1, 'sendonly'],
    ]);
    expect(media.map(({ msid }) => msid?.map(({ id }) => id))).toEqual([['composite'], ['composite']]);
    // Nothing of what is written in other numbers is promised.
    for (const line of media) expect([line.ext, line.ssrcs]).toEqual([undefined, undefined]);
    expect(media[1]?.rtcpFb?.filter(({ payload }) => payload === codecs[1]?.payloadType)).toEqual([
      expect.objectContaining({ type: 'nack' }),
      expect.objectContaining({ type: 'nack', subtype: 'pli' }),
      expect.objectContaining({ type: 'ccm', subtype: 'fir' }),
    ]);
  });

  test.each([
    ['profile-level-id=42e01f;packetization-mode=1', true],
    ['profile-level-id=42001f;packetization-mode=1', true],
    ['profile-level-id=4D0028;packetization-mode=1;level-asymmetry-allowed=1', true],
    ['profile-level-id=640c28;packetization-mode=1', true],
    ['profile-level-id=42e01f', false],
    ['profile-level-id=580028;packetization-mode=1', false],
    ['packetization-mode=1', false],
  ])('in H.264 with %s', (parameters, isTaken) => {
    const sdp = inH264(parameters);
    expect(mixCodecsOf(parseViewerOffer(sdp, standardCapabilities)).has('h264')).toBe(isTaken);
    if (isTaken) expect(answerTo(sdp).media[1]?.fmtp[0]?.config).toBe(parameters);
  });

  test('in several profiles of H.264 gets the one that is nearest to what is sent', () => {
    const sdp = inH264('profile-level-id=640028;packetization-mode=1')
      .replace('RTP/SAVPF 126', 'RTP/SAVPF 126 127')
      .replace(
        'a=rtpmap:126',
        'a=rtpmap:127 H264/90000\r\na=fmtp:127 profile-level-id=42e01f;packetization-mode=1\r\na=rtpmap:126',
      );
    expect(codecsIn(sdp)[1]?.payloadType).toBe(127);
    // The engine knows one profile, whatever was offered.
    const { answer, plan } = parseViewerOffer(
      inH264('profile-level-id=640028;packetization-mode=1'),
      standardCapabilities,
    );
    const known = {
      preferredPayloadType: 126,
      parameters: { 'profile-level-id': '42e01f', 'packetization-mode': 1 },
    };
    expect(answer.slots.get('picture')?.codecs?.[0]).toMatchObject(known);
    expect(plan[1]?.codecs[0]).toMatchObject(known);
  });

  test('to send as well is taken for what it receives', () => {
    expect(answerTo(offer.replaceAll('a=recvonly', 'a=sendrecv')).media[0]?.direction).toBe('sendonly');
  });

  test('of one kind only is taken', () => {
    const onlySound = offer
      .slice(0, offer.indexOf('m=video'))
      .replace('BUNDLE sound picture', 'BUNDLE sound');
    expect(codecsIn(onlySound)).toEqual([{ mimeType: 'audio/opus', payloadType: 109 }]);
    expect(mixCodecsOf(parseViewerOffer(onlySound, standardCapabilities)).size).toBe(0);
  });
});

test.each<[string, (sdp: string) => string]>([
  ['that is empty', () => ''],
  ['without m-lines', (sdp) => sdp.slice(0, sdp.indexOf('m='))],
  ['of who only sends', (sdp) => sdp.replaceAll('a=recvonly', 'a=sendonly')],
  ['without a fingerprint', (sdp) => sdp.replace(/a=fingerprint:.*\r\n/, '')],
  ['without credentials', (sdp) => sdp.replaceAll(/a=ice-pwd:.*\r\n/g, '')],
  ['that is not bundled', (sdp) => sdp.replace(/a=group:.*\r\n/, '')],
  ['without one port for both', (sdp) => sdp.replaceAll('a=rtcp-mux\r\n', '')],
  ['over plain RTP', (sdp) => sdp.replaceAll('UDP/TLS/RTP/SAVPF', 'RTP/AVP')],
  ['with one payload type for two', (sdp) => sdp.replaceAll('109', '120')],
])('an offer to receive %s is refused', (_what, change) => {
  expect(codeOf(change(offer))).toBe('invalid-offer');
});

test('an offer to receive without a common codec is told apart', () => {
  const foreign = offer.replace(/opus|VP8|H264/g, 'other');
  expect(codeOf(foreign)).toBe('unsupported-media');
});

test('whatever is sent in place of an offer to receive is one or refused', () => {
  const lines = offer.split('\r\n');
  const mutated = fc.array(
    fc.record({ at: fc.nat(lines.length - 1), by: fc.oneof(fc.string(), fc.constantFrom(...lines)) }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(mutated, (changes) => {
      const text = [...lines];
      for (const { at, by } of changes) text[at] = by;
      expect(['accepted', 'invalid-offer', 'unsupported-media']).toContain(codeOf(text.join('\r\n')));
    }),
  );
});
