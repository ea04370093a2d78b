// What mixes a room, ours or another's, as the bench sees it: packets in, packets out to one socket.
import type { Socket } from 'node:dgram';
import type { Ssrcs } from '@plenum/mixer/testing';

export type MixerName = 'plenum' | 'gstreamer';

export interface RigOptions {
  readonly people: number;
  /** How many of them, the first, ever say something. */
  readonly speakers: number;
  /** On 127.0.0.1; what is mixed is sent to it. */
  readonly socket: Socket;
}

export interface MixRig {
  /** The process that mixes. */
  readonly pid: number;
  /** Hands over a packet of the person of that number. */
  send(person: number, kind: MediaKind, datagram: Uint8Array): void;
  close(): Promise<void>;
}

/** As rooms are mixed for browsers that have H.264. */
export const encoding = {
  codec: 'h264',
  width: 1280,
  height: 720,
  framesPerSecond: 25,
  bitrateBps: 1_500_000,
} as const;

export const loopback = '127.0.0.1';
export const mixedPicture = { ssrc: 9_000, payloadType: 102 };

/** What somebody sends, and what they hear. */
export function ssrcsOf(person: number): Ssrcs & { readonly hears: number } {
  return { voice: 1_000 + person, picture: 2_000 + person, hears: 3_000 + person };
}

export type MediaKind = 'voice' | 'picture';
