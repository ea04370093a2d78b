import { expect, test } from 'vitest';
import { watchForSilence } from './silence.ts';

/** A link that is looked at each 3 s, by hand. */
function aWatch() {
  const link = { bytes: 0, isClosed: false, silences: 0 };
  let waiting: (() => void) | undefined;
  const stop = watchForSilence({
    readBytes: async () => {
      if (link.isClosed) throw new Error('closed');
      return link.bytes;
    },
    silentForMs: 15_000,
    after: (delayMs, callback) => {
      expect(delayMs).toBe(3_000);
      waiting = callback;
      return () => {
        waiting = undefined;
      };
    },
    onSilent: () => {
      link.silences += 1;
    },
  });
  const look = async (times = 1) => {
    for (let index = 0; index < times; index++) {
      const callback = waiting;
      waiting = undefined;
      callback?.();
      await new Promise(setImmediate);
    }
  };
  return { link, look, stop, isWatching: () => waiting !== undefined };
}

test('a link over which something comes now and then lives', async () => {
  const { link, look } = aWatch();
  for (let index = 0; index < 5; index++) {
    link.bytes += 20;
    await look(5);
  }
  expect(link.silences).toBe(0);
});

test('a link over which nothing more comes is told once', async () => {
  const { link, look, isWatching } = aWatch();
  link.bytes = 1_000;
  await look(5);
  expect(link.silences).toBe(0);
  await look(5);
  expect(link.silences).toBe(1);
  expect(isWatching()).toBe(false);
});

test('a link over which nothing came yet is waited for', async () => {
  const { link, look } = aWatch();
  await look(20);
  expect(link.silences).toBe(0);
});

test('a link that is closed is looked at no more', async () => {
  const [closed, stopped] = [aWatch(), aWatch()];
  closed.link.isClosed = true;
  await closed.look();
  stopped.stop();
  for (const { isWatching, link } of [closed, stopped]) {
    expect(isWatching()).toBe(false);
    expect(link.silences).toBe(0);
  }
});
