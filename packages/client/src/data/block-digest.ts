/**
 * What a file is recognised by: the SHA-256 of the SHA-256s of its blocks, in order. Each block can be taken as it passes, so that
 * no more of the file than that need be held, and the browser's own cryptography does, which takes a text as a whole.
 */

/** Bytes; the last block is what is left. */
export const blockSize = 1_048_576;

export class BlockDigest {
  readonly #digests: Promise<ArrayBuffer>[] = [];

  /** How many blocks it has taken. */
  get count(): number {
    return this.#digests.length;
  }

  /** The next block. It may be changed once what is returned resolves. */
  add(block: Uint8Array<ArrayBuffer>): void {
    this.#digests.push(crypto.subtle.digest('SHA-256', block));
  }

  async finish(): Promise<Uint8Array> {
    const digests = await Promise.all(this.#digests);
    return new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob(digests).arrayBuffer()));
  }
}

export function isSameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
