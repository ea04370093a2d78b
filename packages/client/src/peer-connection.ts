/** What the links to the media server and to other participants have in common. */
import type { IceServer } from '@plenum/protocol';

/**
 * Counts what has come through the network so far. Checks of the connection count too: between two who are silent nothing
 * else is sent. Pairs of candidates go, with what came by them, when another way is looked for; the count only grows.
 */
export function createReceivedCounter() {
  const most = new Map<string, number>();
  let total = 0;
  return {
    count: (stats: RTCStatsReport): number => {
      for (const [id, received] of receivedByPair(stats)) {
        const before = most.get(id) ?? 0;
        // Of two reports the later may be given first.
        if (received <= before) continue;
        total += received - before;
        most.set(id, received);
      }
      return total;
    },
  };
}

function receivedByPair(stats: RTCStatsReport): readonly (readonly [string, number])[] {
  const pairs = [...stats.values()].filter(({ type }) => type === 'candidate-pair');
  return pairs.map(({ id, bytesReceived = 0, responsesReceived = 0, requestsReceived = 0 }) => [
    id,
    bytesReceived + responsesReceived + requestsReceived,
  ]);
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

interface KeyFrameOptions extends RTCSetParameterOptions {
  readonly encodingOptions: readonly { readonly keyFrame: boolean }[];
}

/**
 * The others have missed something when the way through the network becomes another, and would ask for a whole picture only
 * seconds later: it is sent at once, where the browser can (W3C WebRTC Extensions, `encodingOptions`).
 */
export function refreshPicturesOnNewWay(connection: RTCPeerConnection): void {
  let known: string | undefined;
  const handleWay = () => {
    // Of the ways that are tried while a connection is made, only those after an ICE restart come after a loss.
    const latest = ufragOf(connection.localDescription?.sdp ?? '');
    if (latest !== known) for (const sender of connection.getSenders()) refreshPicture(sender);
    known = latest;
  };
  connection.addEventListener('connectionstatechange', () => {
    if (known !== undefined || connection.connectionState !== 'connected') return;
    known = ufragOf(connection.localDescription?.sdp ?? '');
    const ice = connection.getSenders().find(({ transport }) => transport !== null)?.transport?.iceTransport;
    // Firefox tells of no ways.
    ice?.addEventListener('selectedcandidatepairchange', handleWay);
  });
}

function refreshPicture(sender: RTCRtpSender): void {
  if (sender.track?.kind !== 'video') return;
  const parameters = sender.getParameters();
  const options: KeyFrameOptions = { encodingOptions: parameters.encodings.map(() => ({ keyFrame: true })) };
  // Without it the others ask, in time.
  sender.setParameters(parameters, options).catch(() => undefined);
}

/** By which the two sides of one try to find a way know each other. */
export function ufragOf(sdp: string): string | undefined {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
}
