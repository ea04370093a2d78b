import { expect, test } from 'vitest';
import { problemOf } from './problem.ts';

function anAnswer(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('in words'), { name, $metadata: { httpStatusCode } });
}

test.each([
  [anAnswer('SignatureDoesNotMatch', 403), 'store-refused'],
  [anAnswer('InvalidAccessKeyId', 403), 'store-refused'],
  [anAnswer('Unauthorized', 401), 'store-refused'],
  [anAnswer('NoSuchBucket', 404), 'store-missing'],
  [anAnswer('QuotaExceeded', 403), 'store-full'],
  [anAnswer('XMinioStorageFull', 507), 'store-full'],
  [anAnswer('SlowDown', 503), 'store-failed'],
  [anAnswer('NoSuchUpload', 404), 'store-failed'],
  [Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'store-unreachable'],
  ['nothing', 'store-unreachable'],
])('[C79] of %s the code is %s', (thrown, code) => {
  expect(problemOf(thrown).code).toBe(code);
  expect(problemOf(new Error('wrapped', { cause: thrown })).reason).toContain(
    thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'wrapped',
  );
});
