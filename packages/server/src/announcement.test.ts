import { expect, test } from 'vitest';
import { formatAnnouncement, type StartFacts } from './announcement.ts';

const facts: StartFacts = {
  url: 'http://localhost:8080/',
  workerDescription: 'mediasoup worker, built here',
  media: [{ ip: '192.0.2.1', announcedAddress: '198.51.100.1' }, { ip: '10.0.0.1' }],
  mediaPorts: { from: 20_000, to: 20_001 },
  notices: ['Use HTTPS.'],
};

test('the start-up says the link, the worker, where media listens, what to know and how long it took', () => {
  const text = formatAnnouncement(facts, 1234, false);
  expect(text).toContain('Plenum is ready: http://localhost:8080/\n');
  expect(text).toContain('mediasoup worker, built here');
  expect(text).toContain('ports 20000-20001 on 192.0.2.1 (announced as 198.51.100.1), 10.0.0.1');
  expect(text).toContain('Note: Use HTTPS.');
  expect(text).toContain('1.2 s');
});

test('the relay is told of where there is one', () => {
  const relay = 'UDP and TCP port 3478';
  expect(formatAnnouncement({ ...facts, relay }, 0, false)).toMatch(/ {2}relay +UDP and TCP port 3478\n/);
  expect(formatAnnouncement(facts, 0, false)).not.toContain('relay');
});

test('one worker has one port', () => {
  expect(formatAnnouncement({ ...facts, mediaPorts: { from: 5, to: 5 } }, 0, false)).toContain('port 5 on');
});

test('on a terminal the link stands out', () => {
  expect(formatAnnouncement(facts, 0, true)).toContain('\x1b[1;4mhttp://localhost:8080/\x1b[0m');
});
