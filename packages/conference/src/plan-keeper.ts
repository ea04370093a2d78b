/** Keeps a room's plan by the policy: to the media server at once, back to a mesh when it has been due for a while. */
import type { Clock } from '@plenum/hyperty';
import type { Plan } from '@plenum/protocol';
import { decidePlan, type PlanDecision, type TopologyFacts } from './topology-policy.ts';

export interface PlanKeeperContext {
  readonly clock: Clock;
  readonly limits: { readonly meshAgainAfterMs: number };
  readonly plan: () => Plan;
  readonly facts: () => TopologyFacts;
  /** Goes another way from now on. */
  readonly onPlan: (decision: PlanDecision) => void;
}

export class PlanKeeper {
  readonly #context: PlanKeeperContext;
  #stopWaiting: (() => void) | undefined;

  constructor(context: PlanKeeperContext) {
    this.#context = context;
  }

  /** Something that the policy asks for may be another now. */
  review(): void {
    const decision = decidePlan(this.#context.facts());
    if (decision.plan === this.#context.plan()) return this.#stop();
    if (decision.plan === 'sfu') {
      this.#stop();
      return this.#context.onPlan(decision);
    }
    const { clock, limits } = this.#context;
    this.#stopWaiting ??= clock.after(limits.meshAgainAfterMs, () => {
      this.#stop();
      this.#context.onPlan(decision);
    });
  }

  #stop(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  /** May be called more than once. */
  close(): void {
    this.#stop();
  }
}
