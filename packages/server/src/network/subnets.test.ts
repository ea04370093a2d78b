import { expect, test } from 'vitest';
import { parseSubnet, rangeOf } from './subnets.ts';

test.each([
  ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
  ['192.0.2.77/24', '192.0.2.0', '192.0.2.255'],
  ['198.51.100.9', '198.51.100.9', '198.51.100.9'],
  ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
  ['fe80::/10', 'fe80:0:0:0:0:0:0:0', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['::1', '0:0:0:0:0:0:0:1', '0:0:0:0:0:0:0:1'],
  ['2001:db8::1:0:0:5/112', '2001:db8:0:0:1:0:0:0', '2001:db8:0:0:1:0:0:ffff'],
  ['::ffff:192.0.2.1', '0:0:0:0:0:ffff:c000:201', '0:0:0:0:0:ffff:c000:201'],
])('%s goes from %s to %s', (text, first, last) => {
  const subnet = parseSubnet(text);
  expect(subnet && rangeOf(subnet)).toEqual([first, last]);
});
