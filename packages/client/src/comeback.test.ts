/** When trying to come back ends, and with what. */
import { ConferenceError, type ErrorCode } from '@plenum/protocol';
import { FakeClock, settle } from '@plenum/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { comeBack } from './comeback.ts';

/** Somebody who tries to come back, and is answered as `codes` say, the last one again and again. */
function aComeback(codes: readonly ErrorCode[]) {
  const clock = new FakeClock();
  const ending = new AbortController();
  let attempts = 0;
  const attempt = async () => {
    const code = codes[Math.min(attempts, codes.length - 1)];
    attempts += 1;
    if (code !== undefined) throw new ConferenceError(code);
    return 'back';
  };
  let ended: unknown;
  const returning = comeBack({
    clock,
    signal: ending.signal,
    resumeWithinMs: 30_000,
    attempt,
    onRetry: () => undefined,
  });
  returning.then(
    (result) => {
      ended = result;
    },
    (thrown) => {
      ended = thrown;
    },
  );
  const pass = async (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      clock.advance(1_000);
      await settle();
    }
    return ended;
  };
  return { clock, ending, pass, attempts: () => attempts };
}

test.each(['room-locked', 'capacity-exceeded'] as const)(
  '%s is an answer only after a while',
  async (code) => {
    const { pass } = aComeback([code]);
    expect(await pass(30)).toBeUndefined();
    expect(await pass(12)).toMatchObject({ code });
  },
);

test.each(['disconnected', 'timeout', 'shutting-down'] as const)('%s is none, ever', async (code) => {
  const { pass, attempts } = aComeback([code]);
  expect(await pass(600)).toBeUndefined();
  expect(attempts()).toBeGreaterThan(100);
});

test('a refusal that is final is believed at once', async () => {
  expect(await aComeback(['disconnected', 'banned']).pass(2)).toMatchObject({ code: 'banned' });
});

test('a room that was full before the server was away has its time again', async () => {
  // How long one waits between attempts is random; so it is 2.25 s.
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
  onTestFinished(() => random.mockRestore());
  const longAway: ErrorCode[] = ['capacity-exceeded', ...Array<ErrorCode>(20).fill('disconnected')];
  const { pass } = aComeback([...longAway, 'capacity-exceeded']);
  expect(await pass(75)).toBeUndefined();
  expect(await pass(25)).toMatchObject({ code: 'capacity-exceeded' });
});

test('who wants to be back no more is not brought back', async () => {
  const { ending, pass, attempts, clock } = aComeback(['disconnected']);
  ending.abort();
  expect(await pass(10)).toMatchObject({ code: 'aborted' });
  expect(attempts()).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});
