import { expect, test } from 'vitest';
import { describePath } from './path.ts';
import { recorded, toStats } from './recorded-stats.ts';
import type { Stat, Stats } from './stats.ts';

/** Chromium's connection to the media server, with something else in it. */
function changed(id: (stat: Stat) => boolean, members: Readonly<Record<string, unknown>>): Stats {
  return toStats(
    [...recorded.chromiumStar.values()].map((stat) => (id(stat) ? { ...stat, ...members } : stat)),
  );
}

const isLocal = ({ type }: Stat) => type === 'local-candidate';

test('Chromium says everything of its way to the media server', () => {
  expect(describePath(recorded.chromiumStar)).toEqual({
    local: 'host',
    remote: 'host',
    protocol: 'udp',
    family: 'IPv4',
    roundTripMs: 1,
    dtlsVersion: 'DTLS 1.2',
    dtlsCipher: 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    srtpCipher: 'AEAD_AES_256_GCM',
  });
});

test('straight to another, Chromium speaks a newer DTLS, and IPv6 where both have it', () => {
  expect(describePath(recorded.chromiumPair)).toMatchObject({
    local: 'host',
    remote: 'host',
    family: 'IPv6',
    dtlsVersion: 'DTLS 1.3',
    dtlsCipher: 'TLS_AES_128_GCM_SHA256',
  });
});

test.each(['firefoxStar', 'firefoxPair'] as const)('%s: what Firefox does not say stays unsaid', (name) => {
  expect(describePath(recorded[name])).toEqual({
    local: 'host',
    remote: 'host',
    protocol: 'udp',
    // Its own address is a name; the other side's says it.
    family: 'IPv4',
    roundTripMs: expect.any(Number),
    dtlsVersion: undefined,
    dtlsCipher: undefined,
    srtpCipher: undefined,
  });
});

test('without a way there is no path', () => {
  expect(describePath(recorded.chromiumBlocked)).toBeUndefined();
  expect(describePath(new Map())).toBeUndefined();
});

test.each(['udp', 'tcp', 'tls'])('of a relay counts what it is reached by: %s', (relayProtocol) => {
  const relayed = changed(isLocal, { candidateType: 'relay', protocol: 'udp', relayProtocol });
  expect(describePath(relayed)).toMatchObject({ local: 'relay', remote: 'host', protocol: relayProtocol });
});

test('words that nobody knows are not passed on', () => {
  const strange = changed(() => true, {
    candidateType: 'tunnel',
    protocol: 'sctp',
    address: 'x',
    tlsVersion: '?',
  });
  expect(describePath(strange)).toMatchObject({
    local: undefined,
    remote: undefined,
    protocol: undefined,
    family: undefined,
    dtlsVersion: undefined,
  });
});
