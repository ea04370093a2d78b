import { ConferenceError } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { formatFragment, parseFragment, readIceCredentials } from './fragment.ts';

// As in RFC 9725 section 4.3.2.
const candidates = [
  'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=mid:0',
  'a=ice-ufrag:EsAw',
  'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
  'a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1',
  'a=end-of-candidates',
  '',
].join('\r\n');

test('a fragment may bring credentials', () => {
  const credentials = { usernameFragment: 'EsAw', password: 'P2uYro0UCOQ4zxjKXaWCBui1' };
  expect(parseFragment(candidates)).toEqual({ credentials });
  expect(parseFragment('a=end-of-candidates\r\n')).toEqual({ credentials: undefined });
});

test.each(['', 'hello', '{}', 'a=candidate:1\r\nhello', 'a=mid:0\r\n'.repeat(10_000)])(
  'what is no fragment is refused: %#',
  (text) => {
    expect(() => parseFragment(text)).toThrow(ConferenceError);
  },
);

test('credentials are those of ICE, or none', () => {
  expect(readIceCredentials('a=ice-ufrag:abc\r\na=ice-pwd:short\r\n')).toBeUndefined();
  expect(readIceCredentials('a=ice-ufrag:a"c!\r\n')).toBeUndefined();
});

test('of a whole description a fragment has what ICE is about, of the first m-line that is used', () => {
  const sdp = [
    'v=0',
    'a=ice-lite',
    'a=group:BUNDLE 1',
    'm=audio 0 UDP/TLS/RTP/SAVPF 0',
    'a=mid:0',
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    'a=rtpmap:96 VP8/90000',
    'a=mid:1',
    'a=ice-ufrag:ours',
    'a=ice-pwd:oursoursoursoursoursours',
    'a=candidate:1 1 udp 1 192.0.2.1 40000 typ host',
    'a=end-of-candidates',
    '',
  ].join('\r\n');
  expect(formatFragment(sdp).split('\r\n')).toEqual([
    'a=ice-lite',
    'a=group:BUNDLE 1',
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    'a=mid:1',
    'a=ice-ufrag:ours',
    'a=ice-pwd:oursoursoursoursoursours',
    'a=candidate:1 1 udp 1 192.0.2.1 40000 typ host',
    'a=end-of-candidates',
    '',
  ]);
});
