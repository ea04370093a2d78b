/** What a browser says of a picture that comes. */
import type { Stat } from '../connections/stats.ts';

export interface VideoCounts {
  readonly received: number;
  readonly decoded: number;
  readonly decodeMs: number;
}

export function aVideoStat(id: string, { received, decoded, decodeMs }: VideoCounts): Stat {
  return {
    id,
    type: 'inbound-rtp',
    kind: 'video',
    framesReceived: received,
    framesDecoded: decoded,
    totalDecodeTime: decodeMs / 1_000,
  };
}
