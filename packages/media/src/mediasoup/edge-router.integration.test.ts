/** Routers beside a room's, on a real worker. */
import { createWorker } from 'mediasoup';
import type { Consumer, ProducerOptions, Router } from 'mediasoup/types';
import { expect, onTestFinished, test, vi } from 'vitest';
import { resolveMediaWorker } from '../../../../native/media-worker/resolve.ts';
import { routerCodecs } from '../sdp/media-profile.ts';
import type { ViewedCodec } from '../sdp/viewer-offer.ts';
import { EdgeRouters } from './edge-router.ts';

/** H.264 as the room's router has it; nothing of it ever comes. */
const picture: ProducerOptions = {
  kind: 'video',
  rtpParameters: {
    codecs: [
      {
        mimeType: 'video/H264',
        payloadType: 102,
        clockRate: 90_000,
        parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' },
        rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
      },
    ],
    encodings: [{ ssrc: 1 }],
  },
};

async function aRoom() {
  const { path } = await resolveMediaWorker({ workerBin: process.env['MEDIASOUP_WORKER_BIN'] });
  const worker = await createWorker({ logLevel: 'none', ...(path === undefined ? {} : { workerBin: path }) });
  onTestFinished(() => worker.close());
  const room = await worker.createRouter({ mediaCodecs: [...routerCodecs] });
  const due = new Set<() => void>();
  const created: Router[] = [];
  const edges = new EdgeRouters({
    room,
    create: async (mediaCodecs) => {
      const router = await worker.createRouter({ mediaCodecs });
      created.push(router);
      return router;
    },
    after: (_ms, run) => {
      due.add(run);
      return () => due.delete(run);
    },
  });
  const mixer = await room.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' } });
  const source = await mixer.produce(structuredClone(picture));
  const pass = () => {
    for (const run of [...due]) {
      due.delete(run);
      run();
    }
  };
  return { room, edges, created, source, pass, due };
}

/** As many as there are numbers for payloads that change (RFC 3551), less those of the picture and its retransmission. */
function numbering(index: number): readonly ViewedCodec[] {
  return [
    { mimeType: 'audio/opus', payloadType: 100 + index },
    { mimeType: 'video/H264', payloadType: 96 },
  ];
}

test('[W8] a room has routers for a few numberings, and for others again when one has gone', async () => {
  const { edges } = await aRoom();
  const numbers = Array.from({ length: 16 }, (_, index) => numbering(index));
  const taken = await Promise.all(numbers.map((each) => edges.take(each)));
  await expect(edges.take(numbering(16))).rejects.toMatchObject({ code: 'capacity-exceeded' });
  // Who has the numbers of one that is there finds room in it.
  const shared = await edges.take(numbering(3));
  expect(shared).toBe(taken[3]);
  expect(edges.count).toBe(16);
  taken[3]?.release();
  await expect(edges.take(numbering(16))).rejects.toMatchObject({ code: 'capacity-exceeded' });
  shared.release();
  expect(shared.isClosed).toBe(true);
  await edges.take(numbering(16));
  expect(edges.count).toBe(16);
});

test('one that cannot be made is forgotten, and made by the next who comes', async () => {
  const { room, source } = await aRoom();
  const create = vi.fn(async () => Promise.reject(new Error('the worker is busy')));
  const edges = new EdgeRouters({ room, create, after: () => () => undefined });
  for (let count = 1; count <= 2; count++) {
    await expect(edges.take(numbering(0))).rejects.toThrow('the worker is busy');
    expect([create.mock.calls.length, edges.count]).toEqual([count, 0]);
  }
  expect(source.closed).toBe(false);
});

test.each(['room', 'edge'] as const)(
  'a pipe that did not come about at the side of the %s leaves nothing behind, and is opened again',
  async (side) => {
    const { room, edges, created, source } = await aRoom();
    const edge = await edges.take(numbering(0));
    const failing = side === 'room' ? room : created[0];
    if (failing === undefined) throw new Error('there is no router');
    vi.spyOn(failing, 'createPipeTransport').mockRejectedValueOnce(new Error('no port is left'));
    // Who comes at the same time shares its fate.
    const first = await Promise.allSettled([edge.bring(source), edge.bring(source)]);
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(edge.find(source.id)).toBeUndefined();
    expect((await room.dump()).transportIds).toHaveLength(1);
    await edge.bring(source);
    expect(edge.find(source.id)?.closed).toBe(false);
    expect((await room.dump()).transportIds).toHaveLength(2);
    edge.release();
    expect((await room.dump()).transportIds).toHaveLength(1);
  },
);

test('what ends in the room ends there, and can be brought no more', async () => {
  const { edges, source } = await aRoom();
  const edge = await edges.take(numbering(0));
  await edge.bring(source);
  const brought = edge.find(source.id);
  source.close();
  await vi.waitFor(() => expect(brought?.closed).toBe(true));
  expect(edge.find(source.id)).toBeUndefined();
  await expect(edge.bring(source)).rejects.toThrow();
});

test('[W9] however many viewers come, by whatever numbers, the mixer is asked for a few key frames and then seldom', async () => {
  const { room, edges, source, pass, due } = await aRoom();
  const asked = vi.fn<(by: string) => void>();
  room.observer.on('newtransport', (transport) =>
    transport.observer.on('newconsumer', (consumer: Consumer) => {
      vi.spyOn(consumer, 'requestKeyFrame').mockImplementation(async () => asked(consumer.id));
    }),
  );
  const [one, other] = [await edges.take(numbering(0)), await edges.take(numbering(1))];
  // What is not there yet cannot be asked for, and keeps nobody waiting.
  one.requestKeyFrame(source.id);
  expect([asked.mock.calls.length, due.size]).toEqual([0, 0]);
  await Promise.all([one.bring(source), other.bring(source)]);
  for (let count = 0; count < 50; count++) for (const edge of [one, other]) edge.requestKeyFrame(source.id);
  expect(asked).toHaveBeenCalledTimes(4);
  // Also where the one that was asked has gone by then.
  one.release();
  pass();
  expect(asked).toHaveBeenCalledTimes(5);
  expect(new Set(asked.mock.calls.flat()).size).toBe(2);
  other.requestKeyFrame(source.id);
  edges.close();
  expect(due.size).toBe(0);
});
