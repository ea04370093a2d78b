/** What each sees who leaves it to the server, kept by the policy. */
import type { Clock, Logger } from '@plenum/hyperty';
import type { ChosenView, ParticipantId } from '@plenum/protocol';
import type { Participant } from './participant.ts';
import { atFirst, chooseView, isDueLater, type ViewChoice, type ViewFacts } from './view-policy.ts';

export interface ViewChoicesContext {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly factsOf: (viewer: Participant) => ViewFacts;
  /** Some may be due to see something else now: they are to be reviewed. */
  readonly onDue: () => void;
}

/** Milliseconds: the policy counts in minutes. */
const reviewEveryMs = 5_000;

export class ViewChoices {
  readonly #context: ViewChoicesContext;
  readonly #choices = new Map<ParticipantId, ViewChoice>();
  #stopWaiting: (() => void) | undefined;

  constructor(context: ViewChoicesContext) {
    this.#context = context;
  }

  /** @param viewers Who leaves it to the server now. Says whether somebody sees something else. */
  review(viewers: readonly Participant[]): boolean {
    const { clock, logger, factsOf, onDue } = this.#context;
    const ids = new Set(viewers.map(({ id }) => id));
    for (const id of this.#choices.keys()) if (!ids.has(id)) this.#choices.delete(id);
    let isChanged = false;
    let isDue = false;
    for (const viewer of viewers) {
      // Of who comes back soon, or has others straight, nothing is to be found out now.
      if (viewer.link === undefined) continue;
      const before = this.#choices.get(viewer.id) ?? atFirst;
      const facts = factsOf(viewer);
      const after = chooseView(before, facts, clock.now());
      this.#choices.set(viewer.id, after);
      isDue ||= isDueLater(after, facts);
      if (after.view === before.view) continue;
      isChanged = true;
      const reason = after.view === 'composite' ? after.reason : undefined;
      logger.info('a view was chosen', { participantId: viewer.id, view: after.view, reason, ...facts });
    }
    if (isDue) {
      this.#stopWaiting ??= clock.after(reviewEveryMs, () => {
        this.#stopWaiting = undefined;
        onDue();
      });
    }
    return isChanged;
  }

  /** What was chosen for somebody; undefined where nothing is to be said of it. */
  of(id: ParticipantId): ChosenView | undefined {
    const choice = this.#choices.get(id);
    return choice?.view === 'composite' ? { view: 'composite', reason: choice.reason } : undefined;
  }

  /** May be called more than once. */
  close(): void {
    this.#stopWaiting?.();
    this.#choices.clear();
  }
}
