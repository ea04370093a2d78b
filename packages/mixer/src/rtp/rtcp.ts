/** The reports that the mixer reads and writes (RFC 3550 section 6, RFC 4585, RFC 5104); of others it knows nothing. */
import { viewOf } from './packet.ts';

export type Report =
  /** Which moment of the sender's wall clock a timestamp belongs to: by it sound and picture of one person go together. */
  | {
      readonly type: 'sender-report';
      readonly ssrc: number;
      /** Milliseconds since 1900. */
      readonly ntpMs: number;
      readonly rtpTimestamp: number;
    }
  | { readonly type: 'key-frame-request'; readonly ssrc: number };

const packetTypes = { senderReport: 200, sourceDescription: 202, payloadFeedback: 206 } as const;
const feedbackFormats = { pictureLoss: 1, fullIntraRequest: 4 } as const;
const version = 2;

/** What a datagram says; what cannot be read of it is left out. */
export function parseRtcp(datagram: Uint8Array): readonly Report[] {
  const reports: Report[] = [];
  let rest = datagram;
  while (rest.length >= 4) {
    const view = viewOf(rest);
    const size = 4 * (view.getUint16(2) + 1);
    if (view.getUint8(0) >> 6 !== version || size > rest.length) break;
    reports.push(...parseOne(rest.subarray(0, size)));
    rest = rest.subarray(size);
  }
  return reports;
}

function parseOne(packet: Uint8Array): readonly Report[] {
  const view = viewOf(packet);
  const format = view.getUint8(0) & 0x1f;
  switch (view.getUint8(1)) {
    case packetTypes.senderReport:
      return packet.length < 20 ? [] : [parseSenderReport(view)];
    case packetTypes.payloadFeedback:
      return parseFeedback(view, format);
    default:
      return [];
  }
}

function parseSenderReport(view: DataView): Report {
  return {
    type: 'sender-report',
    ssrc: view.getUint32(4),
    ntpMs: view.getUint32(8) * 1_000 + (view.getUint32(12) * 1_000) / 2 ** 32,
    rtpTimestamp: view.getUint32(16),
  };
}

/** A full intra request (RFC 5104 section 4.3.1) names its streams in a list, a picture loss (RFC 4585 section 6.3.1) in its head. */
function parseFeedback(view: DataView, format: number): readonly Report[] {
  if (format === feedbackFormats.pictureLoss && view.byteLength >= 12) {
    return [{ type: 'key-frame-request', ssrc: view.getUint32(8) }];
  }
  if (format !== feedbackFormats.fullIntraRequest) return [];
  const count = Math.max(0, Math.floor((view.byteLength - 12) / 8));
  return Array.from({ length: count }, (_, index) => ({
    type: 'key-frame-request',
    ssrc: view.getUint32(12 + 8 * index),
  }));
}

/** Asks a sender for a whole picture. */
export function formatPictureLoss(ownSsrc: number, ssrc: number): Uint8Array {
  const packet = new Uint8Array(12);
  const view = viewOf(packet);
  view.setUint8(0, (version << 6) | feedbackFormats.pictureLoss);
  view.setUint8(1, packetTypes.payloadFeedback);
  view.setUint16(2, 2);
  view.setUint32(4, ownSsrc);
  view.setUint32(8, ssrc);
  return packet;
}

export interface SenderState {
  readonly ssrc: number;
  /** Names who sends; the streams of one have the same (RFC 3550 section 6.5.1). */
  readonly cname: string;
  /** Milliseconds since 1900, and the timestamp of that moment. */
  readonly ntpMs: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
}

/** A sender report with the name that the sender's other streams have too. @param state `cname`: up to 255 octets of ASCII. */
export function formatSenderReport(state: SenderState): Uint8Array {
  const name = new TextEncoder().encode(state.cname);
  const descriptionSize = 4 * Math.ceil((4 + 4 + 2 + name.length + 1) / 4);
  const packet = new Uint8Array(28 + descriptionSize);
  const view = viewOf(packet);
  view.setUint8(0, version << 6);
  view.setUint8(1, packetTypes.senderReport);
  view.setUint16(2, 6);
  view.setUint32(4, state.ssrc);
  view.setUint32(8, Math.floor(state.ntpMs / 1_000));
  view.setUint32(12, Math.floor(((state.ntpMs % 1_000) / 1_000) * 2 ** 32));
  view.setUint32(16, state.rtpTimestamp);
  view.setUint32(20, state.packets);
  view.setUint32(24, state.octets);
  view.setUint8(28, (version << 6) | 1);
  view.setUint8(29, packetTypes.sourceDescription);
  view.setUint16(30, descriptionSize / 4 - 1);
  view.setUint32(32, state.ssrc);
  // The item of the name; the zeros behind it end the list.
  view.setUint8(36, 1);
  view.setUint8(37, name.length);
  packet.set(name, 38);
  return packet;
}
