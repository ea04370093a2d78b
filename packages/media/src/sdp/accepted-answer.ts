/** Writes what answers an offer of the other side (RFC 8829 section 5.3). */
import { type MediaDescription, write } from 'sdp-transform';
import type { RefusedLine } from './accepted-offer.ts';
import type { Answer } from './answer.ts';
import {
  formatFingerprint,
  formatMediaLine,
  formatSession,
  type OfferOrigin,
  type TransportDescription,
} from './offer.ts';
import type { MediaLine } from './plan.ts';

export interface AnsweredOffer {
  /** One for each m-line of the offer, in its order. */
  readonly lines: readonly (MediaLine | RefusedLine)[];
  readonly answer: Pick<Answer, 'dtls'>;
}

/** The answer as SDP text. DTLS is written in every m-line: not all clients look for it before them. */
export function formatAnswer(
  { lines, answer }: AnsweredOffer,
  transport: TransportDescription,
  origin: OfferOrigin,
): string {
  const setup = answer.dtls.role === 'client' ? 'passive' : 'active';
  const dtls = { fingerprint: formatFingerprint(transport), setup };
  const mids = lines.filter(({ use }) => use !== 'refused').map(({ mid }) => mid);
  return write({
    ...formatSession(origin, mids),
    media: lines.map((line) =>
      line.use === 'refused'
        ? { ...formatRefused(line), ...formatCredentials(transport), ...dtls }
        : { ...formatMediaLine(line, transport), ...dtls },
    ),
  });
}

/** Nobody needs them where nothing comes of a line, but GStreamer takes no answer in which they are missing. */
function formatCredentials({ ice }: TransportDescription): Pick<MediaDescription, 'iceUfrag' | 'icePwd'> {
  return { iceUfrag: ice.usernameFragment, icePwd: ice.password };
}

/** RFC 3264 section 6: as many m-lines as in the offer, with port 0 where nothing comes of it. */
function formatRefused({ kind, mid, protocol, payloadTypes }: RefusedLine): MediaDescription {
  return {
    type: kind,
    port: 0,
    protocol,
    payloads: kind === 'application' ? 'webrtc-datachannel' : payloadTypes.join(' '),
    connection: { version: 4, ip: '0.0.0.0' },
    mid,
    rtp: [],
    fmtp: [],
    direction: 'inactive',
  };
}
