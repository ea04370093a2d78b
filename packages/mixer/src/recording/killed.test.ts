/** A process that is killed while it records: at most a second is missing from its file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { logOnlyErrors } from '../av/log.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { aFolder } from '../testing/a-folder.ts';
import { readMedia } from '../testing/read-media.ts';

logOnlyErrors();

const program = fileURLToPath(new URL('../testing/recording-program.ts', import.meta.url));
const seconds = 4.5;

async function recordAndKill(kind: 'tracks' | 'silent' | 'mix', codec: PictureCodec, extension: string) {
  const path = join(await aFolder(), `killed.${extension}`);
  const recorder = spawn(process.execPath, [program, kind, codec, path, `${seconds}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void recorder.kill('SIGKILL'));
  await once(recorder.stdout, 'data');
  recorder.kill('SIGKILL');
  const [, signal] = await once(recorder, 'exit');
  expect(signal).toBe('SIGKILL');
  return readMedia(path);
}

test.each([
  ['tracks', 'vp8', 'webm'],
  ['tracks', 'h264', 'mkv'],
  ['mix', 'h264', 'mp4'],
  ['mix', 'vp8', 'webm'],
] as const)('recording %s in %s as %s', async (kind, codec, extension) => {
  const { tracks } = await recordAndKill(kind, codec, extension);
  expect(tracks).toHaveLength(2);
  for (const { timesMs, errors, decoded } of tracks) {
    expect(timesMs.at(-1)).toBeGreaterThanOrEqual(1_000 * (seconds - 1));
    expect(errors).toBe(0);
    expect(decoded).toBeGreaterThanOrEqual(timesMs.length - 1);
  }
});

test('while the picture is off, the voice is written all the same', async () => {
  const { tracks } = await recordAndKill('silent', 'vp8', 'webm');
  const voice = tracks.find(({ kind }) => kind === 'sound');
  expect(voice?.timesMs.at(-1)).toBeGreaterThanOrEqual(1_000 * (seconds - 1));
});
