/** Recordings that go to an object store, by whole servers: written by the mixer, kept by OpenStack Swift. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMedia } from '@plenum/mixer/testing';
import { canHaveSwift } from '@plenum/testkit/swift/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { aPair, type Guest } from '../testing/guest.ts';
import { aFolder, aServer } from '../testing/running-server.ts';
import { aBucket } from './testing/a-bucket.ts';

const slow = { timeout: 40_000, interval: 100 };

async function aRecorder(url: string) {
  const [ann, ben] = await aPair(url);
  for (const guest of [ann, ben]) onTestFinished(guest.close);
  const metrics = async () => (await fetch(new URL('metrics', url))).text();
  return { ann, roomId: ann.participant.room.data.roomId, metrics };
}

/** Two seconds and more of it; gives what is listed then. */
async function record(ann: Guest): Promise<Listed> {
  await ann.participant.execute('startRecording', {});
  await vi.waitFor(async () => {
    const { recordings } = await listed(ann);
    expect(recordings[0]?.files[0]?.untilMs).toBeGreaterThan(2_000);
  }, slow);
  await ann.participant.execute('stopRecording', {});
  return listed(ann);
}

async function listed({ participant }: Guest): Promise<Listed> {
  return (await participant.execute('listRecordings', {})) as Listed;
}

describe.runIf(await canHaveSwift('recordings that go to an object store'))('with a store', () => {
  test('[C77] a recording that has ended goes there, and is listed and played as before', async () => {
    const data = aFolder();
    const bucket = await aBucket();
    const { url, facts } = await aServer({ data, ...bucket.options });
    expect(facts.recordings).toContain('recordings');
    const { ann, roomId, metrics } = await aRecorder(url);
    await record(ann);
    await vi.waitFor(async () => {
      expect(await metrics()).toContain('\nplenum_recordings_stored_total 1\n');
    }, slow);
    expect(await metrics()).toContain('\nplenum_recording_store_up 1\n');
    expect(await metrics()).toContain('\nplenum_recordings_waiting 0\n');
    const { recordings, token } = await listed(ann);
    const { id = '', files: [file] = [], isEnded } = recordings[0] ?? {};
    expect(isEnded).toBe(true);
    expect(existsSync(join(data, 'recordings', roomId, id))).toBe(false);
    const fileUrl = new URL(`recordings/${roomId}/${id}/${file?.name}?token=${token}`, url);
    const whole = await fetch(fileUrl);
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    const content = Buffer.from(await whole.arrayBuffer());
    expect(content.length).toBe(file?.bytes);
    const path = join(aFolder(), 'part.mp4');
    await writeFile(path, content);
    const { tracks } = await readMedia(path);
    expect(tracks.map(({ kind }) => kind).toSorted()).toEqual(['picture', 'sound']);
    const piece = await fetch(fileUrl, { headers: { range: 'bytes=1000-1099' } });
    expect([piece.status, piece.headers.get('content-range')]).toEqual([
      206,
      `bytes 1000-1099/${content.length}`,
    ]);
    expect(content.subarray(1_000, 1_100).equals(Buffer.from(await piece.arrayBuffer()))).toBe(true);
    expect((await fetch(fileUrl, { headers: { range: `bytes=${content.length}-` } })).status).toBe(416);
    expect((await fetch(new URL(fileUrl.pathname, url))).status).toBe(401);
  });

  test('[C78] while the store is away recordings are made, and play from the folder; then they go by themselves', async () => {
    const data = aFolder();
    const bucket = await aBucket();
    await bucket.stop();
    const { url, facts } = await aServer({ data, ...bucket.options });
    expect(facts.notices.join()).toContain('store-unreachable');
    expect((await fetch(new URL('healthz', url))).status).toBe(200);
    const { ann, roomId, metrics } = await aRecorder(url);
    const { recordings, token } = await record(ann);
    const { id = '', files: [file] = [] } = recordings[0] ?? {};
    const fileUrl = new URL(`recordings/${roomId}/${id}/${file?.name}?token=${token}`, url);
    const here = await fetch(fileUrl);
    expect(here.status).toBe(200);
    expect(await metrics()).toContain('\nplenum_recording_store_up 0\n');
    expect(await metrics()).toContain('\nplenum_recordings_waiting 1\n');
    await bucket.start();
    await vi.waitFor(async () => {
      expect(await metrics()).toContain('\nplenum_recordings_stored_total 1\n');
    }, slow);
    expect(existsSync(join(data, 'recordings', roomId, id))).toBe(false);
    const there = await fetch(fileUrl);
    expect(Buffer.from(await there.arrayBuffer()).equals(Buffer.from(await here.arrayBuffer()))).toBe(true);
    await vi.waitFor(async () => {
      expect(await metrics()).toContain('\nplenum_recording_store_up 1\n');
    }, slow);
    // Away again: what is there cannot be had, and that is said.
    await bucket.stop();
    expect((await fetch(fileUrl)).status).toBe(503);
  });
});

interface Listed {
  readonly recordings: readonly {
    readonly id: string;
    readonly isEnded: boolean;
    readonly files: readonly { readonly name: string; readonly untilMs: number; readonly bytes: number }[];
  }[];
  readonly token: string;
}
