/**
 * Goes over from everybody's own sound and picture to the composite, and back: to the new once it comes, so that nothing is
 * missed and nobody is heard twice.
 */
import type { Clock } from '@plenum/hyperty';
import { type Flow, reviewEveryMs } from './arrivals.ts';

/** Everybody as one picture and one sound. */
export interface CompositeTracks {
  readonly picture: MediaStreamTrack;
  readonly sound: MediaStreamTrack;
  /** Whether the picture stands still, since the link carries only the sound for now. */
  readonly isPictureLeftOut: boolean;
}

export interface CompositeViewContext {
  readonly clock: Clock;
  readonly flow: Flow;
  /** Undefined while the server sends none. */
  readonly tracks: () => CompositeTracks | undefined;
  /** What is wanted of the others' own, each undefined while it has no track. */
  readonly streams: () => readonly (MediaStreamTrack | undefined)[];
  readonly onShown: (isShown: boolean) => void;
}

/** After so many milliseconds one goes back although not all of the others came. */
const backWithinMs = 2_000;

export interface CompositeFacts {
  readonly isShown: boolean;
  readonly isWanted: boolean;
  readonly composite: 'none' | 'idle' | 'flowing';
  readonly areStreamsFlowing: boolean;
  /** Milliseconds since something else was wanted. */
  readonly waitedMs: number;
}

/** Whether the composite is to be shown. */
export function decideShown({
  isShown,
  isWanted,
  composite,
  areStreamsFlowing,
  waitedMs,
}: CompositeFacts): boolean {
  if (composite === 'none') return false;
  if (isWanted) return isShown || composite === 'flowing';
  return isShown && !areStreamsFlowing && waitedMs < backWithinMs;
}

export class CompositeView {
  readonly #context: CompositeViewContext;
  #isWanted = false;
  #wantedSince = 0;
  #isShown = false;
  #isReviewing = false;
  #stopWaiting: () => void = () => undefined;
  #isClosed = false;

  constructor(context: CompositeViewContext) {
    this.#context = context;
  }

  get isShown(): boolean {
    return this.#isShown;
  }

  want(isWanted: boolean): void {
    if (this.#isWanted === isWanted) return;
    this.#isWanted = isWanted;
    this.#wantedSince = this.#context.clock.now();
    this.follow();
  }

  /** What comes may be something else now. While one is to go over it is looked at again and again. */
  follow(): void {
    if (this.#isClosed || this.#isReviewing) return;
    this.#decide();
    const { tracks, clock, flow } = this.#context;
    const isDue = this.#isWanted !== this.#isShown && (this.#isShown || tracks() !== undefined);
    if (!isDue) return;
    this.#isReviewing = true;
    void flow.count().then(() => {
      if (this.#isClosed) return;
      this.#decide();
      this.#stopWaiting = clock.after(reviewEveryMs, () => {
        this.#isReviewing = false;
        this.follow();
      });
    });
  }

  #decide(): void {
    const { clock, flow, tracks, streams, onShown } = this.#context;
    const composite = tracks();
    const isFlowing = (track: MediaStreamTrack | undefined) => flow.stateOf(track) === 'flowing';
    const comes = composite !== undefined && isFlowing(composite.picture) && isFlowing(composite.sound);
    const isShown = decideShown({
      isShown: this.#isShown,
      isWanted: this.#isWanted,
      composite: composite === undefined ? 'none' : comes ? 'flowing' : 'idle',
      areStreamsFlowing: streams().every(isFlowing),
      waitedMs: clock.now() - this.#wantedSince,
    });
    if (isShown === this.#isShown) return;
    this.#isShown = isShown;
    onShown(isShown);
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#stopWaiting();
  }
}
