import { errorTable } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { challengeFor, checkMark, markOf, readBearer } from './bearer.ts';

test('a token is read from its header, which may be absent', () => {
  expect(readBearer(undefined)).toBeUndefined();
  expect(readBearer('Bearer abc.def-1_2')).toBe('abc.def-1_2');
  expect(readBearer('bearer  abc')).toBe('abc');
});

test.each(['Basic abc', 'Bearer', 'Bearer a b', 'Bearer ä', ''])('%j is no token', (header) => {
  expect(() => readBearer(header)).toThrow(expect.objectContaining({ code: 'token-invalid' }));
});

test('who has to bring a token is told so, and nobody else', () => {
  for (const [code, { status }] of Object.entries(errorTable)) {
    const challenge = challengeFor(code as keyof typeof errorTable);
    if (code !== 'session-required') expect(challenge !== undefined).toBe(status === 401);
  }
});

test('what was made with a token is changed with the same only', () => {
  checkMark(undefined, undefined);
  checkMark(undefined, 'any');
  checkMark(markOf('a'), 'a');
  const refused = (code: string) => expect.objectContaining({ code });
  expect(() => checkMark(markOf('a'), 'b')).toThrow(refused('token-invalid'));
  expect(() => checkMark(markOf('a'), undefined)).toThrow(refused('token-required'));
});
