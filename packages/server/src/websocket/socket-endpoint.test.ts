import type { OutgoingMessage } from '@plenum/messaging-node';
import { expect, test, vi } from 'vitest';
import { createSocketEndpoint, maxWaitingBytes } from './socket-endpoint.ts';

const aMessage = { text: '{}' } as OutgoingMessage;

function aSocket(bufferedAmount: number, readyState: 1 | 2 = 1) {
  return { bufferedAmount, readyState, send: vi.fn(), close: vi.fn(), terminate: vi.fn() };
}

test('a message goes out as its text', () => {
  const socket = aSocket(0);
  createSocketEndpoint(socket).deliver(aMessage);
  expect(socket.send).toHaveBeenCalledWith('{}');
});

test('a peer that does not read is cut off with a code, before it takes our memory', () => {
  const socket = aSocket(maxWaitingBytes + 1);
  createSocketEndpoint(socket).deliver(aMessage);
  expect(socket.send).not.toHaveBeenCalled();
  expect(socket.close).toHaveBeenCalledWith(4429, 'rate-limited');
  expect(socket.terminate).toHaveBeenCalled();
});

test('nothing is sent on a socket that is closing', () => {
  const socket = aSocket(0, 2);
  createSocketEndpoint(socket).deliver(aMessage);
  expect(socket.send).not.toHaveBeenCalled();
});
