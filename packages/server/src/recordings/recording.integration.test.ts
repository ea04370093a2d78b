/** A recording by a whole server: asked for over the wire, written by the mixer, and whole when the server stops. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseIndex } from '@plenum/mixer/recording-index';
import { readMedia } from '@plenum/mixer/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { aPair } from '../testing/guest.ts';
import { aFolder, aServer } from '../testing/running-server.ts';

const slow = { timeout: 30_000, interval: 100 };

test('[C61] [C62] a server that stops leaves what it was recording whole', async () => {
  const data = aFolder();
  const server = await aServer({ data });
  const [ann, ben] = await aPair(server.url);
  for (const guest of [ann, ben]) onTestFinished(guest.close);
  await expect(ben.participant.execute('startRecording', {})).rejects.toMatchObject({
    code: 'not-authorized',
  });
  await ann.participant.execute('startRecording', {});
  await vi.waitFor(() => expect(ben.participant.room.data.recording?.since).toBeDefined(), slow);
  const listed = async () => (await ann.participant.execute('listRecordings', {})) as Listed;
  await vi.waitFor(async () => {
    const { recordings } = await listed();
    expect(recordings[0]?.files[0]?.untilMs).toBeGreaterThan(2_000);
  }, slow);
  const { recordings, token } = await listed();
  const { id = '', files: [file] = [] } = recordings[0] ?? {};
  const { roomId } = ann.participant.room.data;
  const url = new URL(`recordings/${roomId}/${id}/${file?.name}?token=${token}`, server.url);
  expect((await fetch(url)).status).toBe(200);
  await server.close();
  const folder = join(data, 'recordings', roomId, id);
  const entries = parseIndex(readFileSync(join(folder, 'index.json'), 'utf8'));
  expect(entries.at(-1)?.type).toBe('recording-ended');
  expect(entries.map(({ type }) => type)).toContain('part-ended');
  expect(readdirSync(folder).toSorted()).toEqual(['index.json', 'part-1.mp4']);
  const { durationMs, tracks } = await readMedia(join(folder, 'part-1.mp4'));
  // Only what is whole says how long it is.
  expect(durationMs).toBeGreaterThan(1_000);
  expect(tracks.map(({ kind }) => kind).toSorted()).toEqual(['picture', 'sound']);
});

interface Listed {
  readonly recordings: readonly {
    readonly id: string;
    readonly files: readonly { readonly name: string; readonly untilMs: number }[];
  }[];
  readonly token: string;
}
