/** What a peer connection tells of its stages, in whichever order a browser tells it. */
import type { StageFact } from './stages.ts';

/** Until the connection is closed, which tells nothing. */
export function tellStages(connection: RTCPeerConnection, onFact: (fact: StageFact) => void): void {
  connection.addEventListener('signalingstatechange', () => {
    if (connection.signalingState === 'stable') onFact('described');
  });
  connection.addEventListener('iceconnectionstatechange', () => {
    const { iceConnectionState: state } = connection;
    if (state === 'connected' || state === 'completed') onFact('reached');
  });
  connection.addEventListener('connectionstatechange', () => {
    const fact = factOf(connection.connectionState);
    if (fact !== undefined) onFact(fact);
  });
  // With its first packet, in Chromium and Firefox alike (W3C WebRTC section 9.3.1).
  connection.addEventListener('track', ({ track }) => {
    track.addEventListener('unmute', () => onFact('received'), { once: true });
  });
}

/** Of the whole connection: all of ICE and DTLS together. */
export function factOf(state: RTCPeerConnectionState): StageFact | undefined {
  switch (state) {
    case 'connected':
      return 'secured';
    case 'disconnected':
      return 'lost';
    case 'failed':
      return 'failed';
    default:
      return undefined;
  }
}
