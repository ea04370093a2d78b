/** How sound is sent from one participant to another, said in the description that the sender is given. */
import { askForPacketTime, type PacketTime } from '../packet-time.ts';

// RFC 7587 section 6.1. Of speech silence is left out; a screen's sound is music and films: both channels, in bit/s.
const forSpeech = 'usedtx=1';
const forScreen = 'stereo=1;maxaveragebitrate=128000';

/**
 * The description with packets of that length, and with what Opus shall carry on each m-line: who applies it sends so.
 * @param screenMid Of the m-line on which one sends what is heard on one's screen.
 */
export function askForAudio(description: string, packetTime: PacketTime, screenMid?: string): string {
  return askForPacketTime(description, packetTime)
    .split(/^(?=m=)/m)
    .map((section) => {
      const isScreen = screenMid !== undefined && section.includes(`a=mid:${screenMid}\r\n`);
      return askOpus(section, isScreen ? forScreen : forSpeech);
    })
    .join('');
}

function askOpus(section: string, wish: string): string {
  return section.replace(/^(a=fmtp:\d+ minptime=[^\r\n]*)$/gm, (line) =>
    line.includes(wish) ? line : `${line};${wish}`,
  );
}

/** Redundant audio first (RFC 2198), where the browser has it: a lost packet is in the next one too. */
export function redundantFirst<T extends { readonly mimeType: string }>(codecs: readonly T[]): T[] {
  const isRedundant = ({ mimeType }: T) => mimeType.toLowerCase() === 'audio/red';
  return [...codecs.filter(isRedundant), ...codecs.filter((codec) => !isRedundant(codec))];
}
