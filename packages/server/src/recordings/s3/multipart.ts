/** Sends a large file in parts (S3's multipart upload): several at once, and nothing stays behind of one that was not completed. */
import type { FileHandle } from 'node:fs/promises';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import { mapSome } from '../map-some.ts';
import type { S3Sdk } from './client.ts';

/**
 * Octets of a part: as few as S3 takes, except of the last, since each is hashed in one go by the thread that serves everybody. Of a file there are
 * 10,000 at most.
 */
export const partBytes = 5 * 1024 * 1024;
const mostParts = 10_000;
/** So many are in memory. */
const atOnce = 3;
/** Milliseconds: the server may be stopping. */
const abortWithinMs = 2_000;

export interface S3Object {
  readonly target: { readonly Bucket: string; readonly Key: string };
  readonly contentType: string;
}

interface SentFile extends S3Object {
  /** Open, and open still afterwards. */
  readonly source: FileHandle;
  readonly bytes: number;
}

/** @throws What the client throws; an error named `AbortError` where it was aborted. */
export async function sendInParts(
  { sdk, client }: { readonly sdk: S3Sdk; readonly client: S3Client },
  { source, bytes, target, contentType }: SentFile,
  abortSignal: AbortSignal,
): Promise<void> {
  const begin = new sdk.CreateMultipartUploadCommand({ ...target, ContentType: contentType });
  const { UploadId } = await client.send(begin, { abortSignal });
  const upload = { ...target, UploadId };
  try {
    const sendPart = async ({ number, from, length }: Part): Promise<CompletedPart> => {
      const Body = await readWhole(source, from, length);
      const part = new sdk.UploadPartCommand({ ...upload, PartNumber: number, Body });
      const { ETag } = await client.send(part, { abortSignal });
      return { ETag, PartNumber: number };
    };
    const Parts = await mapSome(partsOf(bytes), atOnce, sendPart);
    const complete = new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
    await client.send(complete, { abortSignal });
  } catch (thrown) {
    // The store keeps what it has of it otherwise, at a price. Where it does not answer it has to see to that itself.
    const abort = new sdk.AbortMultipartUploadCommand(upload);
    await client.send(abort, { abortSignal: AbortSignal.timeout(abortWithinMs) }).catch(() => undefined);
    throw thrown;
  }
}

interface Part {
  readonly number: number;
  readonly from: number;
  readonly length: number;
}

/** The numbers begin with 1. */
export function partsOf(bytes: number): readonly Part[] {
  const length = Math.max(partBytes, Math.ceil(bytes / mostParts));
  return Array.from({ length: Math.ceil(bytes / length) }, (_, index) => ({
    number: index + 1,
    from: index * length,
    length: Math.min(length, bytes - index * length),
  }));
}

async function readWhole(file: FileHandle, from: number, length: number): Promise<Uint8Array> {
  const part = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(part, read, length - read, from + read);
    if (bytesRead === 0) throw new Error('the file is shorter than it was');
    read += bytesRead;
  }
  return part;
}
