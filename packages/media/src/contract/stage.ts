/** What the contract's tests share: the stage they play on and the situations they begin with. */
import { ConferenceError, type DataChannelName, type ErrorCode, type Source } from '@plenum/protocol';
import { expect } from 'vitest';
import type {
  AcceptedConnection,
  AcceptOptions,
  ConnectionOptions,
  MediaConnection,
  MediaRouter,
  MediaServer,
  RouterEvents,
  SlotWish,
} from '../media-server.ts';

/** A media server with what is on the other side of it. */
export interface MediaStage {
  readonly server: MediaServer;
  /** Somebody who can answer an offer and sends pictures and sound when asked to. */
  createPeer(): MediaPeer;
  /** Ends what the rooms run on, as a crash would. */
  crash(): void;
  close(): Promise<void>;
}

export interface MediaPeer {
  /** Answers, ready to send on the given mids and no others. */
  answer(offer: string, publishMids: readonly string[]): Promise<string>;
  /** Offers to send these over a link of its own; once more, to restart ICE on it. */
  offer(sources: readonly Source[]): Promise<string>;
  /** Offers to receive one sound and one picture, in this order, over a link of its own; once more, to restart ICE on it. */
  view(): Promise<string>;
  /** Takes the answer to its offer. */
  accept(answer: string): Promise<void>;
  /** Resolves when something new is seen or heard on a slot. */
  receives(mid: string): Promise<void>;
  /** Resolves when nothing more comes on a slot. */
  hearsNothing(mid: string): Promise<void>;
  /** Sends bytes over a data channel, once it is open. */
  send(channel: DataChannelName, message: readonly number[]): Promise<void>;
  /** What came over a data channel so far. */
  received(channel: DataChannelName): Promise<readonly (readonly number[])[]>;
  /** Makes a sound from now on. */
  speak(): void;
  close(): Promise<void>;
}

export const allSources: readonly Source[] = ['microphone', 'camera', 'screen', 'screen-audio'];
export const slots = { audio: 1, video: 2 };
export const wish: SlotWish = { maxLayer: 0, priority: 1 };

export function aRouter({ server }: MediaStage, events: Partial<RouterEvents> = {}): Promise<MediaRouter> {
  return server.createRouter({ onSpeakers: () => undefined, onClosed: () => undefined, ...events });
}

export function connect(
  router: MediaRouter,
  options: Partial<ConnectionOptions> = {},
): Promise<MediaConnection> {
  return router.createConnection({ sources: allSources, slots, onStatus: () => undefined, ...options });
}

export async function twoConnections(stage: MediaStage): Promise<[MediaConnection, MediaConnection]> {
  const router = await aRouter(stage);
  return [await connect(router), await connect(router)];
}

/** Answers for a connection, publishing these sources, and applies it. */
export async function answer(
  stage: MediaStage,
  connection: MediaConnection,
  publish: readonly Source[] = [],
): Promise<MediaPeer> {
  const peer = stage.createPeer();
  const mids = publish.flatMap((source) => connection.publishOn.get(source) ?? []);
  await connection.answer(await peer.answer(connection.offer, mids));
  return peer;
}

/** Somebody who offers to send these, and has been given the answer. */
export async function offered(
  stage: MediaStage,
  router: MediaRouter,
  sources: readonly Source[],
  options: Partial<AcceptOptions> = {},
): Promise<{ readonly connection: AcceptedConnection; readonly peer: MediaPeer }> {
  const peer = stage.createPeer();
  const offer = await peer.offer(sources);
  const connection = await router.acceptOffer(offer, { onStatus: () => undefined, ...options });
  await peer.accept(connection.localAnswer);
  return { connection, peer };
}

export function videoMids({ slots: prepared }: MediaConnection): string[] {
  return prepared.filter((slot) => slot.kind === 'video').map((slot) => slot.mid);
}

export function audioMid({ slots: prepared }: MediaConnection): string {
  return prepared.find((slot) => slot.kind === 'audio')?.mid ?? '';
}

/** Makes an answer refuse one m-line (RFC 3264 section 6). */
export function refuse(sdp: string, mid: string): string {
  const sections = sdp.split(/(?=^m=)/m);
  const isRefused = (section: string) => section.includes(`a=mid:${mid}\r\n`);
  return sections
    .map((section) => (isRefused(section) ? section.replace(/^(m=\w+) \d+/, '$1 0') : section))
    .join('')
    .replace(/^(a=group:BUNDLE.*?) \S+$/m, (line) => line.replace(new RegExp(` ${mid}\\b`), ''));
}

export async function expectRefusal(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  const thrown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(ConferenceError);
  expect(thrown).toMatchObject({ code });
}
