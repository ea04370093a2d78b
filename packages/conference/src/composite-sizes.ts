/** How large the composite is for each who chose it, kept by the policy. */
import type { Clock, Logger } from '@plenum/hyperty';
import type { LinkEstimate } from '@plenum/media';
import type { ParticipantId } from '@plenum/protocol';
import { atFirst, type CompositeSize, calmAt, chooseSize, type SizeChoice } from './composite-size.ts';

export interface CompositeSizesContext {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Somebody is to be sent it again. */
  readonly onDue: (id: ParticipantId) => void;
}

interface Entry {
  readonly choice: SizeChoice;
  /** Calls off what is tried later, by the clock. */
  readonly stopWaiting: (() => void) | undefined;
}

const noEstimate: LinkEstimate = { availableBps: 0, lostShare: 0 };

export class CompositeSizes {
  readonly #context: CompositeSizesContext;
  readonly #entries = new Map<ParticipantId, Entry>();

  constructor(context: CompositeSizesContext) {
    this.#context = context;
  }

  of(id: ParticipantId): CompositeSize {
    return this.#choiceOf(id).size;
  }

  #choiceOf(id: ParticipantId): SizeChoice {
    return this.#entries.get(id)?.choice ?? atFirst;
  }

  /** Says whether it is another now. */
  handleEstimate(id: ParticipantId, estimate: LinkEstimate): boolean {
    const { clock, logger } = this.#context;
    const before = this.#choiceOf(id);
    const choice = chooseSize(before, estimate, clock.now());
    this.#entries.get(id)?.stopWaiting?.();
    this.#entries.set(id, { choice, stopWaiting: this.#tryLater(id, choice) });
    if (choice.size === before.size) return false;
    logger.info('the composite has another size for somebody', {
      participantId: id,
      size: choice.size,
      ...estimate,
    });
    return true;
  }

  /** Where only sound is sent nothing is estimated. */
  #tryLater(id: ParticipantId, choice: SizeChoice): (() => void) | undefined {
    if (choice.size !== 'none') return undefined;
    const { clock, onDue } = this.#context;
    return clock.after(Math.max(0, calmAt(choice) - clock.now()), () => {
      if (this.handleEstimate(id, noEstimate)) onDue(id);
    });
  }

  /** Of all others nothing is known any more. */
  keep(ids: ReadonlySet<ParticipantId>): void {
    for (const [id, { stopWaiting }] of this.#entries) {
      if (ids.has(id)) continue;
      stopWaiting?.();
      this.#entries.delete(id);
    }
  }

  /** May be called more than once. */
  close(): void {
    this.keep(new Set());
  }
}
