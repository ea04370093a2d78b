/** A broadcast by a whole server: asked for over the wire, encoded by the mixer, and read as players read it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Logger, silentLogger } from '@plenum/hyperty';
import { readMedia } from '@plenum/mixer/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { aPair, type Guest } from '../testing/guest.ts';
import { aFolder, aServer } from '../testing/running-server.ts';

const slow = { timeout: 30_000, interval: 100 };

async function aBroadcast() {
  const { logger, mixerPid } = aLogger();
  const server = await aServer({}, logger);
  const [ann, ben] = await aPair(server.url);
  for (const guest of [ann, ben]) onTestFinished(guest.close);
  await ann.participant.execute('startBroadcast', {});
  const { roomId } = ann.participant.room.data;
  const index = new URL(`live/${roomId}/index.m3u8`, server.url);
  await vi.waitFor(async () => expect((await fetch(index)).status).toBe(200), slow);
  const playlist = async () => new URL((await textAt(index)).trim().split('\n').at(-1) ?? '', index);
  return { server, index, ann, ben, playlist, mixerPid };
}

/** Remembers which process the mixer is. */
function aLogger() {
  let pid = 0;
  const logger: Logger = {
    ...silentLogger,
    child: () => logger,
    info: (message, details) => {
      if (message === 'mixer started') pid = Number(details?.['pid']);
    },
  };
  return { logger, mixerPid: () => pid };
}

async function textAt(url: URL): Promise<string> {
  const response = await fetch(url);
  expect([url.pathname, response.status]).toEqual([url.pathname, 200]);
  return response.text();
}

const bytesAt = async (url: URL) => new Uint8Array(await (await fetch(url)).arrayBuffer());
const uris = (text: string, tag: string) =>
  text.split('\n').flatMap((line) => (line.startsWith(tag) ? (/URI="([^"]*)"/.exec(line)?.[1] ?? []) : []));
const audienceOf = ({ participant }: Guest) => participant.room.data.broadcast?.audience;

test('[C66] [C67] [C69] players follow a room part by part, are counted by it, and see its end', async () => {
  const { server, index, ann, ben, playlist } = await aBroadcast();
  const media = await playlist();
  expect(await textAt(index)).toMatch(/CODECS="avc1\.42[0-9a-f]{4},mp4a\.40\.2",RESOLUTION=1280x720/);
  const first = await textAt(media);
  const [hint = ''] = uris(first, '#EXT-X-PRELOAD-HINT');
  const [, number = '', part = ''] = /^part-(\d+)-(\d+)\.m4s$/.exec(hint) ?? [];
  // Asked for before it is there, by playlist and by name.
  const reload = new URL(media);
  reload.searchParams.set('_HLS_msn', number);
  reload.searchParams.set('_HLS_part', part);
  const [next, early] = await Promise.all([textAt(reload), bytesAt(new URL(hint, media))]);
  expect(uris(next, '#EXT-X-PART')).toContain(hint);
  expect(early.length).toBeGreaterThan(100);
  const [init = ''] = uris(next, '#EXT-X-MAP');
  const parts = uris(next, '#EXT-X-PART').slice(0, 7);
  const pieces = await Promise.all([init, ...parts].map((name) => bytesAt(new URL(name, media))));
  const path = join(aFolder(), 'played.mp4');
  await writeFile(path, Buffer.concat(pieces));
  const { tracks } = await readMedia(path);
  expect(tracks.map(({ kind }) => kind).toSorted()).toEqual(['picture', 'sound']);
  for (const { errors, decoded } of tracks) {
    expect(errors).toBe(0);
    expect(decoded).toBeGreaterThan(20);
  }
  expect(tracks.find(({ kind }) => kind === 'picture')?.size).toBe('1280x720');
  await vi.waitFor(async () => {
    await textAt(media);
    expect(audienceOf(ben)).toBe(1);
  }, slow);
  const metrics = await textAt(new URL('metrics', server.url));
  expect(metrics).toMatch(/^plenum_broadcasts 1$/m);
  expect(metrics).toMatch(/^plenum_broadcast_viewers 1$/m);
  // Nobody is in the room for it.
  expect(metrics).toMatch(/^plenum_participants 2$/m);
  await ann.participant.execute('stopBroadcast', {});
  await vi.waitFor(() => expect(ben.participant.room.data.broadcast).toBeUndefined());
  expect(await textAt(media)).toContain('#EXT-X-ENDLIST');
  expect((await fetch(index)).status).toBe(404);
});

test('[C68] a mixer that is killed leaves a gap, behind which the same stream goes on', async () => {
  const { ben, playlist, mixerPid } = await aBroadcast();
  const media = await playlist();
  process.kill(mixerPid(), 'SIGKILL');
  await vi.waitFor(async () => {
    const text = await textAt(media);
    expect(text).toMatch(/#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init-2\.mp4"/);
    expect(text).not.toContain('#EXT-X-ENDLIST');
  }, slow);
  expect(ben.participant.room.data.broadcast).toMatchObject({ audience: expect.any(Number) });
  expect(ben.participant.room.data.broadcast?.endedBy).toBeUndefined();
});
