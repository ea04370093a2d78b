import { expect, test } from 'vitest';
import { askForPacketTime } from './packet-time.ts';

test('every sound gets a packet time, pictures and the session do not', () => {
  const offer =
    'v=0\r\ns=-\r\nm=audio 9 X 111\r\na=mid:0\r\nm=video 9 X 96\r\na=mid:1\r\nm=audio 9 X 111\r\na=mid:2\r\n';
  expect(askForPacketTime(offer, 60)).toBe(
    'v=0\r\ns=-\r\nm=audio 9 X 111\r\na=mid:0\r\na=ptime:60\r\nm=video 9 X 96\r\na=mid:1\r\n' +
      'm=audio 9 X 111\r\na=mid:2\r\na=ptime:60\r\n',
  );
});
