/**
 * In which sizes a camera is to be sent: in none that nobody looks at. A larger one is asked for at once; one that is looked at no
 * more goes on for a while, since who turned a page often turns back, and each change costs the sender a whole picture.
 */
import type { Clock } from '@plenum/hyperty';
import type { Layer, ParticipantId } from '@plenum/protocol';

export interface Demand {
  /** The largest that is asked for. */
  readonly largest: Layer;
  /** Since when a smaller one would do; milliseconds on the clock. */
  readonly lessSince: number | undefined;
}

/** The smallest is sent also where nobody looks: it is what whoever comes sees first. */
const smallest: Demand = { largest: 0, lessSince: undefined };

const lessAfterMs = 10_000;

/** @param looked The largest that somebody looks at. @param now Milliseconds on the clock. */
export function followLooks(before: Demand, looked: Layer, now: number): Demand {
  if (looked >= before.largest) return { largest: looked, lessSince: undefined };
  const lessSince = before.lessSince ?? now;
  return now - lessSince < lessAfterMs ? { ...before, lessSince } : { largest: looked, lessSince: undefined };
}

export interface LayerDemandsContext {
  readonly clock: Clock;
  /** The largest that anybody looks at of each who is looked at. */
  readonly looks: () => ReadonlyMap<ParticipantId, Layer>;
  /** Asks somebody for no larger one than that. */
  readonly ask: (id: ParticipantId, largest: Layer) => void;
}

/** What is asked of everybody in a room. */
export class LayerDemands {
  readonly #context: LayerDemandsContext;
  readonly #demands = new Map<ParticipantId, Demand>();
  #stopWaiting: (() => void) | undefined;

  constructor(context: LayerDemandsContext) {
    this.#context = context;
  }

  /** Somebody has a link, by which nothing was asked yet. */
  add(id: ParticipantId): void {
    const demand = this.#demands.get(id) ?? smallest;
    this.#demands.set(id, demand);
    this.#context.ask(id, demand.largest);
  }

  remove(id: ParticipantId): void {
    this.#demands.delete(id);
  }

  /** Somebody may look at another size now. */
  review(): void {
    const { clock, looks, ask } = this.#context;
    const looked = looks();
    const now = clock.now();
    for (const [id, before] of this.#demands) {
      const demand = followLooks(before, looked.get(id) ?? 0, now);
      this.#demands.set(id, demand);
      if (demand.largest !== before.largest) ask(id, demand.largest);
    }
    const isMoreThanLookedAt = [...this.#demands.values()].some(({ lessSince }) => lessSince !== undefined);
    if (isMoreThanLookedAt) this.#stopWaiting ??= clock.after(lessAfterMs, () => this.#reviewAgain());
  }

  #reviewAgain(): void {
    this.#stopWaiting = undefined;
    this.review();
  }

  /** May be called more than once. */
  close(): void {
    this.#stopWaiting?.();
    this.#demands.clear();
  }
}
