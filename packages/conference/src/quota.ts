/** Counts what each key uses, so that no key uses more than its share. */
export class Quota {
  readonly #limit: number;
  readonly #used = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False, and nothing is counted, where the key has used up its share. */
  take(key: string): boolean {
    const used = this.#used.get(key) ?? 0;
    if (used >= this.#limit) return false;
    this.#used.set(key, used + 1);
    return true;
  }

  giveBack(key: string): void {
    const used = (this.#used.get(key) ?? 0) - 1;
    if (used > 0) this.#used.set(key, used);
    else this.#used.delete(key);
  }
}
