import { FakeClock } from '@plenum/testkit';
import { expect, test, vi } from 'vitest';
import { Heartbeat, pingIntervalMs } from './heartbeat.ts';

const aSocket = () => ({ ping: vi.fn(), terminate: vi.fn() });

test('a socket that answers is pinged again and again', () => {
  const clock = new FakeClock();
  const heartbeat = new Heartbeat(clock);
  const socket = aSocket();
  heartbeat.add(socket);
  for (let beat = 0; beat < 3; beat += 1) {
    clock.advance(pingIntervalMs);
    heartbeat.handleSign(socket);
  }
  expect(socket.ping).toHaveBeenCalledTimes(3);
  expect(socket.terminate).not.toHaveBeenCalled();
});

test('a socket that was silent for a whole interval is ended, once', () => {
  const clock = new FakeClock();
  const heartbeat = new Heartbeat(clock);
  const socket = aSocket();
  heartbeat.add(socket);
  for (let beat = 0; beat < 3; beat += 1) clock.advance(pingIntervalMs);
  expect(socket.terminate).toHaveBeenCalledTimes(1);
});

test('nothing happens to sockets that closed, nor after the end', () => {
  const clock = new FakeClock();
  const heartbeat = new Heartbeat(clock);
  const closed = aSocket();
  const open = aSocket();
  heartbeat.add(closed);
  heartbeat.add(open);
  heartbeat.remove(closed);
  heartbeat.close();
  clock.advance(pingIntervalMs);
  expect(closed.ping).not.toHaveBeenCalled();
  expect(open.ping).not.toHaveBeenCalled();
});
