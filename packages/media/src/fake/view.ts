/** Offers to receive, as a player would, without one: under payload types and header extension ids of its own. */

export interface FakeViewOptions {
  /** Of pictures; both unless given. */
  readonly codecs?: readonly ('vp8' | 'h264')[] | undefined;
  /** The client's half of the credentials; the same unless given. */
  readonly usernameFragment?: string | undefined;
}

const session = [
  'v=0',
  'o=player 1 1 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'a=group:BUNDLE sound picture',
  'a=msid-semantic:WMS *',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'CD').join(':')}`,
];

const pictures = {
  vp8: {
    payloadType: 120,
    lines: ['a=rtpmap:120 VP8/90000', 'a=rtcp-fb:120 nack', 'a=rtcp-fb:120 nack pli'],
  },
  h264: {
    payloadType: 126,
    lines: [
      'a=rtpmap:126 H264/90000',
      'a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1',
      'a=rtcp-fb:126 nack',
      'a=rtcp-fb:126 nack pli',
    ],
  },
} as const;

/** The offer as SDP text. */
export function fakeView({
  codecs = ['vp8', 'h264'],
  usernameFragment = 'player00',
}: FakeViewOptions = {}): string {
  const both = (mid: string) => [
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=recvonly',
    'a=rtcp-mux',
    'a=setup:actpass',
    `a=ice-ufrag:${usernameFragment}`,
    'a=ice-pwd:playerplayerplayer012345',
    'a=extmap:7 urn:ietf:params:rtp-hdrext:sdes:mid',
  ];
  const payloadTypes = codecs.map((codec) => pictures[codec].payloadType).join(' ');
  return [
    ...session,
    'm=audio 9 UDP/TLS/RTP/SAVPF 109 0',
    'a=rtpmap:109 opus/48000/2',
    'a=rtpmap:0 PCMU/8000',
    ...both('sound'),
    `m=video 9 UDP/TLS/RTP/SAVPF ${payloadTypes}`,
    ...codecs.flatMap((codec) => pictures[codec].lines),
    ...both('picture'),
    '',
  ].join('\r\n');
}
