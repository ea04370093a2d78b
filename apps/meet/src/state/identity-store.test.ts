import { expect, test } from 'vitest';
import { createIdentityStore } from './identity-store.ts';

test('what was saved is loaded again', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const store = createIdentityStore(storage);
  expect(store.load()).toBeUndefined();
  store.save('a-token');
  expect(createIdentityStore(storage).load()).toBe('a-token');
});

test('it does without storage, and with one that refuses', () => {
  const refuse = () => {
    throw new DOMException('No.', 'QuotaExceededError');
  };
  for (const storage of [undefined, { getItem: refuse, setItem: refuse }]) {
    const store = createIdentityStore(storage);
    store.save('a-token');
    expect(store.load()).toBeUndefined();
  }
});
