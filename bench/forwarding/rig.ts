// What a server under measurement must offer: one publisher, and receivers added in steps.
import type { LoadClient } from '../load-client/load-client.ts';
import type { NativePeer } from '../load-client/native-peer.ts';
import type { PublishTrack } from '../load-client/sdp/sender-plan.ts';

export interface Rig {
  readonly name: string;
  /** The process that forwards. */
  readonly pid: number;
  /** Connects that many more receivers of the publisher's audio and video. */
  addReceivers(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface RigOptions {
  readonly client: LoadClient;
  readonly transportCc: boolean;
}

export type ServerName = 'plenum' | 'janus' | 'janus-loop';

/** The forwarding process has one to itself; the load, and this driver, share the other. */
export const cores = { server: 0, client: 1 } as const;

/** 200 packets per second: 50 of audio, and 25 frames of six. */
export const publishedTracks: readonly PublishTrack[] = [{ kind: 'audio' }, { kind: 'video' }];

const connectTimeoutMs = 60_000;

/** Runs `task` for each index, a few at a time, so that handshakes do not starve each other into timeouts. */
export async function inBatches(
  count: number,
  size: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < count; start += size)
    await Promise.all(Array.from({ length: Math.min(size, count - start) }, (_, i) => task(start + i)));
}

/** Silences the publisher meanwhile: a server that is already saturated could not complete handshakes. */
export async function whileSilent(
  publisher: NativePeer | undefined,
  task: () => Promise<void>,
): Promise<void> {
  const setPaused = async (paused: boolean): Promise<void> => {
    for (const { name } of publisher?.senders ?? []) await publisher?.setPaused(name, paused);
  };
  await setPaused(true);
  await task();
  await setPaused(false);
}

export async function untilConnected(peer: NativePeer): Promise<void> {
  await peer.waitFor('connected', connectTimeoutMs);
}
