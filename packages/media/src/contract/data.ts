/** The contract of messages over data channels. */
import type { DataChannelName } from '@plenum/protocol';
import { expect, test, vi } from 'vitest';
import type { MediaConnection, MediaRouter } from '../media-server.ts';
import {
  allSources,
  answer,
  aRouter,
  connect,
  type MediaPeer,
  type MediaStage,
  refuse,
  slots,
} from './stage.ts';

const soon = { timeout: 10_000 };

interface Talker {
  readonly connection: MediaConnection;
  readonly peer: MediaPeer;
  /** What came to the server. */
  readonly heard: { readonly channel: DataChannelName; readonly bytes: readonly number[] }[];
}

async function aTalker(stage: MediaStage, router: MediaRouter): Promise<Talker> {
  const heard: Talker['heard'] = [];
  const onData = (message: Uint8Array, channel: DataChannelName) =>
    heard.push({ channel, bytes: [...message] });
  const connection = await connect(router, { onData });
  return { connection, peer: await answer(stage, connection), heard };
}

/** Until a link carries anything what is sent to it is lost. */
async function untilOpen({ peer, heard }: Talker): Promise<void> {
  await peer.send('files', [0]);
  await vi.waitFor(() => expect(heard).toHaveLength(1), soon);
  heard.length = 0;
}

export function describeData(stage: () => MediaStage): void {
  test('has one m-line, where it is wanted', async () => {
    const router = await aRouter(stage());
    const { offer } = await connect(router, { onData: () => undefined });
    expect(offer.match(/^m=/gm)).toHaveLength(allSources.length + 1 + slots.audio + slots.video);
    expect(offer.match(/^m=application/gm)).toHaveLength(1);
    expect((await connect(router)).offer).not.toContain('m=application');
  });

  test('comes in as it was sent, by either channel', async () => {
    const { peer, heard } = await aTalker(stage(), await aRouter(stage()));
    await peer.send('files', [1, 2, 3]);
    await peer.send('files', [4]);
    await vi.waitFor(() => expect(heard).toHaveLength(2), soon);
    await peer.send('signals', [5]);
    await vi.waitFor(() => expect(heard).toHaveLength(3), soon);
    expect(heard).toEqual([
      { channel: 'files', bytes: [1, 2, 3] },
      { channel: 'files', bytes: [4] },
      { channel: 'signals', bytes: [5] },
    ]);
  });

  test('goes out to those it is for, in order, and to nobody else', async () => {
    const router = await aRouter(stage());
    const talkers = [
      await aTalker(stage(), router),
      await aTalker(stage(), router),
      await aTalker(stage(), router),
    ] as const;
    for (const talker of talkers) await untilOpen(talker);
    const [ann, ben, cleo] = talkers;
    router.sendData(Uint8Array.of(1), 'files', [ann.connection, ben.connection]);
    router.sendData(Uint8Array.of(2), 'files', []);
    router.sendData(Uint8Array.of(3), 'files', [ben.connection]);
    router.sendData(Uint8Array.of(4), 'signals', [cleo.connection]);
    await vi.waitFor(async () => expect(await ben.peer.received('files')).toEqual([[1], [3]]), soon);
    await vi.waitFor(async () => expect(await cleo.peer.received('signals')).toEqual([[4]]), soon);
    await vi.waitFor(async () => expect(await ann.peer.received('files')).toEqual([[1]]), soon);
    expect(await cleo.peer.received('files')).toEqual([]);
    expect(await ann.peer.received('signals')).toEqual([]);
  });

  test('goes nowhere where it was refused, or the link is closed', async () => {
    const router = await aRouter(stage());
    const connection = await connect(router, { onData: () => undefined });
    const sdp = await stage().createPeer().answer(connection.offer, []);
    await connection.answer(refuse(sdp, String(allSources.length)));
    router.sendData(Uint8Array.of(1), 'files', [connection]);
    connection.close();
    router.sendData(Uint8Array.of(1), 'files', [connection]);
    expect(await stage().server.dump()).toMatchObject({ routers: 1, transports: 0 });
  });
}
