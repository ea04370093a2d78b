/** Runs asynchronous operations on one object one after another, in the order they were asked for. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves or rejects as the operation does; a failure does not stop the ones behind it. */
  run<T>(operation: () => Promise<T> | T): Promise<T> {
    const result = this.#last.then(operation);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
