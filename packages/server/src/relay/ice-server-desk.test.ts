import { createParticipantId } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { issueCredentials } from './credentials.ts';
import { createIceServerDesk, type IceServerSources } from './ice-server-desk.ts';

const now = Date.UTC(2026, 0, 1);
const ann = createParticipantId();
const own = {
  isUp: true,
  urls: { stun: ['stun:198.51.100.9:3478'], turn: ['turn:198.51.100.9:3478?transport=udp'] },
  secret: 'north',
};

function issued(sources: Partial<IceServerSources>) {
  return createIceServerDesk({ own: undefined, external: [], now: () => now, ...sources })(ann);
}

test('[ICE1] a participant is told our relay with credentials of their own, good for an hour', () => {
  expect(issued({ own })).toEqual({
    iceServers: [
      { urls: own.urls.stun },
      { urls: own.urls.turn, ...issueCredentials('north', ann, now + 3_600_000) },
    ],
    iceServersValidForMs: 3_600_000,
  });
});

test('[ICE4] of a relay that is down nobody is told, but to ask again soon', () => {
  const external = [{ urls: ['stun:stun.example.org'] }];
  expect(issued({ own: { ...own, isUp: false }, external })).toEqual({
    iceServers: external,
    iceServersValidForMs: 60_000,
  });
});

test('servers of others are told with credentials that end where they have a secret', () => {
  const urls = ['turn:turn.example.org'];
  expect(issued({ external: [{ urls, secret: 'south' }] })).toEqual({
    iceServers: [{ urls, ...issueCredentials('south', ann, now + 3_600_000) }],
    iceServersValidForMs: 3_600_000,
  });
});

test('what never ends need not be renewed', () => {
  const external = [{ urls: ['turn:turn.example.org'], username: 'ann', credential: 'pass' }];
  expect(issued({ external })).toEqual({ iceServers: external });
  expect(issued({})).toEqual({ iceServers: [] });
});
