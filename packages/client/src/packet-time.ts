/** How much sound goes into one packet, in milliseconds: what Opus has (RFC 7587 section 4.2) and browsers send. */
export type PacketTime = 20 | 40 | 60;

/**
 * The offer with `a=ptime` on each of its sounds (RFC 8866 section 6.4): a browser then sends packets of that length.
 * What it receives is as long as its sender made it.
 */
export function askForPacketTime(offer: string, packetTime: PacketTime): string {
  const line = `a=ptime:${packetTime}\r\n`;
  return offer
    .split(/^(?=m=)/m)
    .map((section) => (section.startsWith('m=audio') ? section + line : section))
    .join('');
}
