import { ConferenceError } from '@plenum/protocol';
import { generateRouterRtpCapabilities } from 'mediasoup/ortc';
import { expect, test } from 'vitest';
import { edgeCodecs } from './edge-codecs.ts';

const numbered = (opus: number, vp8: number, h264: number) => [
  { mimeType: 'audio/opus', payloadType: opus },
  { mimeType: 'video/VP8', payloadType: vp8 },
  { mimeType: 'video/H264', payloadType: h264 },
];

test.each([
  ['Chromium', 111, 96, 109],
  ['Firefox', 109, 120, 126],
  ['Safari', 111, 100, 98],
  ['one that counts from 96', 96, 97, 98],
  ['one that counts from 100', 102, 101, 103],
  ['one whose second is the first that the engine would take', 111, 96, 100],
  ['one whose first is', 111, 100, 102],
])('a router can have the numbers of %s', (_whose, opus, vp8, h264) => {
  const { codecs = [] } = generateRouterRtpCapabilities(edgeCodecs(numbered(opus, vp8, h264)));
  const numberOf = (name: string) => codecs.find(({ mimeType }) => mimeType === name)?.preferredPayloadType;
  expect(['audio/opus', 'video/VP8', 'video/H264'].map(numberOf)).toEqual([opus, vp8, h264]);
});

test('what was not offered it does not have', () => {
  const [, picture] = numbered(111, 96, 102);
  expect(edgeCodecs(picture === undefined ? [] : [picture]).map(({ mimeType }) => mimeType)).toEqual([
    'video/VP8',
  ]);
});

test('numbers in no order that the engine can have are refused', () => {
  const both = numbered(111, 101, 100);
  expect(() => edgeCodecs(both)).toThrow(ConferenceError);
});
