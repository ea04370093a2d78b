/**
 * Takes a file as it comes, in order. Of the page's memory it holds one block; whole blocks go to the browser as blobs, which it
 * keeps outside of the page and, where they become many, on disk.
 */
import { BlockDigest, blockSize } from './block-digest.ts';

export class FileWriter {
  readonly #digest = new BlockDigest();
  #parts: Blob[] = [];
  #block = new Uint8Array(0);
  #filled = 0;
  #written = 0;

  /** Bytes. */
  get written(): number {
    return this.#written;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#block.length === 0) this.#block = new Uint8Array(blockSize);
      const part = bytes.subarray(at, at + blockSize - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === blockSize) this.#finishBlock();
    }
    this.#written += bytes.length;
  }

  #finishBlock(): void {
    if (this.#filled === 0) return;
    const block = this.#block.subarray(0, this.#filled);
    this.#digest.add(block);
    this.#parts.push(new Blob([block]));
    this.#block = new Uint8Array(0);
    this.#filled = 0;
  }

  /** Of all that was written; nothing can be written afterwards. */
  digest(): Promise<Uint8Array> {
    this.#finishBlock();
    return this.#digest.finish();
  }

  blob(type: string): Blob {
    return new Blob(this.#parts, { type });
  }

  /** Lets go of what it holds. */
  close(): void {
    this.#parts = [];
    this.#block = new Uint8Array(0);
  }
}
