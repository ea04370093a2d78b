import { expect, test } from 'vitest';
import { aFolder } from '../testing/running-server.ts';
import { lockDataFolder } from './folder-lock.ts';

test('a data folder is one server’s, until that has ended', () => {
  const folder = aFolder();
  const first = lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(expect.objectContaining({ code: 'invalid-config' }));
  first.release();
  first.release();
  const second = lockDataFolder(folder);
  second.release();
});
