/**
 * Which codecs and RTP header extensions a connection uses. The numbers are the router's preferred ones and hold in
 * every direction, so nothing is ever mapped between two participants.
 */
import type {
  RouterRtpCodecCapability,
  RtpCapabilities,
  RtpCodecCapability,
  RtpHeaderExtension,
} from 'mediasoup/types';

/** What the router is made with; it adds a retransmission codec (RFC 4588) to each video codec. */
export const routerCodecs: readonly RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    preferredPayloadType: 111,
    clockRate: 48_000,
    channels: 2,
    // RFC 7587 section 6.1: asks the sender for in-band FEC and for silence not to be sent.
    parameters: { minptime: 10, useinbandfec: 1, usedtx: 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 96, clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    preferredPayloadType: 102,
    clockRate: 90_000,
    // RFC 6184 section 8.1: constrained baseline, which every browser has, up to 720 lines at 30 frames a second.
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];

/** What cameras and screens are sent in: everybody decodes it, in layers that can be told apart without decoding. */
export const publishedVideo = 'video/vp8';

const sdes = 'urn:ietf:params:rtp-hdrext:sdes';

/** Media is bound to its m-line by this header extension (RFC 9143 section 9.2), never by a signalled SSRC. */
export const midExtension = `${sdes}:mid` as const;
/** Names the simulcast layer of a packet (RFC 8852). */
export const ridExtension = `${sdes}:rtp-stream-id` as const;

const absSendTime = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
/** What the sender's estimate of the bandwidth is fed back by. */
export const transportFeedbackExtension =
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01' as const;

// Of what mediasoup supports, what browsers use: fewer bytes in each packet, a shorter offer.
const offeredExtensions: Readonly<Record<'audio' | 'video', ReadonlySet<string>>> = {
  audio: new Set([midExtension, transportFeedbackExtension, 'urn:ietf:params:rtp-hdrext:ssrc-audio-level']),
  video: new Set([
    midExtension,
    ridExtension,
    `${sdes}:repaired-rtp-stream-id`,
    // For receivers that know no transport-wide feedback; sound is too little to be counted then.
    absSendTime,
    transportFeedbackExtension,
    'urn:3gpp:video-orientation',
  ]),
};

/** The part of a router's capabilities that is offered to browsers. */
export function offeredCapabilities(router: RtpCapabilities): RtpCapabilities {
  return {
    codecs: router.codecs ?? [],
    headerExtensions: (router.headerExtensions ?? []).filter(({ kind, uri }) =>
      offeredExtensions[kind].has(uri),
    ),
  };
}

type Direction = NonNullable<RtpHeaderExtension['direction']>;

const videoFeedback = [
  { type: 'nack', parameter: '' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'goog-remb', parameter: '' },
  { type: 'transport-cc', parameter: '' },
];

const codecs: readonly RtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    rtcpFeedback: [
      { type: 'nack', parameter: '' },
      { type: 'transport-cc', parameter: '' },
    ],
    parameters: { minptime: 10, useinbandfec: 1, usedtx: 1 },
    preferredPayloadType: 111,
  },
  {
    kind: 'video',
    mimeType: 'video/VP8',
    clockRate: 90_000,
    rtcpFeedback: videoFeedback,
    parameters: {},
    preferredPayloadType: 96,
  },
  {
    kind: 'video',
    mimeType: 'video/rtx',
    preferredPayloadType: 100,
    clockRate: 90_000,
    parameters: { apt: 96 },
    rtcpFeedback: [],
  },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    rtcpFeedback: videoFeedback,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
    preferredPayloadType: 102,
  },
  {
    kind: 'video',
    mimeType: 'video/rtx',
    preferredPayloadType: 101,
    clockRate: 90_000,
    parameters: { apt: 102 },
    rtcpFeedback: [],
  },
];

function extension(
  kind: 'audio' | 'video',
  uri: RtpHeaderExtension['uri'],
  preferredId: number,
  direction: Direction = 'sendrecv',
): RtpHeaderExtension {
  return { kind, uri, preferredId, preferredEncrypt: false, direction };
}

/** What `offeredCapabilities` makes of a mediasoup router with `routerCodecs`, for where there is no router. */
export const standardCapabilities: RtpCapabilities = {
  codecs: [...codecs],
  headerExtensions: [
    extension('audio', midExtension, 1),
    extension('video', midExtension, 1),
    extension('video', ridExtension, 2, 'recvonly'),
    extension('video', `${sdes}:repaired-rtp-stream-id`, 3, 'recvonly'),
    extension('video', absSendTime, 4),
    extension('audio', transportFeedbackExtension, 5, 'recvonly'),
    extension('video', transportFeedbackExtension, 5),
    extension('audio', 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', 6),
    extension('video', 'urn:3gpp:video-orientation', 8),
  ],
};
