/** RTP packets as they come from the media server, and go to it: without encryption, and without header extensions. */

export interface RtpPacket {
  /** 0 to 127. */
  readonly payloadType: number;
  /** Of pictures: the last packet of a frame. */
  readonly marker: boolean;
  /** 16 bits. */
  readonly sequenceNumber: number;
  /** 32 bits, in units of the codec's clock. */
  readonly timestamp: number;
  /** 32 bits. */
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

const headerSize = 12;
const version = 2;

/** RFC 5761 section 4: on one port the two are told apart by the second octet. */
export function isRtcp(datagram: Uint8Array): boolean {
  const second = datagram[1] ?? 0;
  return second >= 192 && second <= 223;
}

/** Reads RFC 3550 section 5.1; undefined for what is no RTP packet. The payload is a view of the datagram. */
export function parseRtp(datagram: Uint8Array): RtpPacket | undefined {
  if (datagram.length < headerSize) return undefined;
  const view = viewOf(datagram);
  const [first, second] = [view.getUint8(0), view.getUint8(1)];
  if (first >> 6 !== version) return undefined;
  const begin = payloadBegin(view, first);
  const padding = (first & 0x20) === 0 ? 0 : (datagram.at(-1) ?? 0);
  const end = datagram.length - padding;
  if (begin === undefined || begin > end) return undefined;
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequenceNumber: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: datagram.subarray(begin, end),
  };
}

/** Behind the contributing sources and the header extension. */
function payloadBegin(view: DataView, first: number): number | undefined {
  const begin = headerSize + 4 * (first & 0x0f);
  if ((first & 0x10) === 0) return begin;
  if (begin + 4 > view.byteLength) return undefined;
  return begin + 4 + 4 * view.getUint16(begin + 2);
}

export function formatRtp(packet: RtpPacket): Uint8Array {
  const datagram = new Uint8Array(headerSize + packet.payload.length);
  const view = viewOf(datagram);
  view.setUint8(0, version << 6);
  view.setUint8(1, (packet.marker ? 0x80 : 0) | packet.payloadType);
  view.setUint16(2, packet.sequenceNumber);
  view.setUint32(4, packet.timestamp);
  view.setUint32(8, packet.ssrc);
  datagram.set(packet.payload, headerSize);
  return datagram;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
