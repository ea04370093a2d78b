/** Offers to send, as an encoder would, without one: under payload types and header extension ids of its own. */
import { kindOf, type Source } from '@plenum/protocol';

export interface FakeOfferOptions {
  /** What is to be sent; microphone and camera unless given. */
  readonly sources?: readonly Source[] | undefined;
  /** The client's half of the credentials; the same unless given. */
  readonly usernameFragment?: string | undefined;
}

const session = [
  'v=0',
  'o=encoder 1 1 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'a=msid-semantic:WMS *',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
];

const media = {
  audio: ['m=audio 9 UDP/TLS/RTP/SAVPF 109 0', 'a=rtpmap:109 opus/48000/2', 'a=rtpmap:0 PCMU/8000'],
  video: [
    'm=video 9 UDP/TLS/RTP/SAVPF 126 120 124',
    'a=rtpmap:126 H264/90000',
    'a=rtpmap:120 VP8/90000',
    'a=rtcp-fb:120 nack',
    'a=rtcp-fb:120 nack pli',
    'a=rtpmap:124 rtx/90000',
    'a=fmtp:124 apt=120',
  ],
} as const;

/** The offer as SDP text. */
export function fakeOffer({
  sources = ['microphone', 'camera'],
  usernameFragment = 'encoder0',
}: FakeOfferOptions = {}): string {
  const mids = sources.map((_, index) => `track${index}`);
  const sections = sources.flatMap((source, index) => {
    const ssrc = 2_000 + index * 2;
    return [
      ...media[kindOf(source)],
      'c=IN IP4 0.0.0.0',
      `a=mid:track${index}`,
      'a=sendonly',
      'a=rtcp-mux',
      'a=setup:actpass',
      `a=ice-ufrag:${usernameFragment}`,
      'a=ice-pwd:encoderencoderencoder0123',
      'a=extmap:7 urn:ietf:params:rtp-hdrext:sdes:mid',
      `a=ssrc:${ssrc} cname:encoder`,
    ];
  });
  return [...session, `a=group:BUNDLE ${mids.join(' ')}`, ...sections, ''].join('\r\n');
}
