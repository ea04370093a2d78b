import { expect, test } from 'vitest';
import { reportConnection } from './connection-report.ts';
import { failureWords, toConnectionError } from './failure-words.ts';
import { noPictures } from './pictures.ts';
import { recorded } from './recorded-stats.ts';
import { beginStages, transition } from './stages.ts';
import { countTries } from './tries.ts';

test('addresses count once each, however they may be reached', () => {
  expect(countTries(recorded.chromiumStar)).toEqual({
    local: { host: 3, srflx: 0, prflx: 0, relay: 0 },
    remote: { host: 1, srflx: 0, prflx: 0, relay: 0 },
    checksSent: 24,
    checksAnswered: 7,
  });
  expect(countTries(recorded.firefoxStar)).toMatchObject({
    local: { host: 1 },
    remote: { host: 1 },
    checksSent: undefined,
    checksAnswered: undefined,
  });
});

test('addresses that are kept from the page count as well', () => {
  expect(countTries(recorded.chromiumBlocked)).toEqual({
    local: { host: 2, srflx: 0, prflx: 0, relay: 0 },
    remote: { host: 1, srflx: 0, prflx: 0, relay: 0 },
    checksSent: 166,
    checksAnswered: 0,
  });
});

test('a connection without a way tells in words what was tried', () => {
  const tried = countTries(recorded.chromiumBlocked);
  const words = failureWords({ stage: 'connecting', tried });
  expect(words).toBe(
    'Connecting failed: no way through the network was found. Tried: 2 local addresses, no server-reflexive, no relay, ' +
      'towards 1 address of the other side; 166 checks sent, none answered.',
  );
});

test.each([
  [
    { local: { host: 2, srflx: 1, prflx: 0, relay: 0 }, remote: { host: 1, srflx: 1, prflx: 0, relay: 1 } },
    'Tried: 2 local addresses, 1 server-reflexive, no relay, towards 3 addresses of the other side.',
  ],
  [
    { local: { host: 1, srflx: 0, prflx: 0, relay: 2 }, remote: { host: 0, srflx: 0, prflx: 0, relay: 0 } },
    'Tried: 1 local address, no server-reflexive, 2 relays, towards no address of the other side.',
  ],
])('counts are words: %#', (counts, words) => {
  const tried = { ...counts, checksSent: undefined, checksAnswered: undefined };
  expect(failureWords({ stage: 'connecting', tried })).toContain(words);
});

test('who did not answer was not looked for', () => {
  const tried = countTries(recorded.chromiumBlocked);
  expect(failureWords({ stage: 'signalling', tried })).toBe(
    'Signalling failed: the other side did not answer.',
  );
});

test('the error has the facts as its details', () => {
  const described = transition(beginStages(0), 'described', 40);
  const tried = countTries(recorded.chromiumBlocked);
  const look = { path: undefined, tried, traffic: undefined, pictures: noPictures };
  expect(
    toConnectionError(reportConnection('server', transition(described, 'failed', 12_040), look)),
  ).toMatchObject({
    code: 'media-failed',
    message: expect.stringMatching(/^Connecting failed: /),
    details: { stage: 'connecting', stages: { signalling: 40, connecting: 12_000 }, tried },
  });
});
