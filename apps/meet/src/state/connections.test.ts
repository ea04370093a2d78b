import type { ConnectionPath, ConnectionReport, IncomingPicture, ParticipantId } from '@plenum/client';
import { expect, test } from 'vitest';
import { decodingWords, reportText, viewConnection } from './connections.ts';

const aPicture: IncomingPicture = {
  participantId: 'ben' as ParticipantId,
  source: 'camera',
  state: 'flowing',
  width: 640,
  height: 360,
  framesPerSecond: 24,
  bps: 420_000,
};

const plainPath: ConnectionPath = {
  local: 'host',
  remote: 'host',
  protocol: 'udp',
  family: 'IPv4',
  roundTripMs: 23,
  dtlsVersion: 'DTLS 1.2',
  dtlsCipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  srtpCipher: 'AEAD_AES_256_GCM',
};

function aReport(
  path: Partial<ConnectionPath> = {},
  facts: Partial<ConnectionReport> = {},
): ConnectionReport {
  return {
    peer: 'server',
    state: 'connected',
    stage: 'communicating',
    stages: [
      { name: 'signalling', state: 'done', beganMs: 0, tookMs: 41.3 },
      { name: 'connecting', state: 'done', beganMs: 41.3, tookMs: 12 },
      { name: 'securing', state: 'done', beganMs: 53.3, tookMs: 1_240 },
      { name: 'communicating', state: 'under-way', beganMs: 1_293.3, tookMs: undefined },
    ],
    path: { ...plainPath, ...path },
    tried: undefined,
    traffic: { sentBps: 1_240_000, receivedBps: 310_400, lost: 0.0123 },
    pictures: { incoming: [aPicture], outgoing: [], allotment: undefined },
    ...facts,
  };
}

const ben = 'ben' as ParticipantId;
const view = (report: ConnectionReport) => viewConnection(report, (id) => (id === ben ? 'Ben' : undefined));

test.each<[Partial<ConnectionPath>, string, string]>([
  [{}, 'Direct, by UDP over IPv4', 'You, Server'],
  [{ protocol: 'tcp', family: 'IPv6' }, 'Direct, by TCP over IPv6', 'You, Server'],
  [{ local: 'prflx' }, 'Direct, through your router’s address, by UDP over IPv4', 'You, Your router, Server'],
  [{ local: 'relay', protocol: 'tls' }, 'Relayed by TURN, by TLS over IPv4', 'You, Relay, Server'],
  [{ local: 'relay', protocol: undefined }, 'Relayed by TURN over IPv4', 'You, Relay, Server'],
  [{ protocol: undefined, family: undefined }, 'Direct', 'You, Server'],
])('to the server: %o is %s', (path, route, stops) => {
  const shown = view(aReport(path));
  expect(shown.route).toBe(route);
  expect(shown.stops.map(({ name }) => name).join(', ')).toBe(stops);
});

test.each<[Partial<ConnectionPath>, string, string]>([
  [
    { local: 'srflx', remote: 'srflx' },
    'Direct, through the addresses of both routers, by UDP over IPv4',
    'You, Your router, Their router, Ben',
  ],
  [
    { remote: 'prflx' },
    'Direct, through the address of Ben’s router, by UDP over IPv4',
    'You, Their router, Ben',
  ],
  [{ remote: 'relay' }, 'Relayed by TURN, at Ben’s end, by UDP over IPv4', 'You, Their relay, Ben'],
])('straight to somebody: %o is %s', (path, route, stops) => {
  const shown = view(aReport(path, { peer: ben }));
  expect(shown).toMatchObject({ name: 'Ben', route });
  expect(shown.stops.map(({ name }) => name).join(', ')).toBe(stops);
});

test('stages are told with their times', () => {
  expect(view(aReport()).stages).toEqual([
    { name: 'Signalling', state: 'done', words: '41 ms' },
    { name: 'Connecting', state: 'done', words: '12 ms' },
    { name: 'Securing', state: 'done', words: '1.2 s' },
    { name: 'Communicating', state: 'under-way', words: 'no media yet' },
  ]);
});

test('what it is encrypted with is told, where the browser does', () => {
  expect(view(aReport()).encryption).toBe('Encrypted with DTLS 1.2, AES-256-GCM');
  expect(view(aReport({ dtlsVersion: undefined, srtpCipher: undefined })).encryption).toBe(
    'Encrypted; this browser does not say with what',
  );
  expect(view(aReport({ srtpCipher: 'AEAD_NEW' })).encryption).toContain('AEAD_NEW');
  expect(view(aReport({}, { state: 'connecting' })).encryption).toBeUndefined();
});

test('one that failed says in which stage, and what was tried', () => {
  const addresses = { host: 2, srflx: 0, prflx: 0, relay: 0 };
  const shown = view(
    aReport(undefined, {
      peer: ben,
      state: 'failed',
      stage: 'connecting',
      stages: [
        { name: 'signalling', state: 'done', beganMs: 0, tookMs: 40 },
        { name: 'connecting', state: 'failed', beganMs: 40, tookMs: 12_000 },
        { name: 'securing', state: 'pending', beganMs: undefined, tookMs: undefined },
        { name: 'communicating', state: 'pending', beganMs: undefined, tookMs: undefined },
      ],
      path: undefined,
      tried: { local: addresses, remote: addresses, checksSent: 30, checksAnswered: 0 },
      traffic: undefined,
    }),
  );
  expect(shown.stateWords).toBe('No direct connection');
  expect(shown.route).toMatch(/^Connecting failed: .* Tried: 2 local addresses/);
  expect(shown.stages.map(({ words }) => words)).toEqual(['40 ms', 'failed, 12 s', '–', '–']);
  expect(shown.facts).toContainEqual(['Checks', '30 sent, 0 answered']);
});

test('pictures are told of by whom they are', () => {
  expect(view(aReport()).pictures.incoming).toMatchObject([{ name: 'Ben', source: 'camera' }]);
});

test('facts are those there are', () => {
  expect(view(aReport()).facts).toEqual([
    ['Your end', 'host: its own address'],
    ['Other end', 'host: its own address'],
    ['Protocol', 'UDP'],
    ['Addresses', 'IPv4'],
    ['Round trip', '23 ms'],
    ['Receiving', '310 kbit/s'],
    ['Sending', '1.2 Mbit/s'],
    ['Lost on the way here', '1.2 %'],
    ['DTLS', 'DTLS 1.2'],
    ['DTLS cipher', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
    ['SRTP cipher', 'AEAD_AES_256_GCM'],
  ]);
});

test('the report for support names nobody', () => {
  const text = reportText(
    [view(aReport()), view(aReport({ remote: 'srflx' }, { peer: ben }))],
    '2026-11-21T10:00:00Z',
    'A browser',
  );
  expect(text).toContain('To the server: Connected');
  expect(text).toContain('To participant ben: Connected');
  expect(text).toContain('Signalling: 41 ms; Connecting: 12 ms');
  expect(text).toContain('Participant ben, camera: 640 × 360, 24 a second, 420 kbit/s');
  expect(text).toContain('Round trip: 23 ms');
  expect(text).not.toContain('Ben');
});

test('what a device is sent is told where it is not all', () => {
  expect(decodingWords('all')).toBeUndefined();
  expect(decodingWords('smaller')).toBe(
    'This device cannot keep up with all pictures, so it is sent smaller ones.',
  );
  expect(decodingWords('fewer')).toMatch(/fewer and smaller/);
});
