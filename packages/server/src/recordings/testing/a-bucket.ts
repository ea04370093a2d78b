/** A bucket of a real object store. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { type SwiftServer, swiftKeys } from '@plenum/testkit/swift';
import { aSwift } from '@plenum/testkit/swift/testing';
import { onTestFinished } from 'vitest';
import { aFolder } from '../../testing/running-server.ts';
import { createS3Client, loadS3Sdk, type S3Place } from '../s3/client.ts';

export interface Bucket {
  readonly place: S3Place & { readonly endpoint: string };
  /** What a server is told of it. */
  readonly options: {
    readonly recordingBucket: string;
    readonly recordingEndpoint: string;
    readonly recordingPrefix: string;
    readonly recordingKeyFile: string;
  };
}

/** One whose store can be away for a while. */
export interface OwnBucket extends Bucket {
  /** It is not there any more. */
  stop(): Promise<void>;
  /** It is there again, with what it had. */
  start(): Promise<void>;
}

/** In a store of its own, which ends with its test. */
export async function aBucket(): Promise<OwnBucket> {
  const folder = aFolder();
  let swift = await aSwift({ folder });
  const { port } = swift;
  return {
    ...(await aBucketIn(swift)),
    stop: () => swift.kill(),
    start: async () => {
      swift = await aSwift({ folder, port });
    },
  };
}

export async function aBucketIn({ url: endpoint }: SwiftServer): Promise<Bucket> {
  const bucket = `recordings-${randomUUID()}`;
  const place = { bucket, endpoint, region: 'us-east-1', prefix: 'plenum/meetings/' };
  const sdk = await loadS3Sdk();
  const client = createS3Client(sdk, place, swiftKeys);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  // Which only its owner reads.
  const keyFile = join(aFolder(), 'keys.json');
  await writeFile(keyFile, JSON.stringify(swiftKeys), { mode: 0o600 });
  return {
    place,
    options: {
      recordingBucket: bucket,
      recordingEndpoint: endpoint,
      recordingPrefix: place.prefix,
      recordingKeyFile: keyFile,
    },
  };
}

/** How many files are being sent there in parts, each time it is called. */
export async function countUnfinished(place: S3Place): Promise<() => Promise<number>> {
  const client = createS3Client(await loadS3Sdk(), place, swiftKeys);
  onTestFinished(() => client.destroy());
  return async () => {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }));
    return Uploads.length;
  };
}
