/** Reads a file in blocks as they are asked for, never all of it, and takes the digest as it goes. */
import { BlockDigest, blockSize } from './block-digest.ts';

/** Bytes. Small, so that on a line of 1 Mbit/s one chunk holds up sound for no longer than a jitter buffer bears: 0.13 s. */
export const chunkSize = 16_384;

/** Blocks that are held, for receivers who are at different places. */
const maxHeld = 4;

export class ChunkReader {
  readonly #file: Blob;
  readonly #held = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  readonly #digest = new BlockDigest();

  constructor(file: Blob) {
    this.#file = file;
  }

  /** The chunk at an offset, which is where one begins. Rejects when the file has changed or is gone. */
  async read(offset: number): Promise<Uint8Array<ArrayBuffer>> {
    const block = await this.#block(Math.floor(offset / blockSize));
    const at = offset % blockSize;
    return block.subarray(at, at + chunkSize);
  }

  #block(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const held = this.#held.get(index);
    if (held !== undefined) return held;
    const block = this.#load(index);
    this.#held.set(index, block);
    const [oldest] = this.#held.keys();
    if (this.#held.size > maxHeld && oldest !== undefined) this.#held.delete(oldest);
    return block;
  }

  async #load(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const start = index * blockSize;
    const bytes = new Uint8Array(await this.#file.slice(start, start + blockSize).arrayBuffer());
    // Nobody is sent a block before those ahead of it, so they come in order; again for who is slow, or has to have it again.
    if (index === this.#digest.count) this.#digest.add(bytes);
    return bytes;
  }

  /** Of the whole file, once all of it was read. */
  digest(): Promise<Uint8Array> {
    return this.#digest.finish();
  }
}
