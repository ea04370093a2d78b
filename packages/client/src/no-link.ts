/** In place of a link for media, for who can neither send nor receive any. SPEC.md rule C15. */
import { type Capabilities, ConferenceError } from '@plenum/protocol';
import type { StarLink } from './star-link.ts';

/** Whether there is to be a link at all; the server judges in the same way. */
export function isMediaWanted({ send, receive }: Capabilities): boolean {
  return [send.audio, send.video, receive.audio, receive.video].some(({ length }) => length > 0);
}

/** It is connected from the start, and never lost: there is nothing that could be. */
export function createNoLink(): StarLink {
  let asked = 0;
  return {
    // The server has nothing to offer on it.
    accept: () => Promise.reject(new ConferenceError('unsupported-media')),
    connecting: Promise.resolve(),
    setTrack: () => undefined,
    setIceServers: () => undefined,
    trackOf: () => undefined,
    levelOf: () => 0,
    state: 'connected',
    receivedBytes: async () => {
      asked += 1;
      return asked;
    },
    getStats: async () => new Map() as RTCStatsReport,
    close: () => undefined,
  };
}
