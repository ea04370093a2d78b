import type { RoomId } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { viewBroadcast } from './broadcast.ts';

const where = { roomId: 'zürich' as RoomId, serverUrl: 'wss://example.org/meet/' };

test('[C66] the audience has a page and a stream, below the server’s base path', () => {
  const since = '2026-01-02T03:04:05.678Z';
  expect(viewBroadcast({ since, audience: 3 }, where)).toEqual({
    since,
    audience: 3,
    url: 'https://example.org/meet/z%C3%BCrich/live',
    streamUrl: 'https://example.org/meet/live/z%C3%BCrich/index.m3u8',
  });
  expect(viewBroadcast(undefined, where)).toBeUndefined();
});

test('[C87] where it is only for those who have its key, both have it', () => {
  const key = '0123456789abcdefghijklmnop';
  expect(viewBroadcast({ since: '2026-01-02T03:04:05.678Z', audience: 3, key }, where)).toMatchObject({
    url: `https://example.org/meet/z%C3%BCrich/live?key=${key}`,
    streamUrl: `https://example.org/meet/live/z%C3%BCrich/index.m3u8?key=${key}`,
  });
});
