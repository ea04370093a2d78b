/** A whole server with its relay: what it tells who joins, and media that has no other way. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IceServer } from '@plenum/protocol';
import { SignallingParticipant } from '@plenum/testkit';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { aCertificate } from '../testing/certificate.ts';
import { endLinking, type LinkedPeer, linkTo } from '../testing/linked-peer.ts';
import { aServer } from '../testing/running-server.ts';
import { TurnClient } from '../testing/turn-client.ts';
import { nameInCertificate } from './relay-urls.ts';

afterAll(endLinking);

const withRelay = { relay: 'on', relayPort: 0 } as const;

/** Somebody in a room, and what they were told. */
async function joins(
  serverUrl: string,
  link: (offer: string, told: readonly IceServer[]) => Promise<LinkedPeer>,
) {
  let told: readonly IceServer[] = [];
  let peer: LinkedPeer | undefined;
  const participant = await SignallingParticipant.join({
    serverUrl,
    domain: 'localhost',
    roomId: 'standup',
    name: 'Ann',
    publications: {},
    answer: async (offer, _publishOn, iceServers) => {
      told = iceServers;
      peer = await link(offer, told);
      return peer.answer;
    },
  });
  onTestFinished(() => {
    participant.close();
    peer?.close();
  });
  return { participant, told, peer };
}

async function metricsOf(url: string): Promise<string> {
  return (await fetch(new URL('metrics', url))).text();
}

/** The relay's address, from what was told. */
function placeOf(told: readonly IceServer[]) {
  const [, address = '', port] = /turn:([^:]+):(\d+)/.exec(told.flatMap(({ urls }) => urls).join(' ')) ?? [];
  return { address, port: Number(port) };
}

/** The same server, asked at another address. */
function movedTo(server: IceServer, host: string): IceServer {
  return { ...server, urls: server.urls.map((url) => url.replace('198.18.7.7', host)) };
}

/** The offer as if there were no other addresses. */
function withCandidates(offer: string, address: string): string {
  const isOther = (line: string) => line.startsWith('a=candidate:') && !line.includes(` ${address} `);
  return offer
    .split('\r\n')
    .filter((line) => !isOther(line))
    .join('\r\n');
}

describe('a server with a relay', () => {
  test('[ICE1] tells who joins how to get through it', async () => {
    const { url } = await aServer(withRelay);
    const { participant, told } = await joins(url, (offer) => linkTo(offer));
    expect(told).toEqual([
      { urls: [expect.stringMatching(/^stun:127\.0\.0\.1:\d+$/)] },
      {
        urls: [expect.stringMatching(/\?transport=udp$/), expect.stringMatching(/\?transport=tcp$/)],
        username: expect.stringMatching(new RegExp(`^\\d+:${participant.id}$`)),
        credential: expect.any(String),
      },
    ]);
    expect(await metricsOf(url)).toContain('\nplenum_relay_up 1\n');
  });

  test('connects those who have no other way, also behind a translation of addresses', async () => {
    // Media is at this address for browsers, and nothing here leads to it: only the relay knows what it stands for.
    const { url, facts } = await aServer({ ...withRelay, announcedAddress: ['198.18.7.7'] });
    const [{ ip } = { ip: '' }] = facts.media;
    const { participant, peer } = await joins(url, (offer, told) =>
      linkTo(
        withCandidates(offer, '198.18.7.7'),
        told.map((server) => movedTo(server, ip)),
      ),
    );
    await participant.untilConnected();
    expect(peer?.localCandidateType()).toBe('relay');
  });

  test('[ICE2] gives others on request', async () => {
    const { url } = await aServer(withRelay);
    const { participant, told } = await joins(url, (offer) => linkTo(offer));
    const renewed = (await participant.execute('renewIceServers')) as { iceServers: readonly IceServer[] };
    expect(renewed).toMatchObject({ iceServersValidForMs: 3_600_000 });
    const [, { username = '', credential = '' } = {}] = renewed.iceServers;
    const client = await TurnClient.open('udp', placeOf(told), { username, credential });
    onTestFinished(() => client.close());
    expect(await client.allocate()).toMatchObject({ address: '127.0.0.1' });
  });

  test('[ICE4] holds calls while it is down, and tells nobody of it', async () => {
    const first = await aServer(withRelay);
    const { told } = await joins(first.url, (offer) => linkTo(offer));
    const { url, facts } = await aServer({ relay: 'on', relayPort: placeOf(told).port });
    expect(facts.notices.join()).toContain(`port ${placeOf(told).port}`);
    const second = await joins(url, (offer) => linkTo(offer));
    await second.participant.untilConnected();
    expect(second.told).toEqual([]);
    expect((await fetch(new URL('healthz', url))).status).toBe(200);
    expect(await metricsOf(url)).toContain('\nplenum_relay_up 0\n');
    await first.close();
    await expect.poll(() => metricsOf(url), { timeout: 30_000 }).toContain('\nplenum_relay_up 1\n');
  });

  test('may have an address of its own, from which media is reached as well', async () => {
    const { url } = await aServer({ ...withRelay, relayHost: '127.0.0.2' });
    const { told } = await joins(url, (offer) => linkTo(offer));
    const [, { username = '', credential = '' } = {}] = told;
    const client = await TurnClient.open('udp', placeOf(told), { username, credential });
    onTestFinished(() => client.close());
    expect(await client.allocate()).toMatchObject({ address: '127.0.0.2' });
    await client.permit('127.0.0.1');
  });

  test('serves TLS by the name in its certificate', async () => {
    const { cert, key } = aCertificate('meet.example.org');
    const files = { tlsCert: cert, tlsKey: key, relayTlsPort: 0 };
    const { facts } = await aServer({ ...withRelay, ...files, publicUrl: 'https://meet.example.org' });
    expect(facts.relay).toMatch(/^UDP and TCP port \d+, TLS port \d+$/);
    expect(facts.notices).toEqual([]);
  });
});

test('a server for this machine alone has no relay, nor a gauge for one', async () => {
  const { url } = await aServer({ relay: 'auto' });
  const { told } = await joins(url, (offer) => linkTo(offer));
  expect(told).toEqual([]);
  expect(await metricsOf(url)).not.toContain('plenum_relay_up');
});

describe('the name for TLS', () => {
  const nameFor = (names: readonly string[], publicUrl: string | undefined, hosts: readonly string[]) => {
    const certificate = new X509Certificate(readFileSync(aCertificate(...names).cert));
    return nameInCertificate(certificate, publicUrl, hosts);
  };

  test('is the public one where the certificate is for it, else one of the certificate’s own', () => {
    const names = ['media.example.org', '*.example.net'];
    expect(nameFor(names, 'https://a.example.net/meet', ['192.0.2.1'])).toBe('a.example.net');
    expect(nameFor(names, 'https://elsewhere.example.com', [])).toBe('media.example.org');
    expect(nameFor(names, undefined, [])).toBe('media.example.org');
  });

  test('may be an address', () => {
    expect(nameFor(['192.0.2.1'], undefined, ['192.0.2.1'])).toBe('192.0.2.1');
  });

  test('is none where browsers would accept none', () => {
    expect(nameFor(['*.example.net'], 'https://example.com', ['192.0.2.1'])).toBeUndefined();
  });
});
