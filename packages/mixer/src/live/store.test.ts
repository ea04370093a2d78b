import { describe, expect, test } from 'vitest';
import type { LiveEvent } from './state.ts';
import { type LiveResponse, LiveStore } from './store.ts';
import type { Waiter } from './waits.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = ({ body }: LiveResponse) => new TextDecoder().decode(body);

/** Of who stays. */
const noEnd = new AbortController().signal;

/** Its time passes when it is told to. */
function aStore() {
  const timers = new Set<() => void>();
  const store = new LiveStore({
    after: (ms, run) => {
      expect(ms).toBeLessThanOrEqual(10_000);
      timers.add(run);
      return () => timers.delete(run);
    },
    waitsPerClient: 2,
  });
  const began = (init = 'init') => store.handle({ type: 'stream-began', init: bytes(init) });
  let [segments, parts] = [0, 0];
  const segment = () => {
    store.handle({ type: 'segment-began', wallMs: 2_000 * segments });
    segments += 1;
    parts = 0;
  };
  const part = (isLast = false) => {
    const data = bytes(`<${segments - 1}.${parts}>`);
    const event: LiveEvent = {
      type: 'part-finished',
      durationMs: isLast ? 80 : 320,
      isIndependent: parts === 0,
      isLast,
      data,
    };
    parts += 1;
    store.handle(event);
  };
  const wholeSegment = () => {
    segment();
    for (let index = 0; index < 7; index++) part(index === 6);
  };
  const read = (path: string, query = '', waiter: Partial<Waiter> = {}) =>
    store.read(path, new URLSearchParams(query), { client: 'ann', gone: noEnd, ...waiter });
  const readNow = async (path: string, query = '') => {
    const response = read(path, query);
    if (response instanceof Promise) expect.unreachable(`${path}?${query} waits`);
    return response;
  };
  /** Whether it has been answered, once everything that was promised is. */
  const isWaiting = async (response: LiveResponse | Promise<LiveResponse>) => {
    const nobody = Symbol('nobody');
    return (await Promise.race([response, Promise.resolve(nobody)])) === nobody;
  };
  const timeOut = () => {
    for (const run of [...timers]) run();
  };
  return { store, began, segment, part, wholeSegment, read, readNow, isWaiting, timeOut, timers };
}

test('a playlist, and everything that it names, can be had', async () => {
  const { began, wholeSegment, segment, part, readNow } = aStore();
  began();
  wholeSegment();
  segment();
  part();
  for (const path of ['live.m3u8', 'ordinary.m3u8']) {
    const playlist = await readNow(path);
    expect(playlist).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/vnd.apple.mpegurl', 'cache-control': 'max-age=1' },
    });
    const named = textOf(playlist)
      .split('\n')
      .filter((line) => !line.startsWith('#EXT-X-PRELOAD-HINT'))
      .flatMap((line) => (line.startsWith('#') ? (/URI="([^"]*)"/.exec(line)?.[1] ?? []) : line))
      .filter((name) => name !== '');
    for (const name of named) {
      const response = await readNow(name);
      expect(response).toMatchObject({ status: 200, headers: { 'content-type': 'video/mp4' } });
    }
  }
  expect(textOf(await readNow('part-0-2.m4s'))).toBe('<0.2>');
  expect(textOf(await readNow('segment-0.m4s'))).toBe('<0.0><0.1><0.2><0.3><0.4><0.5><0.6>');
});

test.each([
  ['before there is a segment', 'live.m3u8', '', 404],
  ['before there is a segment, for old players', 'ordinary.m3u8', '', 404],
  ['something else', 'other.m3u8', '', 404],
  ['the folder above', '../live.m3u8', '', 404],
  ['an initialization section that is none', 'init-7.mp4', '', 404],
  ['a part without its segment', 'live.m3u8', '_HLS_part=1', 400],
  ['a number that is none', 'live.m3u8', '_HLS_msn=one', 400],
  ['a number below 0', 'live.m3u8', '_HLS_msn=-1', 400],
  ['a number that is too large', 'live.m3u8', '_HLS_msn=99999999999', 400],
  ['far too far', 'live.m3u8', '_HLS_msn=9', 400],
])('asked for %s it says no', async (_, path, query, status) => {
  const { began, readNow } = aStore();
  began();
  expect((await readNow(path, query)).status).toBe(status);
});

describe('a playlist that is asked for ahead of its time', () => {
  /** Segments 0 and 1, and the parts 0 and 1 of segment 2. */
  const aStream = () => {
    const stream = aStore();
    stream.began();
    stream.wholeSegment();
    stream.wholeSegment();
    stream.segment();
    stream.part();
    stream.part();
    return stream;
  };

  test.each([
    ['a segment that is there', '_HLS_msn=1'],
    ['a segment that was there', '_HLS_msn=0'],
    ['a part that is there', '_HLS_msn=2&_HLS_part=1'],
    ['a part of a segment that is over', '_HLS_msn=1&_HLS_part=6'],
    ['more parts than the last segment has: the first of the next', '_HLS_msn=1&_HLS_part=7'],
    ['an older one’s part that it never had', '_HLS_msn=0&_HLS_part=99'],
    ['directives of others', '_HLS_skip=YES&token=1'],
  ])('comes at once for %s', async (_, query) => {
    const { readNow } = aStream();
    expect((await readNow('live.m3u8', query)).status).toBe(200);
  });

  test.each([
    ['three segments', '_HLS_msn=4'],
    ['ten parts', '_HLS_msn=2&_HLS_part=12'],
  ])('is refused when it is %s too far', async (_, query) => {
    const { readNow } = aStream();
    expect((await readNow('live.m3u8', query)).status).toBe(400);
  });

  test('comes with the part', async () => {
    const { read, part, isWaiting, timers } = aStream();
    const waiting = read('live.m3u8', '_HLS_msn=2&_HLS_part=3');
    part();
    expect(await isWaiting(waiting)).toBe(true);
    part();
    const response = await waiting;
    expect(response).toMatchObject({ status: 200, headers: { 'cache-control': 'max-age=12' } });
    expect(textOf(response)).toContain('URI="part-2-3.m4s"\n#EXT-X-PRELOAD-HINT');
    expect(timers.size).toBe(0);
  });

  test('comes with the next segment’s first part, when its own has fewer', async () => {
    const { read, part, segment, isWaiting } = aStream();
    const waiting = read('live.m3u8', '_HLS_msn=2&_HLS_part=5');
    part(true);
    segment();
    expect(await isWaiting(waiting)).toBe(true);
    part();
    expect(textOf(await waiting)).toContain('URI="part-3-0.m4s"');
  });

  test('comes with the whole segment, when no part was named', async () => {
    const { read, part, isWaiting } = aStream();
    const waiting = read('live.m3u8', '_HLS_msn=2');
    part();
    expect(await isWaiting(waiting)).toBe(true);
    part(true);
    expect(textOf(await waiting)).toContain('segment-2.m4s');
  });

  test('comes with the end', async () => {
    const { store, read } = aStream();
    const waiting = read('live.m3u8', '_HLS_msn=3');
    store.handle({ type: 'stream-ended' });
    expect(textOf(await waiting)).toContain('#EXT-X-ENDLIST');
  });

  test('is given up after a while', async () => {
    const { read, timeOut } = aStream();
    const waiting = read('live.m3u8', '_HLS_msn=2&_HLS_part=2');
    timeOut();
    expect(await waiting).toMatchObject({
      status: 503,
      headers: { 'cache-control': 'no-store', 'retry-after': '1' },
    });
  });
});

describe('the part that comes next', () => {
  test('can be asked for before it is there', async () => {
    const { began, wholeSegment, segment, part, read, isWaiting } = aStore();
    began();
    wholeSegment();
    segment();
    const waiting = read('part-1-0.m4s');
    expect(await isWaiting(waiting)).toBe(true);
    part();
    expect(textOf(await waiting)).toBe('<1.0>');
  });

  test('is not there, when the segment ended before', async () => {
    const { began, segment, part, read } = aStore();
    began();
    segment();
    part();
    const waiting = read('part-0-1.m4s');
    const other = read('part-0-2.m4s');
    expect(other).toMatchObject({ status: 404 });
    part(true);
    expect(textOf(await waiting)).toBe('<0.1>');
    segment();
    expect(read('part-0-2.m4s')).toMatchObject({ status: 404 });
  });
});

test('what has left the playlist can be had as long again, and is then forgotten', async () => {
  const { began, wholeSegment, readNow } = aStore();
  began('first');
  for (let count = 0; count < 12; count++) wholeSegment();
  began('second');
  for (let count = 0; count < 8; count++) wholeSegment();
  expect((await readNow('segment-4.m4s')).status).toBe(200);
  expect((await readNow('init-1.mp4')).status).toBe(200);
  for (let count = 0; count < 20; count++) wholeSegment();
  expect((await readNow('segment-4.m4s')).status).toBe(404);
  expect((await readNow('part-4-0.m4s')).status).toBe(404);
  expect((await readNow('init-1.mp4')).status).toBe(404);
  expect(textOf(await readNow('init-2.mp4'))).toBe('second');
});

test('who waits at its end is told to come again', async () => {
  const { store, began, wholeSegment, read } = aStore();
  began();
  wholeSegment();
  const waiting = read('live.m3u8', '_HLS_msn=1');
  store.close();
  store.close();
  expect((await waiting).status).toBe(503);
  expect(read('live.m3u8')).toMatchObject({ status: 404 });
});

describe('[C76] a place for what waits', () => {
  const aFullStore = () => {
    const stream = aStore();
    stream.began();
    stream.wholeSegment();
    stream.segment();
    const waits = (client: string) => stream.read('part-1-0.m4s', '', { client });
    const waiting = [waits('ann'), waits('ann')];
    return { ...stream, waits, waiting };
  };

  test('is one of few that a client has, and others have theirs', async () => {
    const { store, waits, isWaiting } = aFullStore();
    expect(waits('ann')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(await isWaiting(waits('ben'))).toBe(true);
    expect(store.waits).toBe(3);
  });

  test('is not needed for what is there', async () => {
    const { readNow } = aFullStore();
    expect((await readNow('live.m3u8')).status).toBe(200);
    expect((await readNow('part-0-0.m4s')).status).toBe(200);
  });

  test('is given back by the answer, and by who goes', async () => {
    const { store, read, waiting, segment, part, timers } = aFullStore();
    part();
    expect(await Promise.all(waiting)).toMatchObject([{ status: 200 }, { status: 200 }]);
    part(true);
    segment();
    const next = new AbortController();
    const ask = () => read('part-2-0.m4s', '', { gone: next.signal });
    const again = [ask(), ask()];
    expect(store.waits).toBe(2);
    next.abort();
    expect(store.waits).toBe(0);
    expect(timers.size).toBe(0);
    expect(await Promise.all(again)).toMatchObject([{ status: 503 }, { status: 503 }]);
    // Who has gone before takes none.
    expect(ask()).toMatchObject({ status: 503 });
  });
});
