/** Against OpenStack Swift, which checks signatures. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SwiftServer, swiftKeys } from '@plenum/testkit/swift';
import { canHaveSwift } from '@plenum/testkit/swift/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { aFolder } from '../../testing/running-server.ts';
import { aBucketIn, countUnfinished } from '../testing/a-bucket.ts';
import { describeStore, first, zurich } from '../testing/storage-contract.ts';
import { problemOf } from './problem.ts';
import { openS3Store } from './s3-store.ts';

const isThere = await canHaveSwift('recordings in an object store');

const folder = mkdtempSync(join(tmpdir(), 'plenum-swift-'));
let swift: SwiftServer;

async function aStore(given: { readonly keys?: object; readonly bucket?: string } = {}) {
  const { place } = await aBucketIn(swift);
  const { bucket = place.bucket, keys } = given;
  const storage = await openS3Store({ ...place, bucket }, { ...swiftKeys, ...keys });
  onTestFinished(() => storage.close());
  const put = async (file: Parameters<typeof storage.add>[0], content: Uint8Array) => {
    const path = join(aFolder(), 'file');
    await writeFile(path, content);
    await storage.add(file, path, new AbortController().signal);
  };
  return { place, storage, put };
}

afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(isThere)('against a real one', () => {
  beforeAll(async () => {
    swift = await SwiftServer.start({ folder });
    return () => swift.kill();
  });

  describeStore('an object store', aStore);

  test('[C77] of a large file that was not sent to its end the store keeps no part', async () => {
    const { place, storage } = await aStore();
    const path = join(aFolder(), 'part');
    await writeFile(path, new Uint8Array(40_000_000));
    const unfinished = await countUnfinished(place);
    const stopping = new AbortController();
    const adding = storage.add({ ...first, name: 'part-1.mp4' }, path, stopping.signal);
    adding.catch(() => undefined);
    await vi.waitFor(async () => expect(await unfinished()).toBe(1), { interval: 1 });
    stopping.abort();
    await expect(adding).rejects.toMatchObject({ code: 'aborted' });
    expect(await unfinished()).toBe(0);
  });

  test('[C79] with other keys nothing can be had, and the store’s own words say so', async () => {
    const { storage, put } = await aStore({ keys: { secretAccessKey: 'another' } });
    const refused = await storage.check().catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: 'storage-unreachable' });
    expect(problemOf(refused)).toMatchObject({
      code: 'store-refused',
      reason: expect.stringMatching(/^SignatureDoesNotMatch: /),
    });
    const file = { ...first, name: 'index.json' };
    for (const ask of [
      () => storage.ids(zurich),
      () => storage.files(first),
      () => storage.stat(file),
      () => storage.open(file),
      () => put(file, new Uint8Array(1)),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: 'storage-unreachable' });
    }
  });

  test('[C79] without the bucket nothing can be had', async () => {
    const { storage } = await aStore({ bucket: 'another' });
    expect(problemOf(await storage.check().catch((thrown: unknown) => thrown))).toMatchObject({
      code: 'store-missing',
    });
  });
});

test('[C79] where nobody listens it says so', async () => {
  const place = { bucket: 'recordings', endpoint: 'http://127.0.0.1:9', region: 'us-east-1', prefix: '' };
  const storage = await openS3Store(place, swiftKeys);
  expect(problemOf(await storage.check().catch((thrown: unknown) => thrown))).toMatchObject({
    code: 'store-unreachable',
    reason: expect.stringContaining('ECONNREFUSED'),
  });
});
