import { expect, test } from 'vitest';
import { deviceErrorOf } from './device-errors.ts';

test.each([
  ['NotAllowedError', 'permission-denied'],
  ['SecurityError', 'permission-denied'],
  ['NotFoundError', 'device-not-found'],
  ['OverconstrainedError', 'device-not-found'],
  ['NotReadableError', 'device-in-use'],
  ['AbortError', 'device-in-use'],
  ['SomethingNewError', 'internal'],
])('%s of the browser becomes %s, with the original as its cause', (name, code) => {
  const thrown = new DOMException('Why', name);
  const error = deviceErrorOf(thrown);
  expect(error.code).toBe(code);
  expect(error.cause).toBe(thrown);
});

test('what is not even an object becomes an internal error', () => {
  expect(deviceErrorOf('oops').code).toBe('internal');
});
