/**
 * The one picture and everybody's sound, as parts of a recording that runs: a part for each mix, since one may take the place of another.
 *
 * | state   | means                              | goes on with                                    |
 * |---------|------------------------------------|-------------------------------------------------|
 * | waiting | there is no mix                    | a mix: writing, once it was begun; none for too long: failed |
 * | writing | a part is                          | the mix ends: waiting; it cannot be written: failed |
 */
import type { Clock } from '@plenum/hyperty';
import type { MediaMix, MixRecording, RecordedPart } from '@plenum/media';
import { ConferenceError, type ErrorCode } from '@plenum/protocol';

export interface RecordedCompositeContext {
  readonly clock: Clock;
  /** Where a part goes, without the extension. @param number From 1 on. */
  readonly pathOf: (number: number) => string;
  readonly onPart: (part: RecordedPart) => void;
  /** @param path As `onPart` said. */
  readonly onPartEnded: (path: string) => void;
  /** It cannot go on. */
  readonly onFailed: (code: ErrorCode) => void;
}

interface Part {
  readonly writing: MixRecording;
  /** With its extension, once it is there. */
  path: string | undefined;
}

/** Milliseconds: one can jump to these places; each costs as much as some thirty other pictures. */
const keyFrameEveryMs = 10_000;
/** Milliseconds that the first mix is waited for: less than whoever asked waits for the answer. */
const firstWithinMs = 10_000;
/** Milliseconds without a mix, after which there is no use in waiting for another. */
const longestGapMs = 30_000;

export class RecordedComposite {
  readonly #context: RecordedCompositeContext;
  readonly #ready = Promise.withResolvers<void>();
  #mix: MediaMix | undefined;
  #part: Part | undefined;
  #parts = 0;
  #isBegun = false;
  #stopWaiting: () => void = () => undefined;
  /** Of the parts before. */
  #whole: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @param mix Where there is one already. */
  constructor(context: RecordedCompositeContext, mix: MediaMix | undefined) {
    this.#context = context;
    this.#ready.promise.catch(() => undefined);
    this.handleMix(mix);
  }

  /** Resolves when there is a mix to write. @throws ConferenceError why there is none: `mixer-unavailable`, or what `abandon` was told. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Nothing is written before. */
  begin(): void {
    this.#isBegun = true;
    this.handleMix(this.#mix);
  }

  /** There is a mix now, or none any more. */
  handleMix(mix: MediaMix | undefined): void {
    if (this.#isClosed) return;
    this.#mix = mix;
    this.#endPart();
    if (mix === undefined) {
      const waitMs = this.#isBegun ? longestGapMs : firstWithinMs;
      this.#stopWaiting = this.#context.clock.after(waitMs, () => this.#giveUp('mixer-unavailable'));
      return;
    }
    if (this.#isBegun) this.#write(mix);
    else this.#ready.resolve();
  }

  #write(mix: MediaMix): void {
    const { pathOf, onPart, onFailed } = this.#context;
    this.#parts += 1;
    const part: Part = {
      path: undefined,
      writing: mix.record({
        path: pathOf(this.#parts),
        keyFrameEveryMs,
        onBegan: (begun) => {
          part.path = begun.path;
          onPart(begun);
        },
        onFailed: ({ code }) => onFailed(code),
      }),
    };
    this.#part = part;
  }

  /** There is no mix to be had now. What is being written waits for another; what was not begun does not. */
  handleRefused({ code }: ConferenceError): void {
    if (this.#parts === 0) this.#giveUp(code);
  }

  #giveUp(code: ErrorCode): void {
    if (this.#isBegun) this.#context.onFailed(code);
    else this.abandon(code);
  }

  /** Who waits for the first mix does so no more. */
  abandon(code: ErrorCode): void {
    this.#ready.reject(new ConferenceError(code));
  }

  #endPart(): void {
    const part = this.#part;
    this.#part = undefined;
    this.#stopWaiting();
    if (part !== undefined) this.#whole = Promise.all([this.#whole, this.#makeWhole(part)]);
  }

  async #makeWhole(part: Part): Promise<void> {
    await part.writing.stop();
    if (part.path !== undefined) this.#context.onPartEnded(part.path);
  }

  /** May be called more than once. Resolves when every part is whole. */
  async close(): Promise<void> {
    if (!this.#isClosed) this.#endPart();
    this.#isClosed = true;
    await this.#whole;
  }
}
