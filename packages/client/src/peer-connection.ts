/** What the links to the media server and to other participants have in common. */
import type { IceServer } from '@plenum/protocol';

/** Checks of the connection count too: between two who are silent nothing else is sent. */
export function countReceived(stats: RTCStatsReport): number {
  const pairs = [...stats.values()].filter(({ type }) => type === 'candidate-pair');
  return pairs.reduce(
    (sum, { bytesReceived = 0, responsesReceived = 0, requestsReceived = 0 }) =>
      sum + bytesReceived + responsesReceived + requestsReceived,
    0,
  );
}

/** For the next time that a way through the network is looked for. */
export function useIceServers(connection: RTCPeerConnection, servers: readonly IceServer[]): void {
  const configuration = connection.getConfiguration();
  if (servers.length === 0 && configuration.iceServers?.length === 0) return;
  // All of it: what is left out would count as a change, and most of it may not be changed.
  connection.setConfiguration({ ...configuration, iceServers: servers.map(toIceServer) });
}

export function toIceServer({ urls, username, credential }: IceServer): RTCIceServer {
  return {
    urls: [...urls],
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  };
}

/** The browser goes on telling the last level for seconds after the last packet; a level that came before is no sound. */
export function createLevelReader() {
  const lastSeen = new Map<string, number>();
  return {
    read: (mid: string, receiver: RTCRtpReceiver | undefined): number => {
      const latest = receiver?.getSynchronizationSources()[0];
      if (latest === undefined || lastSeen.get(mid) === latest.rtpTimestamp) return 0;
      lastSeen.set(mid, latest.rtpTimestamp);
      return latest.audioLevel ?? 0;
    },
  };
}
