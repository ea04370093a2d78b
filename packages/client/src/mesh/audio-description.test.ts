import { expect, test } from 'vitest';
import { askForAudio } from './audio-description.ts';

const description = [
  'v=0\r\n',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n',
  'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n',
].join('');

const wishesIn = (sdp: string) => sdp.match(/^a=fmtp:.*$/gm);

test('of speech silence is left out, and packets are as long as wanted', () => {
  const asked = askForAudio(description, 60);
  expect(wishesIn(asked)).toEqual(Array(2).fill('a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1'));
  expect(asked.match(/^a=ptime:60$/gm)).toHaveLength(2);
  expect(wishesIn(askForAudio(asked, 60))).toEqual(wishesIn(asked));
});

test('what is heard on a screen is sent in stereo and without gaps', () => {
  expect(wishesIn(askForAudio(description, 20, '2'))).toEqual([
    'a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1',
    'a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=128000',
  ]);
});
