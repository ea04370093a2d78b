/**
 * Connections as the panel shows them: `path` is direct, router, relay, firefox, connecting, lost or failed; `pictures` is
 * full, small, narrow or off.
 */
import type { ConnectionPath, ConnectionReport, Participant, StageReport } from '@plenum/client';
import { fakePictures } from './fake-pictures.ts';

const direct: ConnectionPath = {
  local: 'host',
  remote: 'host',
  protocol: 'udp',
  family: 'IPv4',
  roundTripMs: 23,
  dtlsVersion: 'DTLS 1.2',
  dtlsCipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  srtpCipher: 'AEAD_AES_256_GCM',
};
const paths: Readonly<Record<string, Partial<ConnectionPath>>> = {
  router: { local: 'prflx', remote: 'srflx', roundTripMs: 41 },
  relay: { local: 'relay', protocol: 'tls', family: 'IPv6', roundTripMs: 88 },
  firefox: { dtlsVersion: undefined, dtlsCipher: undefined, srtpCipher: undefined },
};
const times = [142, 31, 24, 18];
const names = ['signalling', 'connecting', 'securing', 'communicating'] as const;

function stages(current: number, state: StageReport['state']): readonly StageReport[] {
  return names.map((name, index) => ({
    name,
    state: index < current ? 'done' : index === current ? state : 'pending',
    beganMs: index <= current ? 0 : undefined,
    tookMs: index < current || state === 'done' ? times[index] : state === 'failed' ? 12_000 : undefined,
  }));
}

function reportOf(
  peer: ConnectionReport['peer'],
  path: string,
  pictures: ConnectionReport['pictures'],
): ConnectionReport {
  const tried = {
    local: { host: 2, srflx: 1, prflx: 0, relay: 0 },
    remote: { host: 1, srflx: 0, prflx: 0, relay: 0 },
    checksSent: 166,
    checksAnswered: path === 'failed' ? 0 : 12,
  };
  const plain = {
    peer,
    path: undefined,
    traffic: undefined,
    pictures: { incoming: [], outgoing: [], allotment: undefined },
    tried,
    stage: 'connecting',
  } as const;
  if (path === 'failed') return { ...plain, state: 'failed', stages: stages(1, 'failed') };
  if (path === 'connecting') return { ...plain, state: 'connecting', stages: stages(1, 'under-way') };
  return {
    ...plain,
    state: path === 'lost' ? 'lost' : 'connected',
    stage: 'communicating',
    stages: stages(3, path === 'alone' ? 'under-way' : 'done'),
    path: { ...direct, ...paths[path] },
    traffic: { sentBps: 1_240_000, receivedBps: 3_412_000, lost: 0.004 },
    pictures,
  };
}

/** To the server, or with `topology=mesh` to everybody, each by the next of the `path`s. */
export function fakeConnections(
  query: URLSearchParams,
  others: readonly Participant[],
): readonly ConnectionReport[] {
  const wanted = (query.get('path') ?? 'direct').split(',');
  const kind = query.get('pictures') ?? 'full';
  if (query.get('topology') !== 'mesh') {
    return [reportOf('server', wanted[0] ?? 'direct', fakePictures(kind, others, 'star'))];
  }
  return others.map((one, index) =>
    reportOf(one.id, wanted[index % wanted.length] ?? 'direct', fakePictures(kind, [one], 'direct')),
  );
}
