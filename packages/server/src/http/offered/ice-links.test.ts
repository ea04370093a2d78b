import { expect, test } from 'vitest';
import { iceLinks } from './ice-links.ts';

test('servers are links, those with credentials bring them', () => {
  const servers = [
    { urls: ['stun:relay.test:3478'] },
    { urls: ['turn:relay.test:3478?transport=udp'], username: '1:a"b', credential: 'c=' },
  ];
  expect(iceLinks(servers)).toBe(
    '<stun:relay.test:3478>; rel="ice-server", <turn:relay.test:3478?transport=udp>; rel="ice-server"; ' +
      'username="1:a\\"b"; credential="c="; credential-type="password"',
  );
});

test('where there are none nothing is said', () => {
  expect(iceLinks([])).toBeUndefined();
});
