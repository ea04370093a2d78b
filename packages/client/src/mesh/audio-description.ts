/** How sound is sent from one participant to another, said in the description that the sender is given. */
import { askForPacketTime, type PacketTime } from '../packet-time.ts';

/**
 * The description with packets of that length, and with Opus' silence left out (`usedtx`, RFC 7587 section 6.1): who applies
 * it sends so.
 */
export function askForAudio(description: string, packetTime: PacketTime): string {
  return askForPacketTime(description, packetTime).replace(/^(a=fmtp:\d+ minptime=[^\r\n]*)$/gm, (line) =>
    line.includes('usedtx=') ? line : `${line};usedtx=1`,
  );
}

/** Redundant audio first (RFC 2198), where the browser has it: a lost packet is in the next one too. */
export function redundantFirst<T extends { readonly mimeType: string }>(codecs: readonly T[]): T[] {
  const isRedundant = ({ mimeType }: T) => mimeType.toLowerCase() === 'audio/red';
  return [...codecs.filter(isRedundant), ...codecs.filter((codec) => !isRedundant(codec))];
}
