/** What a server tells of a store, and what is in the folder when it is killed: with processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { swiftKeys } from '@plenum/testkit/swift';
import { canHaveSwift } from '@plenum/testkit/swift/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { aFolder } from '../testing/running-server.ts';
import { RecordingFolder } from './recording-folder.ts';
import { openS3Store } from './s3/s3-store.ts';
import { aBucket, type Bucket, countUnfinished } from './testing/a-bucket.ts';
import { aRecording } from './testing/a-recording.ts';
import { first, second } from './testing/storage-contract.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const slow = { timeout: 40_000, interval: 50 };

function run(data: string, { options }: Bucket, secretAccessKey: string = swiftKeys.secretAccessKey) {
  const common = ['--port', '0', '--media-base-port', '0', '--media-workers', '1', '--log-format', 'json'];
  const { recordingBucket, recordingEndpoint, recordingPrefix } = options;
  const flags = {
    '--log-level': 'debug',
    '--data': data,
    '--recording-bucket': recordingBucket,
    '--recording-endpoint': recordingEndpoint,
    '--recording-prefix': recordingPrefix,
  };
  const child = spawn(process.execPath, [main, ...common, ...Object.entries(flags).flat()], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: swiftKeys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  });
  onTestFinished(() => kill(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { child, output: () => output };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe.runIf(await canHaveSwift('what a killed server leaves'))('with a store', () => {
  test('[C78] what a killed server was sending, and what waited, goes to the store after the next start', async () => {
    const data = aFolder();
    const folder = new RecordingFolder(join(data, 'recordings'));
    const bucket = await aBucket();
    const content = new Uint8Array(100_000_000).fill(7);
    await aRecording(folder, first, { content });
    await aRecording(folder, second, { isEnded: false });
    const unfinished = await countUnfinished(bucket.place);
    const killed = run(data, bucket);
    await vi.waitFor(async () => expect(await unfinished()).toBe(1), { ...slow, interval: 1 });
    await kill(killed.child);
    expect(killed.output()).not.toContain('recording stored');
    expect(await folder.all()).toEqual([first, second]);
    const next = run(data, bucket);
    await vi.waitFor(() => {
      expect(next.output().match(/"msg":"recording stored"/g)).toHaveLength(2);
    }, slow);
    expect(await folder.all()).toEqual([]);
    const store = await openS3Store(bucket.place, swiftKeys);
    onTestFinished(() => store.close());
    expect(await store.ids(first.roomId)).toEqual([first.id, second.id]);
    expect(await store.stat({ ...first, name: 'part-1.webm' })).toMatchObject({ bytes: content.length });
  });

  test('[C79] with the wrong key a server serves, says so, and keeps what it has', async () => {
    const data = aFolder();
    const folder = new RecordingFolder(join(data, 'recordings'));
    const bucket = await aBucket();
    await aRecording(folder, first);
    const secret = 'a-secret-that-is-wrong';
    const { child, output } = run(data, bucket, secret);
    await vi.waitFor(() => expect(output()).toContain('Plenum is ready'), slow);
    expect(output()).toMatch(/"level":"error".*"code":"store-refused","reason":"SignatureDoesNotMatch: /);
    expect(output()).toContain('Note: Recordings stay in the folder');
    expect(await folder.all()).toEqual([first]);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    expect(output()).not.toContain(secret);
    expect(output()).not.toContain(swiftKeys.secretAccessKey);
  });
});
