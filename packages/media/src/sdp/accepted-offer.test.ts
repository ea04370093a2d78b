import { ConferenceError } from '@plenum/protocol';
import fc from 'fast-check';
import { generateRouterRtpCapabilities, getProducerRtpParametersMapping } from 'mediasoup/ortc';
import { parse } from 'sdp-transform';
import { describe, expect, test } from 'vitest';
import { fakeOffer } from '../fake/offer.ts';
import { formatAnswer } from './accepted-answer.ts';
import { offeredSources, parseOffer } from './accepted-offer.ts';
import { routerCodecs, standardCapabilities } from './media-profile.ts';
import type { TransportDescription } from './offer.ts';

const offer = fakeOffer();

const transport: TransportDescription = {
  ice: { usernameFragment: 'ours', password: 'oursoursoursoursoursours' },
  candidates: [],
  fingerprints: [{ algorithm: 'sha-256', value: '00:11' }],
};

function codeOf(sdp: string): string {
  try {
    parseOffer(sdp, standardCapabilities);
    return 'accepted';
  } catch (thrown) {
    if (thrown instanceof ConferenceError) return thrown.code;
    throw thrown;
  }
}

function answerTo(sdp: string) {
  const accepted = parseOffer(sdp, standardCapabilities);
  return parse(formatAnswer(accepted, transport, { sessionId: '1', version: 1 }));
}

/** As a browser offers three sizes of a camera. */
const simulcast = fakeOffer({ sources: ['camera'] }).replace(
  /a=ssrc:.*\r\n/,
  [
    'a=rid:q send',
    'a=rid:h send',
    'a=rid:f send',
    'a=simulcast:send q;h;f',
    'a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    '',
  ].join('\r\n'),
);

describe('an offer', () => {
  test('is taken in its own numbers, which the engine maps', () => {
    const { answer } = parseOffer(offer, standardCapabilities);
    const camera = answer.sources.get('camera');
    expect(camera?.codecs.map(({ mimeType, payloadType }) => [mimeType, payloadType])).toEqual([
      ['video/VP8', 120],
      ['video/rtx', 124],
    ]);
    expect(camera?.codecs[1]?.parameters).toEqual({ apt: 120 });
    expect(camera?.codecs[0]?.rtcpFeedback).toEqual([
      { type: 'nack', parameter: '' },
      { type: 'nack', parameter: 'pli' },
    ]);
    expect(camera?.headerExtensions).toEqual([{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 7 }]);
    expect(camera?.encodings).toEqual([{ ssrc: 2_002 }]);
    expect(answer.sources.get('microphone')?.codecs.map(({ payloadType }) => payloadType)).toEqual([109]);
    const router = generateRouterRtpCapabilities([...routerCodecs]);
    for (const parameters of answer.sources.values()) {
      expect(() => getProducerRtpParametersMapping(parameters, router)).not.toThrow();
    }
  });

  test('of several sizes is taken with all of them', () => {
    const { answer } = parseOffer(simulcast, standardCapabilities);
    expect(answer.sources.get('camera')?.encodings?.map(({ rid }) => rid)).toEqual(['q', 'h', 'f']);
    const [line] = answerTo(simulcast).media;
    expect(line?.rids).toEqual(['q', 'h', 'f'].map((id) => ({ id, direction: 'recv' })));
    expect(line?.simulcast).toEqual({ dir1: 'recv', list1: 'q;h;f' });
  });

  test.each([
    ['profile-level-id=42e01f;packetization-mode=1', ['video/H264']],
    ['profile-level-id=42E028;packetization-mode=1;level-asymmetry-allowed=1', ['video/H264']],
    // As GStreamer writes it, and as the other profiles do that say the same.
    ['packetization-mode=1;profile-level-id=42c01e;level-asymmetry-allowed=1', ['video/H264']],
    ['profile-level-id=4d801f;packetization-mode=1', ['video/H264']],
    ['profile-level-id=58c01f;packetization-mode=1', ['video/H264']],
    ['profile-level-id=42e01f', undefined],
    ['profile-level-id=42001f;packetization-mode=1', undefined],
    ['profile-level-id=4d001f;packetization-mode=1', undefined],
    ['profile-level-id=none;packetization-mode=1', undefined],
    ['profile-level-id=640028;packetization-mode=1', undefined],
  ])('in H.264 with %s', (parameters, codecs) => {
    const onlyH264 = fakeOffer()
      .replace('RTP/SAVPF 126 120 124', 'RTP/SAVPF 126')
      .replace('a=rtpmap:120 VP8/90000\r\n', `a=fmtp:126 ${parameters}\r\n`)
      .replace(/a=(rtpmap|fmtp|rtcp-fb):1(20|24).*\r\n/g, '');
    const { answer } = parseOffer(onlyH264, standardCapabilities);
    expect(answer.sources.get('camera')?.codecs.map(({ mimeType }) => mimeType)).toEqual(codecs);
  });

  test('names what is taken of it', () => {
    expect(offeredSources(offer)).toEqual(['microphone', 'camera']);
    expect(offeredSources(fakeOffer({ sources: ['camera'] }))).toEqual(['camera']);
    expect(offeredSources(offer.replace('VP8', 'VP7'))).toEqual(['microphone']);
  });

  test('may have m-lines that are there only with the bundle', () => {
    const bundled = offer
      .replace('m=video 9 ', 'm=video 0 ')
      .replace('a=mid:track1', 'a=bundle-only\r\na=mid:track1');
    expect([...parseOffer(bundled, standardCapabilities).answer.sources.keys()]).toEqual([
      'microphone',
      'camera',
    ]);
    const refused = offer.replace('m=video 9 ', 'm=video 0 ');
    expect([...parseOffer(refused, standardCapabilities).answer.sources.keys()]).toEqual(['microphone']);
  });

  test('leaves the handshake to the client where it may', () => {
    const roleOf = (setup: string) =>
      parseOffer(offer.replaceAll('a=setup:actpass', `a=setup:${setup}`), standardCapabilities).answer.dtls
        .role;
    expect(['actpass', 'active', 'passive'].map(roleOf)).toEqual(['client', 'client', 'server']);
  });
});

describe('the answer', () => {
  test('has every m-line in its place, with a port only where something comes of it', () => {
    const sdp = fakeOffer({ sources: ['microphone', 'camera', 'screen'] }).replace(
      /$/,
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:data\r\na=setup:actpass\r\n',
    );
    const { media, groups } = answerTo(sdp);
    expect(media.map(({ type, port, mid, direction }) => [type, port, mid, direction])).toEqual([
      ['audio', 9, 'track0', 'recvonly'],
      ['video', 9, 'track1', 'recvonly'],
      ['video', 0, 'track2', 'inactive'],
      ['application', 0, 'data', 'inactive'],
    ]);
    expect(groups).toEqual([{ type: 'BUNDLE', mids: 'track0 track1' }]);
  });

  test('names credentials also where nothing comes of an m-line, since not all clients do without', () => {
    const { media } = answerTo(fakeOffer({ sources: ['microphone', 'camera', 'screen'] }));
    expect(media[2]).toMatchObject({ port: 0, iceUfrag: 'ours', setup: 'passive' });
  });

  test('says in each m-line with whom one talks', () => {
    for (const line of answerTo(offer).media) {
      expect(line).toMatchObject({ setup: 'passive', iceUfrag: 'ours', fingerprint: { hash: '00:11' } });
    }
    expect(answerTo(offer.replaceAll('actpass', 'passive')).media[0]?.setup).toBe('active');
  });
});

test.each<[string, (sdp: string) => string]>([
  ['that is empty', () => ''],
  ['that is no description', () => 'hello'],
  ['without m-lines', (sdp) => sdp.slice(0, sdp.indexOf('m='))],
  ['of who only receives', (sdp) => sdp.replaceAll('a=sendonly', 'a=recvonly')],
  ['without a fingerprint', (sdp) => sdp.replace(/a=fingerprint:.*\r\n/, '')],
  ['without credentials', (sdp) => sdp.replaceAll(/a=ice-pwd:.*\r\n/g, '')],
  ['without a role in the handshake', (sdp) => sdp.replaceAll(/a=setup:.*\r\n/g, '')],
  ['that is not bundled', (sdp) => sdp.replace(/a=group:.*\r\n/, '')],
  ['without one port for both', (sdp) => sdp.replaceAll('a=rtcp-mux\r\n', '')],
  ['over plain RTP', (sdp) => sdp.replaceAll('UDP/TLS/RTP/SAVPF', 'RTP/AVP')],
  ['with one SSRC for two', (sdp) => sdp.replaceAll(/a=ssrc:\d+/g, 'a=ssrc:7')],
  ['with a mid that is none', (sdp) => sdp.replaceAll('track0', 'track\u00e9')],
  ['whose streams cannot be told', (sdp) => sdp.replaceAll(/a=(?:ssrc|extmap):.*\r\n/g, '')],
])('an offer %s is refused', (_what, change) => {
  expect(codeOf(change(offer))).toBe('invalid-offer');
});

test('an offer without a common codec is told apart', () => {
  expect(codeOf(offer.replace('opus', 'speex').replace('VP8', 'VP7'))).toBe('unsupported-media');
  expect(codeOf(offer.replace('VP8', 'VP7'))).toBe('accepted');
});

test('whatever is sent in place of an offer is an offer or refused', () => {
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
