/** A reason the worker cannot be built that a person can act on: one sentence, shown without a stack. */
export class BuildFailure extends Error {
  override readonly name = 'BuildFailure';
}
