import { ConferenceError } from '@plenum/client';
import { expect, test } from 'vitest';
import { deliveryWords, incomingWords, receiverWords, sizeWords } from './file-words.ts';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1.0 kB'],
  [999_960, '1.0 MB'],
  [200_000_000, '200.0 MB'],
  [3_500_000_000, '3.5 GB'],
])('%i bytes are “%s”', (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});

test('how a file that comes stands is said in words', () => {
  const error = new ConferenceError('file-corrupt');
  const receiving = { name: 'receiving', bytes: 500, pausedBy: undefined } as const;
  expect(incomingWords({ name: 'offered' }, 1_000)).toBe('1.0 kB');
  expect(incomingWords(receiving, 1_000)).toBe('500 bytes of 1.0 kB');
  expect(incomingWords({ ...receiving, pausedBy: 'here' }, 1_000)).toContain('paused');
  expect(incomingWords({ ...receiving, pausedBy: 'there' }, 1_000)).toContain('paused by the sender');
  expect(incomingWords({ name: 'verified', blob: new Blob() }, 1_000)).toBe('1.0 kB, complete');
  expect(incomingWords({ name: 'declined' }, 1)).toBe('You declined it.');
  expect(incomingWords({ name: 'cancelled', by: 'there' }, 1)).toBe('The sender cancelled it.');
  expect(incomingWords({ name: 'failed', error }, 1)).toContain('Ask for it again');
});

test('and how one that goes stands with each receiver', () => {
  const sending = { name: 'sending', bytes: 299, pausedBy: undefined } as const;
  expect(deliveryWords({ name: 'offered' }, 1_000)).toBe('no answer yet');
  expect(deliveryWords(sending, 1_000)).toBe('29 %');
  expect(deliveryWords({ ...sending, pausedBy: 'there' }, 1_000)).toBe('29 %, paused by them');
  expect(deliveryWords({ ...sending, bytes: 0 }, 0)).toBe('100 %');
  expect(deliveryWords({ name: 'verified' }, 1)).toBe('arrived');
  expect(deliveryWords({ name: 'declined' }, 1)).toBe('declined');
  expect(deliveryWords({ name: 'cancelled', by: 'here' }, 1)).toBe('cancelled by you');
  const left = new ConferenceError('participant-left');
  expect(deliveryWords({ name: 'failed', error: left }, 1)).toContain('left');
  expect(deliveryWords({ name: 'failed', error: new ConferenceError('internal') }, 1)).toBe('failed');
});

test('of whom the same is to be said it is said together', () => {
  const some = (names: string, words: string) => names.split(' ').map((name) => ({ name, words }));
  expect(receiverWords(some('Ben', 'arrived'))).toBe('Ben: arrived');
  expect(receiverWords([...some('Ben Cleo', '29 %'), ...some('Dan', 'declined')])).toBe(
    'Ben, Cleo: 29 %; Dan: declined',
  );
  expect(receiverWords(some('A B C D E', '0 %'))).toBe('A, B, C and 2 more: 0 %');
});
