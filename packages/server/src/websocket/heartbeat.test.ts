import type { Clock } from '@plenum/hyperty';
import { expect, test, vi } from 'vitest';
import { Heartbeat, pingIntervalMs } from './heartbeat.ts';

/** Time that passes when it is told to. */
function aClock(): Clock & { pass(ms: number): void } {
  let now = 0;
  let timers: { readonly at: number; readonly callback: () => void }[] = [];
  return {
    now: () => now,
    isoTime: () => '',
    after: (delayMs, callback) => {
      const timer = { at: now + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    pass: (ms) => {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { callback } of due) callback();
    },
  };
}

const aSocket = () => ({ ping: vi.fn(), terminate: vi.fn() });

test('a socket that answers is pinged again and again', () => {
  const clock = aClock();
  const heartbeat = new Heartbeat(clock);
  const socket = aSocket();
  heartbeat.add(socket);
  for (let beat = 0; beat < 3; beat += 1) {
    clock.pass(pingIntervalMs);
    heartbeat.handleSign(socket);
  }
  expect(socket.ping).toHaveBeenCalledTimes(3);
  expect(socket.terminate).not.toHaveBeenCalled();
});

test('a socket that was silent for a whole interval is ended, once', () => {
  const clock = aClock();
  const heartbeat = new Heartbeat(clock);
  const socket = aSocket();
  heartbeat.add(socket);
  for (let beat = 0; beat < 3; beat += 1) clock.pass(pingIntervalMs);
  expect(socket.terminate).toHaveBeenCalledTimes(1);
});

test('nothing happens to sockets that closed, nor after the end', () => {
  const clock = aClock();
  const heartbeat = new Heartbeat(clock);
  const closed = aSocket();
  const open = aSocket();
  heartbeat.add(closed);
  heartbeat.add(open);
  heartbeat.remove(closed);
  heartbeat.close();
  clock.pass(pingIntervalMs);
  expect(closed.ping).not.toHaveBeenCalled();
  expect(open.ping).not.toHaveBeenCalled();
});
