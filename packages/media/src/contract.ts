/** What every media server does: the suite that the mediasoup adapter and the fake both pass. */
import { ConferenceError, type ConnectionStatus, type ErrorCode, type Source } from '@plenum/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type {
  ConnectionOptions,
  MediaConnection,
  MediaRouter,
  MediaServer,
  MediaServerDump,
  RouterEvents,
  SlotWish,
  Speaker,
} from './media-server.ts';

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
  /** Resolves when something new is seen or heard on a slot. */
  receives(mid: string): Promise<void>;
  /** Resolves when nothing more comes on a slot. */
  hearsNothing(mid: string): Promise<void>;
  /** Makes a sound from now on. */
  speak(): void;
  close(): Promise<void>;
}

const allSources: readonly Source[] = ['microphone', 'camera', 'screen', 'screen-audio'];
const slots = { audio: 1, video: 2 };
const wish: SlotWish = { maxLayer: 0, priority: 1 };

/** Runs the suite; `createStage` is called for each test. */
export function describeMediaServer(name: string, createStage: () => Promise<MediaStage>): void {
  describe(name, () => {
    let stage: MediaStage;
    beforeEach(async () => {
      stage = await createStage();
    });
    afterEach(async () => {
      await stage.close();
    });
    const theStage = () => stage;
    describe('the offer', () => describeOffer(theStage));
    describe('the answer', () => describeAnswer(theStage));
    describe('slots', () => describeSlots(theStage));
    describe('media', () => describeMedia(theStage));
    describe('the end', () => describeEnd(theStage));
  });
}

function describeOffer(stage: () => MediaStage): void {
  test('has an m-line for each source and slot, however many are in the room', async () => {
    const router = await aRouter(stage());
    const connections = [await connect(router), await connect(router), await connect(router)];
    for (const { offer, publishOn, slots: prepared } of connections) {
      expect(offer.match(/^m=/gm)).toHaveLength(allSources.length + slots.audio + slots.video);
      expect([...publishOn.keys()]).toEqual(allSources);
      const mids = [...publishOn.values(), ...prepared.map((slot) => slot.mid)];
      expect(new Set(mids).size).toBe(mids.length);
      expect(prepared.map((slot) => slot.kind).toSorted()).toEqual(['audio', 'video', 'video']);
    }
  });

  test('is not made for a browser without a codec in common', async () => {
    const router = await aRouter(stage());
    const all = { audio: ['audio/opus'], video: ['video/vp8'] };
    const capabilities = { send: all, receive: { ...all, video: ['video/h264'] } };
    await expectRefusal(connect(router, { capabilities }), 'unsupported-media');
    expect(await stage().server.dump()).toMatchObject({ transports: 0 });
  });

  test('asks for no codec of a kind that is not wanted', async () => {
    const router = await aRouter(stage());
    const onlySound = { audio: ['audio/opus'], video: [] };
    const options = { sources: ['microphone' as const], slots: { audio: 1, video: 0 } };
    const connection = await connect(router, {
      ...options,
      capabilities: { send: onlySound, receive: onlySound },
    });
    expect(connection.offer).not.toContain('m=video');
  });
}

function describeAnswer(stage: () => MediaStage): void {
  test('says which sources can be consumed', async () => {
    const connection = await connect(await aRouter(stage()));
    expect(connection.negotiated).toEqual(new Set());
    await answer(stage(), connection, ['microphone', 'camera']);
    expect(connection.negotiated).toEqual(new Set(['microphone', 'camera']));
    expect(await stage().server.dump()).toMatchObject({ transports: 1, producers: 2 });
  });

  test('connects the link', async () => {
    const seen: ConnectionStatus[] = [];
    const router = await aRouter(stage());
    const connection = await connect(router, { onStatus: (status) => seen.push(status) });
    await answer(stage(), connection);
    await vi.waitFor(() => expect(seen).toEqual(['checking', 'connected']));
  });

  test('is refused where it answers something else', async () => {
    const connection = await connect(await aRouter(stage()));
    await expectRefusal(connection.answer('v=0\r\n'), 'invalid-answer');
    await expectRefusal(connection.answer(connection.offer), 'invalid-answer');
    expect(connection.negotiated).toEqual(new Set());
  });

  test('is taken once', async () => {
    const connection = await connect(await aRouter(stage()));
    await answer(stage(), connection);
    const again = await stage().createPeer().answer(connection.offer, []);
    await expectRefusal(connection.answer(again), 'invalid-answer');
  });

  test('comes too late for a closed connection', async () => {
    const connection = await connect(await aRouter(stage()));
    const sdp = await stage().createPeer().answer(connection.offer, []);
    connection.close();
    await expectRefusal(connection.answer(sdp), 'closed');
  });

  test('may refuse a slot, which then stays empty', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera']);
    const [mid = ''] = videoMids(viewer);
    const sdp = await stage().createPeer().answer(viewer.offer, []);
    await viewer.answer(refuse(sdp, mid));
    expect(await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish })).toBe(false);
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('may refuse a slot that was filled before', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera']);
    const [mid = ''] = videoMids(viewer);
    expect(await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish })).toBe(true);
    const sdp = await stage().createPeer().answer(viewer.offer, []);
    await viewer.answer(refuse(sdp, mid));
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('gives each layer of a source a count of bytes', async () => {
    const connection = await connect(await aRouter(stage()));
    expect(await connection.layerBytes('camera')).toEqual([]);
    await answer(stage(), connection, ['camera', 'microphone']);
    expect(await connection.layerBytes('camera')).toHaveLength(3);
    expect(await connection.layerBytes('microphone')).toHaveLength(1);
    expect(await connection.layerBytes('screen')).toEqual([]);
  });
}

function describeSlots(stage: () => MediaStage): void {
  test('hold one source each, whatever was in them before', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera', 'screen']);
    const [mid = ''] = videoMids(viewer);
    for (const source of ['camera', 'screen', 'screen', 'camera'] as const) {
      expect(await viewer.fillSlot(mid, { connection: speaker, source, ...wish })).toBe(true);
      expect(await stage().server.dump()).toMatchObject({ consumers: 1 });
    }
    viewer.emptySlot(mid);
    viewer.emptySlot(mid);
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('show what was asked for last when several calls pend', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera', 'screen']);
    const [mid = ''] = videoMids(viewer);
    const fill = (source: Source) => viewer.fillSlot(mid, { connection: speaker, source, ...wish });
    const results = await Promise.all([fill('camera'), fill('screen'), fill('camera'), fill('screen')]);
    expect(results.at(-1)).toBe(true);
    expect(await stage().server.dump()).toMatchObject({ consumers: 1 });
    const filled = fill('camera');
    viewer.emptySlot(mid);
    await filled;
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('stay empty where the source cannot be had', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    const [mid = ''] = videoMids(viewer);
    const camera = { connection: speaker, source: 'camera' as const, ...wish };
    expect(await viewer.fillSlot(mid, camera)).toBe(false);
    await answer(stage(), speaker, ['microphone']);
    expect(await viewer.fillSlot(mid, camera)).toBe(false);
    speaker.close();
    expect(await viewer.fillSlot(mid, camera)).toBe(false);
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('are emptied by a source that cannot be had', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera']);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    expect(await viewer.fillSlot(mid, { connection: speaker, source: 'screen', ...wish })).toBe(false);
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('do not take another kind, and only those that were offered exist', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera', 'microphone']);
    const [mid = ''] = videoMids(viewer);
    const microphone = { connection: speaker, source: 'microphone' as const, ...wish };
    await expectRefusal(viewer.fillSlot(mid, microphone), 'bad-request');
    await expectRefusal(viewer.fillSlot('zz', microphone), 'bad-request');
  });

  test('can be adjusted, filled or empty', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera']);
    const [mid = ''] = videoMids(viewer);
    await viewer.adjustSlot(mid, { maxLayer: 1, priority: 9 });
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    await viewer.adjustSlot(mid, { maxLayer: 2, priority: 255 });
    expect(await stage().server.dump()).toMatchObject({ consumers: 1 });
  });

  test('are emptied when the other connection closes', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera', 'microphone']);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    const filling = viewer.fillSlot(audioMid(viewer), { connection: speaker, source: 'microphone', ...wish });
    speaker.close();
    await filling;
    expect(await stage().server.dump()).toMatchObject({ transports: 1, producers: 0, consumers: 0 });
  });
}

function describeMedia(stage: () => MediaStage): void {
  test('arrives in a slot that was filled before the answer', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera']);
    await speaker.setPublishing('camera', true);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    const peer = await answer(stage(), viewer);
    await peer.receives(mid);
  });

  test('flows only while it is wanted', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await speaker.setPublishing('camera', true);
    await speaker.setPublishing('screen', true);
    await answer(stage(), speaker, ['camera']);
    const peer = await answer(stage(), viewer);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    await peer.receives(mid);
    await speaker.setPublishing('camera', false);
    await peer.hearsNothing(mid);
    await speaker.setPublishing('camera', true);
    await peer.receives(mid);
  });

  test('of another source follows in the same slot', async () => {
    const router = await aRouter(stage());
    const [first, second, viewer] = [await connect(router), await connect(router), await connect(router)];
    for (const speaker of [first, second]) {
      await answer(stage(), speaker, ['microphone']);
      await speaker.setPublishing('microphone', true);
    }
    const peer = await answer(stage(), viewer);
    const mid = audioMid(viewer);
    for (const connection of [first, second, first]) {
      await viewer.fillSlot(mid, { connection, source: 'microphone', ...wish });
      await peer.receives(mid);
    }
  });

  test('tells who speaks', async () => {
    const heard: (readonly Speaker[])[] = [];
    const router = await aRouter(stage(), { onSpeakers: (speakers) => heard.push(speakers) });
    const speaker = await connect(router);
    const peer = await answer(stage(), speaker, ['microphone']);
    await speaker.setPublishing('microphone', true);
    peer.speak();
    await vi.waitFor(() => expect(heard.flat()).not.toEqual([]), { timeout: 10_000 });
    const [loudest] = heard.flat();
    expect(loudest?.connectionId).toBe(speaker.id);
    expect(loudest?.level).toBeGreaterThan(-127);
    expect(loudest?.level).toBeLessThanOrEqual(0);
  });
}

const nothing: Omit<MediaServerDump, 'workers'> = { routers: 0, transports: 0, producers: 0, consumers: 0 };

function describeEnd(stage: () => MediaStage): void {
  test('of a router ends all that is in it', async () => {
    const router = await aRouter(stage());
    const [speaker, viewer] = [await connect(router), await connect(router)];
    await answer(stage(), speaker, ['camera']);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    router.close();
    router.close();
    speaker.close();
    expect(await stage().server.dump()).toMatchObject(nothing);
    await expectRefusal(connect(router), 'closed');
    expect(await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish })).toBe(false);
    await speaker.setPublishing('camera', true);
  });

  test('in the middle of things leaves nothing behind', async () => {
    const router = await aRouter(stage());
    const speaker = await connect(router);
    const sdp = await stage()
      .createPeer()
      .answer(speaker.offer, [...speaker.publishOn.values()]);
    const pending = Promise.allSettled([speaker.answer(sdp), connect(router), connect(router)]);
    speaker.close();
    router.close();
    for (const result of await pending) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'closed' });
    }
    expect(await stage().server.dump()).toMatchObject(nothing);
  });

  test('of what it runs on is told to every room once, and new rooms can be made', async () => {
    const reasons: ConferenceError[] = [];
    const onClosed = (reason: ConferenceError) => reasons.push(reason);
    const routers = [await aRouter(stage(), { onClosed }), await aRouter(stage(), { onClosed })];
    const closed = await aRouter(stage(), { onClosed });
    closed.close();
    for (const router of routers) await connect(router);
    stage().crash();
    await vi.waitFor(() => expect(reasons.map((reason) => reason.code)).toEqual(goneTwice));
    for (const router of routers) await expectRefusal(connect(router), 'closed');
    const again = await connect(await aRouter(stage()));
    expect(again.offer).toContain('m=video');
    expect(await stage().server.dump()).toMatchObject({ ...nothing, routers: 1, transports: 1 });
    expect(reasons).toHaveLength(2);
  });

  test('of the server is final, and may be asked for twice', async () => {
    const { server } = stage();
    const reasons: ConferenceError[] = [];
    await aRouter(stage(), { onClosed: (reason) => reasons.push(reason) });
    await server.close();
    await server.close();
    await expectRefusal(aRouter(stage()), 'closed');
    expect(await server.dump()).toEqual({ ...nothing, workers: 0 });
    expect(reasons).toEqual([]);
  });
}

const goneTwice = ['media-server-gone', 'media-server-gone'];

function aRouter({ server }: MediaStage, events: Partial<RouterEvents> = {}): Promise<MediaRouter> {
  return server.createRouter({ onSpeakers: () => undefined, onClosed: () => undefined, ...events });
}

function connect(router: MediaRouter, options: Partial<ConnectionOptions> = {}): Promise<MediaConnection> {
  return router.createConnection({ sources: allSources, slots, onStatus: () => undefined, ...options });
}

async function twoConnections(stage: MediaStage): Promise<[MediaConnection, MediaConnection]> {
  const router = await aRouter(stage);
  return [await connect(router), await connect(router)];
}

/** Answers for a connection, publishing these sources, and applies it. */
async function answer(
  stage: MediaStage,
  connection: MediaConnection,
  publish: readonly Source[] = [],
): Promise<MediaPeer> {
  const peer = stage.createPeer();
  const mids = publish.flatMap((source) => connection.publishOn.get(source) ?? []);
  await connection.answer(await peer.answer(connection.offer, mids));
  return peer;
}

function videoMids({ slots: prepared }: MediaConnection): string[] {
  return prepared.filter((slot) => slot.kind === 'video').map((slot) => slot.mid);
}

function audioMid({ slots: prepared }: MediaConnection): string {
  return prepared.find((slot) => slot.kind === 'audio')?.mid ?? '';
}

/** Makes an answer refuse one m-line (RFC 3264 section 6). */
function refuse(sdp: string, mid: string): string {
  const sections = sdp.split(/(?=^m=)/m);
  const isRefused = (section: string) => section.includes(`a=mid:${mid}\r\n`);
  return sections
    .map((section) => (isRefused(section) ? section.replace(/^(m=\w+) \d+/, '$1 0') : section))
    .join('')
    .replace(/^(a=group:BUNDLE.*?) \S+$/m, (line) => line.replace(new RegExp(` ${mid}\\b`), ''));
}

async function expectRefusal(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  const thrown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(ConferenceError);
  expect(thrown).toMatchObject({ code });
}
