/**
 * What of one's own goes to one other participant. Once a second it looks at what the link carries of that: a picture that it does
 * not carry is left out, and so is what this device cannot do.
 */
import type { Clock } from '@plenum/hyperty';
import type { Source } from '@plenum/protocol';
import type { Relief } from './overload-watch.ts';
import { allotPair, allPictures } from './pair-allocation.ts';
import type { PairLink } from './pair-link.ts';
import { countSent, lookAtPair, nothingSent } from './pair-look.ts';

type SendingLink = Pick<PairLink, 'setTrack' | 'holdBack' | 'getStats'>;

const lookEveryMs = 1_000;
/** In which they are left out: a shared screen is what is talked about. */
const order: readonly Source[] = ['camera', 'screen'];

export class PairSending {
  readonly #clock: Clock;
  readonly #link: SendingLink;
  readonly #onLeftOut: (leftOut: readonly Source[]) => void;
  readonly #sources = new Set<Source>();
  #relief: Relief = 'none';
  #allotment = allPictures;
  #counted = nothingSent;
  #leftOut: readonly Source[] = [];
  #stop: (() => void) | undefined;
  #isClosed = false;

  /** @param onLeftOut Told of each change. */
  constructor(clock: Clock, link: SendingLink, onLeftOut: (leftOut: readonly Source[]) => void) {
    this.#clock = clock;
    this.#link = link;
    this.#onLeftOut = onLeftOut;
  }

  /** The pictures that are not sent for now. */
  get leftOut(): readonly Source[] {
    return this.#leftOut;
  }

  /** The track to send for a source. */
  setTrack(source: Source, track: MediaStreamTrack | undefined): void {
    if (track === undefined) this.#sources.delete(source);
    else this.#sources.add(source);
    this.#link.setTrack(source, track);
    this.#watch();
  }

  /** Saves this device as much work. */
  relieve(relief: Relief): void {
    if (this.#relief === relief) return;
    this.#relief = relief;
    this.#hold();
  }

  /** What the link may leave out of. */
  get #pictures(): readonly Source[] {
    const isSaved = (source: Source) => source === 'camera' && this.#relief === 'sound-only';
    return order.filter((source) => this.#sources.has(source) && !isSaved(source));
  }

  #watch(): void {
    if (this.#isClosed || this.#pictures.length === 0) return;
    this.#stop ??= this.#clock.after(lookEveryMs, () => void this.#look());
  }

  /** A link that cannot be asked says nothing of what it carries. */
  async #look(): Promise<void> {
    const stats = await this.#link.getStats().catch((): RTCStatsReport => new Map());
    this.#stop = undefined;
    if (this.#isClosed) return;
    const before = this.#allotment.leftOut.join();
    const look = lookAtPair(stats, this.#counted);
    this.#counted = countSent(stats);
    this.#allotment = allotPair(this.#allotment, look, this.#pictures, this.#clock.now());
    if (this.#allotment.leftOut.join() !== before) this.#hold();
    this.#watch();
  }

  #hold(): void {
    const saved: readonly Source[] = this.#relief === 'sound-only' ? ['camera'] : [];
    this.#leftOut = [...new Set([...saved, ...this.#allotment.leftOut])];
    this.#link.holdBack({ leftOut: this.#leftOut, isCameraSmaller: this.#relief !== 'none' });
    this.#onLeftOut(this.#leftOut);
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#stop?.();
  }
}
