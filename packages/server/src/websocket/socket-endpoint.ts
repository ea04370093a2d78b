/** One WebSocket as the messaging node's end of a wire. */

import type { Endpoint } from '@plenum/messaging-node';
import { ConferenceError } from '@plenum/protocol';
import type { WebSocket } from 'ws';

/** What is used of a socket. */
export type OutgoingSocket = Pick<
  WebSocket,
  'bufferedAmount' | 'close' | 'readyState' | 'send' | 'terminate'
>;

/**
 * Bytes that may wait for a peer that reads slowly. The largest room's state is well below; beyond it the peer is
 * gone or means harm, and would take our memory.
 */
export const maxWaitingBytes = 8 * 1024 * 1024;

const openState = 1;

export function createSocketEndpoint(socket: OutgoingSocket): Endpoint {
  return {
    deliver: (message) => {
      if (socket.readyState !== openState) return;
      if (socket.bufferedAmount <= maxWaitingBytes) {
        socket.send(message.text);
        return;
      }
      const error = new ConferenceError('rate-limited');
      socket.close(error.closeCode, error.code);
      // The close frame waits behind everything else: whoever reads nothing never gets it.
      socket.terminate();
    },
    close: (code, reason) => socket.close(code, reason),
  };
}
