import { expect, test } from 'vitest';
import { liveUrl, parsePageAddress, roomUrl, toRoomName } from './page-address.ts';

test('the root is the landing page', () => {
  expect(parsePageAddress('https://example.org/', 'https://example.org/').place).toEqual({ name: 'landing' });
});

test('a path is a room, in lower case', () => {
  expect(parsePageAddress('https://example.org/Team-Room?name=Ann', 'https://example.org/')).toMatchObject({
    place: { name: 'room', room: 'team-room', url: 'https://example.org/team-room' },
    name: 'Ann',
    topology: undefined,
    isLowQuality: false,
  });
});

test('a room below a base path is found', () => {
  const address = parsePageAddress(
    'https://example.org/meet/blue?quality=low&topology=mesh',
    'https://example.org/meet/',
  );
  expect(address.place).toMatchObject({ name: 'room', room: 'blue', url: 'https://example.org/meet/blue' });
  expect(address).toMatchObject({
    isLowQuality: true,
    topology: 'mesh',
    rootUrl: 'https://example.org/meet/',
  });
});

test('behind the room’s name is the page of its broadcast', () => {
  const { place } = parsePageAddress('https://example.org/meet/Blue/live/', 'https://example.org/meet/');
  expect(place).toEqual({
    name: 'live',
    room: 'blue',
    url: 'https://example.org/meet/blue',
    key: undefined,
  });
  expect(parsePageAddress('https://example.org/live', 'https://example.org/').place).toMatchObject({
    name: 'room',
    room: 'live',
  });
});

test.each([undefined, 'a-key', 'a&b'])('the link of a broadcast with the key %s leads to it', (key) => {
  const url = liveUrl('https://example.org/meet/blue', key);
  expect(parsePageAddress(url, 'https://example.org/meet/').place).toMatchObject({ name: 'live', key });
});

test('letters of any script name a room', () => {
  const { place } = parsePageAddress('https://example.org/%D9%84%D9%82%D8%A7%D8%A1', 'https://example.org/');
  expect(place).toMatchObject({ name: 'room', room: 'لقاء' });
});

test.each(['a.b', 'a/b', '%', '-x', 'x'.repeat(65)])('%s names no room', (path) => {
  expect(parsePageAddress(`https://example.org/${path}`, 'https://example.org/').place.name).toBe(
    'invalid-room',
  );
});

test('a token comes in the fragment and is not in the link to hand out', () => {
  const address = parsePageAddress('https://example.org/blue#token=a.b-c_d', 'https://example.org/');
  expect(address.accessToken).toBe('a.b-c_d');
  expect(address.place).toMatchObject({ url: 'https://example.org/blue' });
  expect(parsePageAddress('https://example.org/blue#x', 'https://example.org/').accessToken).toBeUndefined();
});

test('an unknown topology is no topology', () => {
  expect(
    parsePageAddress('https://example.org/a?topology=ring', 'https://example.org/').topology,
  ).toBeUndefined();
});

test('what people type becomes a room name', () => {
  expect(toRoomName('  Monday stand-up! ')).toBe('Monday-stand-up');
  expect(toRoomName('Büro №1')).toBe('Büro-1');
  expect(roomUrl('https://example.org/', 'Team')).toBe('https://example.org/team');
});
