/** The client library of S3, which is large: it is loaded only where a store is configured. */
import type { S3Client } from '@aws-sdk/client-s3';
import { ConferenceError } from '@plenum/protocol';
import type { StoreKeys } from '../../config/store-keys.ts';

export type S3Sdk = typeof import('@aws-sdk/client-s3');

export interface S3Place {
  readonly bucket: string;
  /** Of a store that is not Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Of the names of all objects: empty, or with a slash at its end. */
  readonly prefix: string;
}

/** Milliseconds. A store is near, or no use for recordings. */
const connectWithinMs = 3_000;
/** Milliseconds without a single octet, either way. */
const silentMs = 30_000;
/** Each recording that is being played holds one, for as long as its player takes. */
const sockets = { keepAlive: true, maxSockets: 500 } as const;

/** @throws ConferenceError `invalid-config` where the library is not installed. */
export async function loadS3Sdk(): Promise<S3Sdk> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (cause) {
    throw new ConferenceError(
      'invalid-config',
      'recordingBucket needs the optional package @aws-sdk/client-s3, which is not installed.',
      { cause },
    );
  }
}

export function createS3Client(
  sdk: S3Sdk,
  { endpoint, region }: S3Place,
  { accessKeyId, secretAccessKey, sessionToken }: StoreKeys,
): S3Client {
  return new sdk.S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    // Stores other than Amazon's have one host name for all buckets.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // Their signature covers a hash of what is sent; the newer checksums besides are not known to every store.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // What it would say of requests is not for logs.
    logger: silent,
    requestHandler: {
      connectionTimeout: connectWithinMs,
      socketTimeout: silentMs,
      httpAgent: sockets,
      httpsAgent: sockets,
    },
  });
}

const silent = { debug: say, info: say, warn: say, error: say };

function say(): void {}
