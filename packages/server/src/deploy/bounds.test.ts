/** What bounds a sandboxed hyperty, each by itself and on a clock that stands still. */
import { FakeClock } from '@plenum/testkit';
import { describe, expect, test } from 'vitest';
import { Credit } from './credit.ts';
import { createLineReader } from './line-reader.ts';
import { Watchdog } from './watchdog.ts';

describe('credit', () => {
  function aCredit() {
    const clock = new FakeClock();
    const renewed: number[] = [];
    const credit = new Credit({ burst: 3, perSecond: 2, clock, onRenewed: (count) => renewed.push(count) });
    return { clock, renewed, credit };
  }

  test('[DE8] so many messages at once, and so many a second after', () => {
    const { clock, renewed, credit } = aCredit();
    expect([1, 2, 3, 4].map(() => credit.spend())).toEqual([true, true, true, false]);
    clock.advance(1_000);
    expect([1, 2, 3].map(() => credit.spend())).toEqual([true, true, false]);
    clock.advance(5_000);
    expect(renewed).toEqual([2, 2, 1]);
  });

  test('whoever sends nothing costs no timer, and a closed one gives none', () => {
    const { clock, credit } = aCredit();
    credit.spend();
    clock.advance(1_000);
    expect(clock.pendingTimers).toBe(0);
    credit.spend();
    credit.close();
    expect(clock.pendingTimers).toBe(0);
    expect(credit.spend()).toBe(false);
  });
});

describe('the watchdog', () => {
  function aWatchdog() {
    const clock = new FakeClock();
    const pings: number[] = [];
    let hangs = 0;
    const watchdog = new Watchdog({
      pingEveryMs: 1_000,
      hangMs: 5_000,
      clock,
      ping: (count) => pings.push(count),
      onHang: () => hangs++,
    });
    watchdog.ask();
    return { clock, pings, watchdog, hangs: () => hangs };
  }

  test('[DE8] asks again after each answer, and notices when none comes', () => {
    const { clock, pings, watchdog, hangs } = aWatchdog();
    expect(watchdog.handlePong(1)).toBe(true);
    clock.advance(1_000);
    expect(pings).toEqual([1, 2]);
    clock.advance(4_999);
    expect(hangs()).toBe(0);
    clock.advance(1);
    expect(hangs()).toBe(1);
  });

  test('answers that were not asked for do not count', () => {
    const { watchdog } = aWatchdog();
    expect(watchdog.handlePong(2)).toBe(false);
    expect(watchdog.handlePong(1)).toBe(true);
    expect(watchdog.handlePong(1)).toBe(false);
  });

  test('a closed one asks no more', () => {
    const { clock, watchdog } = aWatchdog();
    watchdog.close();
    watchdog.ask();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('lines', () => {
  function read(chunks: readonly string[]) {
    const lines: string[] = [];
    const reader = createLineReader(5, {
      onLine: (line) => lines.push(line),
      onTooLong: () => lines.push('too long'),
    });
    for (const chunk of chunks) reader(chunk);
    return lines;
  }

  test.each<readonly [readonly string[], readonly string[]]>([
    [['ab\ncd\n'], ['ab', 'cd']],
    [
      ['a', 'b\nc', 'd\n', 'e'],
      ['ab', 'cd'],
    ],
    [['\n\n'], ['', '']],
    [['abcde\n'], ['abcde']],
    [['abcdef\nab\n'], ['too long']],
    [['abc', 'def', 'g', '\nab\n'], ['too long']],
    [
      ['abc\nabcdefg', 'h'],
      ['abc', 'too long'],
    ],
  ])('%j is read as %j', (chunks, lines) => {
    expect(read(chunks)).toEqual(lines);
  });
});
