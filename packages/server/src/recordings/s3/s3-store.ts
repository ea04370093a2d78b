/** Recordings in an object store that speaks S3: `<prefix><room>/<id>/<file>` in a bucket. Nothing is ever deleted there. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { ConferenceError, type RoomId } from '@plenum/protocol';
import type { StoreKeys } from '../../config/store-keys.ts';
import { contentTypeOf } from '../content-type.ts';
import {
  type FileFacts,
  type FileKey,
  isFileName,
  isRecordingId,
  type NamedFile,
  type RecordingKey,
  type RecordingStore,
  type Slice,
} from '../recording-storage.ts';
import { ask, askFor, tell } from './ask.ts';
import { createS3Client, loadS3Sdk, type S3Place, type S3Sdk } from './client.ts';
import { partBytes, type S3Object, sendInParts } from './multipart.ts';

/** Milliseconds that the start of the server waits for its answer. */
const checkWithinMs = 5_000;

/** @throws ConferenceError `invalid-config` where the client library is not installed. Asks the store nothing yet. */
export async function openS3Store(place: S3Place, keys: StoreKeys): Promise<RecordingStore> {
  const sdk = await loadS3Sdk();
  return new S3Store(place, sdk, createS3Client(sdk, place, keys));
}

class S3Store implements RecordingStore {
  readonly description: string;
  readonly #place: S3Place;
  readonly #sdk: S3Sdk;
  readonly #client: S3Client;

  constructor(place: S3Place, sdk: S3Sdk, client: S3Client) {
    const { bucket, endpoint, region } = place;
    this.description = `bucket ${bucket} ${endpoint === undefined ? `in ${region}` : `at ${endpoint}`}`;
    this.#place = place;
    this.#sdk = sdk;
    this.#client = client;
  }

  /** A list, since only an answer with a body says in words what is wrong. */
  async check(signal?: AbortSignal): Promise<void> {
    const { bucket, prefix } = this.#place;
    const command = new this.#sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 });
    const options = { signal, withinMs: checkWithinMs };
    await ask((abortSignal) => this.#client.send(command, { abortSignal }), options);
  }

  async ids(roomId: RoomId): Promise<readonly string[]> {
    const folder = `${this.#place.prefix}${roomId}/`;
    const pages = await this.#list(folder, '/');
    const folders = pages.flatMap(({ CommonPrefixes = [] }) => CommonPrefixes);
    return folders.map(({ Prefix = '' }) => Prefix.slice(folder.length, -1)).filter(isRecordingId);
  }

  async files(recording: RecordingKey, signal?: AbortSignal): Promise<readonly NamedFile[]> {
    const folder = this.#folderOf(recording);
    const pages = await this.#list(folder, undefined, signal);
    return pages
      .flatMap(({ Contents = [] }) => Contents)
      .map(({ Key = '', Size, LastModified, ETag }) => ({
        name: Key.slice(folder.length),
        ...factsOf({ ContentLength: Size, LastModified, ETag }),
      }))
      .filter(({ name }) => isFileName(name));
  }

  #list(
    Prefix: string,
    Delimiter?: string,
    signal?: AbortSignal,
  ): Promise<readonly ListObjectsV2CommandOutput[]> {
    const input = { Bucket: this.#place.bucket, Prefix, Delimiter };
    return ask(
      async (abortSignal) => {
        const pages: ListObjectsV2CommandOutput[] = [];
        const paging = this.#sdk.paginateListObjectsV2({ client: this.#client }, input, { abortSignal });
        for await (const page of paging) pages.push(page);
        return pages;
      },
      { signal },
    );
  }

  async stat(file: FileKey, signal?: AbortSignal): Promise<FileFacts | undefined> {
    const command = new this.#sdk.HeadObjectCommand(this.#targetOf(file));
    const found = await askFor((abortSignal) => this.#client.send(command, { abortSignal }), { signal });
    return found && factsOf(found);
  }

  async open(file: FileKey, slice?: Slice): Promise<Readable | undefined> {
    const Range = slice && `bytes=${slice.from}-${slice.until}`;
    const command = new this.#sdk.GetObjectCommand({ ...this.#targetOf(file), Range });
    const found = await askFor((abortSignal) => this.#client.send(command, { abortSignal }));
    if (found === undefined) return undefined;
    if (found.Body instanceof Readable) return found.Body;
    throw new ConferenceError('storage-unreachable');
  }

  async add(file: FileKey, path: string, signal: AbortSignal): Promise<void> {
    const source = await open(path, 'r');
    try {
      const { size } = await source.stat();
      const object = { target: this.#targetOf(file), contentType: contentTypeOf(file.name) };
      if (size > partBytes) {
        const sent = { ...object, source, bytes: size };
        await tell(() => sendInParts({ sdk: this.#sdk, client: this.#client }, sent, signal), signal);
      } else await this.#put(object, await source.readFile(), signal);
      const stored = await this.stat(file, signal);
      if (stored?.bytes !== size) throw notWhole(stored?.bytes, size);
    } finally {
      await source.close();
    }
  }

  async #put({ target, contentType }: S3Object, Body: Uint8Array, signal: AbortSignal): Promise<void> {
    const command = new this.#sdk.PutObjectCommand({ ...target, Body, ContentType: contentType });
    await tell(() => this.#client.send(command, { abortSignal: signal }), signal);
  }

  #folderOf({ roomId, id }: RecordingKey): string {
    return `${this.#place.prefix}${roomId}/${id}/`;
  }

  #targetOf(file: FileKey): S3Object['target'] {
    return { Bucket: this.#place.bucket, Key: `${this.#folderOf(file)}${file.name}` };
  }

  close(): void {
    this.#client.destroy();
  }
}

interface S3Facts {
  readonly ContentLength?: number | undefined;
  readonly LastModified?: Date | undefined;
  readonly ETag?: string | undefined;
}

function factsOf({ ContentLength = 0, LastModified, ETag = '' }: S3Facts): FileFacts {
  return { bytes: ContentLength, modifiedMs: LastModified?.getTime() ?? 0, etag: ETag };
}

/** What is said to be stored is removed here. */
function notWhole(there: number | undefined, here: number): ConferenceError {
  const cause = new Error(`it has ${there ?? 'none'} of the ${here} octets that were sent`);
  return new ConferenceError('storage-unreachable', undefined, { cause });
}
