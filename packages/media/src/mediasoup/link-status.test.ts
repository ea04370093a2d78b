import { expect, test } from 'vitest';
import { linkStatus } from './link-status.ts';

test.each([
  ['nobody has answered', 'new', 'new', false, 'new'],
  ['the browser checks before its answer came', 'connected', 'new', false, 'new'],
  ['the answer came', 'new', 'connecting', true, 'checking'],
  ['addresses are agreed, keys are not', 'completed', 'connecting', true, 'checking'],
  ['keys are agreed too', 'completed', 'connected', true, 'connected'],
  ['nothing was heard for long', 'disconnected', 'connected', true, 'disconnected'],
  ['the keys could not be agreed', 'completed', 'failed', true, 'failed'],
  ['the other side said that it leaves', 'completed', 'closed', true, 'closed'],
  ['the transport was closed', 'closed', 'closed', true, 'closed'],
] as const)('when %s', (_when, ice, dtls, isAnswered, expected) => {
  expect(linkStatus(ice, dtls, isAnswered)).toBe(expected);
});
