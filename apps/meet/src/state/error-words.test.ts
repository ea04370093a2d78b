import { ConferenceError } from '@plenum/client';
import { expect, test } from 'vitest';
import { errorDetails, errorWords, joinFailure, toFailure } from './error-words.ts';

test.each([
  'disconnected',
  'shutting-down',
  'timeout',
  'room-closed',
  'room-not-found',
  'removed',
  'banned',
  'refused',
  'room-locked',
  'guests-refused',
  'token-invalid',
  'token-expired',
  'token-for-another-room',
  'blocked-by-policy',
  'session-lost',
  'session-resumed',
  'declined',
  'user-unreachable',
  'capacity-exceeded',
  'media-failed',
  'media-server-gone',
  'unsupported-media',
  'version-mismatch',
  'unsupported-browser',
])('%s is said in words, with advice and without the code', (code) => {
  const words = errorWords({ code, message: '' });
  for (const text of [words.title, words.happened, words.advice]) {
    expect(text).not.toBe('');
    expect(text).not.toContain(`${code}:`);
  }
});

test('an old page is told to reload', () => {
  expect(errorWords({ code: 'version-mismatch', message: '' }).remedy).toBe('reload');
});

test('an unknown code falls back to the message', () => {
  const words = errorWords({ code: 'constructor', message: 'Teapot.' });
  expect(words).toMatchObject({ happened: 'Teapot.', remedy: 'rejoin' });
});

test('the details hold the code and the facts', () => {
  expect(errorDetails({ code: 'timeout', message: 'Late.', details: { afterMs: 15000 } })).toBe(
    'timeout: Late.\nafterMs: 15000',
  );
});

test('a connection that failed is told by its stage', () => {
  const message = 'Securing failed: the other side was reached, but no keys could be agreed on.';
  const plain = errorWords({ code: 'media-failed', message });
  const told = errorWords({ code: 'media-failed', message, details: { stage: 'securing' } });
  expect(told).toMatchObject({ title: plain.title, happened: message, remedy: 'rejoin' });
  expect(told.advice).not.toBe(plain.advice);
  expect(errorWords({ code: 'media-failed', message, details: { stage: 'connecting' } }).advice).toBe(
    plain.advice,
  );
});

test('a server that does not answer who joins is a failure of signalling', () => {
  expect(errorWords(joinFailure(new ConferenceError('timeout'))).happened).toContain('Signalling failed');
  expect(errorWords(toFailure(new ConferenceError('timeout'))).happened).not.toContain('Signalling');
  expect(joinFailure(new ConferenceError('refused')).details).toBeUndefined();
});

test('anything thrown becomes a failure', () => {
  expect(toFailure('x')).toEqual({ code: 'internal', message: 'x' });
  const error = Object.assign(new Error('Gone.'), { code: 'disconnected' });
  expect(toFailure(error)).toMatchObject({ code: 'disconnected', message: 'Gone.' });
});

test('what a moderator wrote is told, the code’s own text is not', () => {
  expect(errorWords({ code: 'removed', message: 'Too loud.' }).happened).toContain('“Too loud.”');
  const plain = new ConferenceError('removed');
  expect(errorWords(toFailure(plain)).happened).not.toContain(plain.message);
  expect(errorWords({ code: 'timeout', message: 'Too loud.' }).happened).not.toContain('Too loud.');
});
