import { ConferenceError } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { problemOf, requestError } from './problem.ts';

test('a problem says what the table of errors says, and what was wrong', () => {
  const error = new ConferenceError('invalid-offer', undefined, { details: { reason: 'setup', mid: '0' } });
  expect(problemOf(error)).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: error.message,
    code: 'invalid-offer',
    retryable: false,
    reason: 'setup',
  });
});

test.each([
  [413, 'message-too-large'],
  [415, 'unsupported-type'],
  [400, 'bad-request'],
  [500, 'internal'],
])('what fastify refuses with %d is %s', (statusCode, code) => {
  expect(requestError(Object.assign(new Error(), { statusCode })).code).toBe(code);
});

test('what nobody foresaw tells nothing of itself', () => {
  const error = requestError(new TypeError('secret'));
  expect(JSON.stringify(problemOf(error))).not.toContain('secret');
});
