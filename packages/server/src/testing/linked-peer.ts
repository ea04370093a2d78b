/** The other end of a media connection, with real ICE and DTLS but no media: enough to stay in a room. */
import { fakeAnswer } from '@plenum/media/fake';
import type { IceServer } from '@plenum/protocol';
import { cleanup, type IceServer as NativeIceServer, PeerConnection } from 'node-datachannel';

export interface LinkedPeer {
  readonly answer: string;
  /** The kind of this side's candidate in use, such as `host` or `relay`; undefined before there is one. */
  localCandidateType(): string | undefined;
  close(): void;
}

/**
 * Answers an offer of ours and connects, by way of a relay where there is no other. The library would refuse our offer's
 * m-lines, so it is shown one of its own.
 */
export async function linkTo(offer: string, relays: readonly IceServer[] = []): Promise<LinkedPeer> {
  const peer = new PeerConnection('linked', {
    iceServers: relays.flatMap(toNative),
    bindAddress: '127.0.0.1',
  });
  const described = new Promise<string>((resolve) => {
    peer.onLocalDescription((sdp) => resolve(sdp));
  });
  peer.setRemoteDescription(plainOffer(offer), 'offer');
  const fingerprint = lineOf(await described, 'a=fingerprint:');
  const answer = fakeAnswer(offer).replaceAll(/a=fingerprint:[^\r\n]*/g, fingerprint);
  const localCandidateType = () => peer.getSelectedCandidatePair()?.local.type;
  return { answer, localCandidateType, close: () => peer.close() };
}

/** The library speaks TURN over UDP only. */
function toNative({ urls, username = '', credential: password = '' }: IceServer): NativeIceServer[] {
  return urls.flatMap((url) => {
    const [, hostname, port] = /^turn:([^:]+):(\d+)\?transport=udp$/.exec(url) ?? [];
    const relayType = 'TurnUdp';
    return hostname === undefined ? [] : [{ hostname, port: Number(port), username, password, relayType }];
  });
}

/** When the last has been closed: without it the library keeps the process for a minute. */
export function endLinking(): void {
  cleanup();
}

/** The same transport, with one m-line: for sound, since data would be given up on without an answer from SCTP. */
function plainOffer(offer: string): string {
  const candidates = offer.match(/a=candidate:[^\r\n]* udp [^\r\n]*/gi) ?? [];
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 127.0.0.1',
    'a=mid:0',
    'a=sendonly',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=setup:actpass',
    lineOf(offer, 'a=ice-ufrag:'),
    lineOf(offer, 'a=ice-pwd:'),
    lineOf(offer, 'a=fingerprint:'),
    ...new Set(candidates),
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}

function lineOf(sdp: string, start: string): string {
  const line = sdp.split(/\r?\n/).find((text) => text.startsWith(start));
  if (line === undefined) throw new Error(`the description has no ${start}`);
  return line;
}
