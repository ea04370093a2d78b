import { parse } from 'sdp-transform';
import { expect, test } from 'vitest';
import { exampleTransport, recordedOffer } from './fixtures/recorded.ts';
import { standardCapabilities } from './media-profile.ts';
import { formatOffer } from './offer.ts';
import { planOffer } from './plan.ts';

const { offer } = recordedOffer();
const sections = offer.split(/(?=^m=)/m);
const [session = '', ...lines] = sections;

test('the session says that the server is ICE-lite, shows its certificate and bundles everything', () => {
  expect(session).toContain('a=ice-lite\r\n');
  expect(session).toContain('a=setup:actpass\r\n');
  expect(session).toMatch(/^a=fingerprint:sha-256 [0-9A-F:]{95}\r$/m);
  expect(session).toContain('a=group:BUNDLE 0 1 2 3 4 5 6 7 8\r\n');
});

test('every m-line says where to connect to, and that nothing will be added', () => {
  for (const line of lines) {
    expect(line).toContain('a=ice-ufrag:h2kl8sxpq9v3rtz0\r\n');
    expect(line).toContain('a=ice-pwd:k3vsbz1x8mqd90wplfh27ctnr4ygaeu5\r\n');
    expect(line).toContain('a=candidate:udpcandidate 1 udp 1076302079 192.0.2.7 40000 typ host\r\n');
    expect(line).toContain('192.0.2.7 40000 typ host tcptype passive\r\n');
    expect(line).toContain('a=end-of-candidates\r\n');
    expect(line).toContain('a=rtcp-mux\r\n');
    expect(line).toContain('a=rtcp-rsize\r\n');
  }
});

test('a camera is asked for in three layers, other sources in one', () => {
  const [microphone, camera, screen] = lines;
  expect(camera).toContain('a=rid:l recv\r\na=rid:m recv\r\na=rid:h recv\r\na=simulcast:recv l;m;h\r\n');
  for (const line of [microphone, screen]) expect(line).not.toContain('a=rid');
  for (const line of [microphone, camera, screen]) expect(line).toContain('a=recvonly\r\n');
});

test('a slot has a stream for the page but no SSRC', () => {
  for (const line of lines.slice(4)) {
    expect(line).toContain('a=sendonly\r\n');
    expect(line).toMatch(/^a=msid:slot-\w track-\w\r$/m);
    expect(line).not.toContain('a=ssrc');
  }
});

test('Opus is asked for with correction in band, silence left out and lost packets sent again', () => {
  expect(lines[0]).toContain('a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n');
  expect(lines[0]).toContain('a=rtcp-fb:111 nack\r\n');
});

test('the sound of a screen is asked for in stereo and without gaps', () => {
  expect(lines[3]).toContain('a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=128000\r\n');
});

test('numbers mean the same on every m-line', () => {
  const extensions = new Map<number, string>();
  for (const { ext = [] } of parse(offer).media) {
    for (const { value, uri } of ext) {
      expect(extensions.get(value) ?? uri).toBe(uri);
      extensions.set(value, uri);
    }
  }
  expect(extensions.size).toBe(7);
});

test('a connection with nothing in it is still an offer', () => {
  const plan = planOffer(standardCapabilities, { sources: [], slots: { audio: 0, video: 0 } });
  expect(formatOffer(plan, exampleTransport, { sessionId: '1', version: 1 })).not.toContain('m=');
});
