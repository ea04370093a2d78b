/** The contract of offer and answer. */
import type { ConnectionStatus } from '@plenum/protocol';
import { expect, test, vi } from 'vitest';
import {
  allSources,
  answer,
  aRouter,
  connect,
  expectRefusal,
  type MediaStage,
  refuse,
  slots,
  twoConnections,
  videoMids,
  wish,
} from './stage.ts';

export function describeOffer(stage: () => MediaStage): void {
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

export function describeAnswer(stage: () => MediaStage): void {
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

export function describeGrowth(stage: () => MediaStage): void {
  test('adds slots by an offer that keeps every m-line, and goes on showing what is shown', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera']);
    await speaker.setPublishing('camera', true);
    const peer = await answer(stage(), viewer);
    const [first = ''] = videoMids(viewer);
    await viewer.fillSlot(first, { connection: speaker, source: 'camera', ...wish });
    const before = viewer.offer.match(/^a=mid:.*$/gm) ?? [];
    const offer = viewer.addSlots({ audio: 1, video: 2 });
    expect(offer).toBe(viewer.offer);
    const after = offer.match(/a=mid:[^\r\n]*/g) ?? [];
    expect(after.slice(0, before.length)).toEqual(before.map((line) => line.trim()));
    expect(after).toHaveLength(before.length + 3);
    expect(viewer.slots).toHaveLength(slots.audio + slots.video + 3);
    await viewer.answer(await peer.answer(offer, []));
    const [, , third = ''] = videoMids(viewer);
    expect(await viewer.fillSlot(third, { connection: speaker, source: 'camera', ...wish })).toBe(true);
    await peer.receives(third);
    expect(await stage().server.dump()).toMatchObject({ consumers: 2 });
  });

  test('adds sources by an offer that keeps every m-line, and what the answer accepts can be shown', async () => {
    const router = await aRouter(stage());
    const speaker = await connect(router, { sources: ['camera'] });
    const viewer = await connect(router);
    const peer = await answer(stage(), speaker, ['camera']);
    const watcher = await answer(stage(), viewer);
    const before = speaker.offer.match(/^a=mid:.*$/gm) ?? [];
    const offer = speaker.addSources(['camera', 'screen', 'screen-audio']);
    expect(offer).toBe(speaker.offer);
    expect(offer.match(/^a=mid:.*$/gm)?.slice(0, before.length)).toEqual(before);
    expect([...speaker.publishOn.keys()]).toEqual(['camera', 'screen', 'screen-audio']);
    expect([...speaker.negotiated]).toEqual(['camera']);
    await speaker.setPublishing('screen', true);
    await speaker.answer(await peer.answer(offer, [speaker.publishOn.get('screen') ?? '']));
    expect([...speaker.negotiated]).toEqual(['camera', 'screen']);
    const [mid = ''] = videoMids(viewer);
    expect(await viewer.fillSlot(mid, { connection: speaker, source: 'screen', ...wish })).toBe(true);
    await watcher.receives(mid);
    expect(await stage().server.dump()).toMatchObject({ producers: 2 });
  });

  test('restarts ICE by an offer that differs in nothing but its credentials, and goes on showing', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera']);
    await speaker.setPublishing('camera', true);
    const peer = await answer(stage(), viewer);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    await peer.receives(mid);
    const before = viewer.offer;
    const offer = await viewer.restartIce();
    expect(offer).toBe(viewer.offer);
    expect(withoutCredentials(offer)).toEqual(withoutCredentials(before));
    expect(credentialsOf(before)).toHaveLength(2);
    expect(credentialsOf(offer)).toHaveLength(2);
    for (const old of credentialsOf(before)) expect(offer).not.toContain(old);
    await viewer.answer(await peer.answer(offer, []));
    await peer.receives(mid);
    expect(await stage().server.dump()).toMatchObject({ consumers: 1 });
  });

  test('restarts ICE only where every offer was answered, and grows only then', async () => {
    const connection = await connect(await aRouter(stage()));
    await expectRefusal(connection.restartIce(), 'bad-request');
    const peer = await answer(stage(), connection);
    const offer = await connection.restartIce();
    await expectRefusal(connection.restartIce(), 'bad-request');
    expect(() => connection.addSlots({ audio: 0, video: 1 })).toThrow(
      expect.objectContaining({ code: 'bad-request' }),
    );
    await connection.answer(await peer.answer(offer, []));
    connection.close();
    await expectRefusal(connection.restartIce(), 'closed');
  });

  test('makes no second offer before the first was answered', async () => {
    const connection = await connect(await aRouter(stage()));
    const refusal = expect.objectContaining({ code: 'bad-request' });
    expect(() => connection.addSlots({ audio: 0, video: 1 })).toThrow(refusal);
    expect(() => connection.addSources(['screen'])).toThrow(refusal);
  });
}

const credential = /^a=ice-(?:ufrag|pwd):.*$/;

/** What is left is the same where no m-line, mid, codec or fingerprint changed. */
function withoutCredentials(offer: string): readonly string[] {
  return offer.split('\r\n').filter((line) => !credential.test(line) && !line.startsWith('o='));
}

/** Each once: all m-lines of a bundle have the same. */
function credentialsOf(offer: string): readonly string[] {
  return [...new Set(offer.split('\r\n').filter((line) => credential.test(line)))];
}
