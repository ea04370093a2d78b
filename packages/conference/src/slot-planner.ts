/** Plans who is in whose slots, for everybody in one room: at once where it can be, and never more than a large room bears. */
import type { Clock } from '@plenum/hyperty';
import type { LinkEstimate, MediaLink } from '@plenum/media';
import { type Kind, kindOf, type Layer, type ParticipantId } from '@plenum/protocol';
import { CompositeViews, type CompositeViewsContext } from './composite-views.ts';
import { LayerDemands } from './layer-demand.ts';
import type { ConferenceLimits } from './limits.ts';
import { Pacer, pauseMsFor } from './pacer.ts';
import type { Participant } from './participant.ts';
import { type Rankings, SlotBoard } from './slot-board.ts';
import { type Ranking, rankSources } from './slots.ts';

export interface PlannerContext {
  readonly clock: Clock;
  readonly limits: ConferenceLimits;
  /** Everybody in the room, as it is at any time. */
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  readonly composite: Omit<CompositeViewsContext, 'clock' | 'participants' | 'lineOf' | 'onChanged'>;
  /** What can be shown of somebody may be another now. */
  readonly onPlanned: () => void;
  /** Somebody's slots could not be planned. */
  readonly onFailed: (viewer: ParticipantId, thrown: unknown) => void;
}

/**
 * A browser that is to send another size makes whole pictures, and none for whoever asks within 300 ms after: who has just come
 * might wait for the first one. How often that is so was not measured.
 */
const firstPicturesMs = 1_000;

export class SlotPlanner {
  readonly #context: PlannerContext;
  readonly #boards = new Map<ParticipantId, SlotBoard>();
  /** Whose looks count, or what keeps them from being counted later. */
  readonly #watching = new Map<ParticipantId, 'watching' | (() => void)>();
  readonly #lastSpoke = new Map<ParticipantId, number>();
  /** Whose slots are to be planned anew. */
  readonly #outdated = new Set<ParticipantId>();
  /** Until what it is made of changes. */
  #ranked: Rankings | undefined;
  readonly #forAll: Pacer;
  readonly #demands: LayerDemands;
  readonly #reviewDemands: Pacer;
  readonly #composite: CompositeViews;

  constructor(context: PlannerContext) {
    this.#context = context;
    const { clock, participants, composite } = context;
    this.#composite = new CompositeViews({
      ...composite,
      clock,
      participants,
      lineOf: (id) => this.#boards.get(id)?.line ?? 'streams',
      onChanged: () => this.planForAll(),
    });
    this.#forAll = new Pacer(clock, () => {
      this.#plan(participants.keys());
      return pauseMsFor(participants.size);
    });
    // It looks at what everybody looks at.
    this.#reviewDemands = new Pacer(clock, () => {
      this.#demands.review();
      return pauseMsFor(participants.size);
    });
    this.#demands = new LayerDemands({
      clock,
      looks: () => this.#looks(),
      ask: (id, largest) => participants.get(id)?.reportShownLayer(largest),
    });
  }

  /** Somebody is to be shown others, by a first link or another; what there is already is put into the slots now. */
  add(viewer: Participant, link: MediaLink): void {
    const { limits, participants } = this.#context;
    const board = new SlotBoard(viewer, link, limits, (id) => participants.get(id)?.media);
    this.#stopWatching(viewer.id);
    this.#boards.set(viewer.id, board);
    this.#composite.follow();
    board.apply(this.#rankings(), this.#composite.planFor(viewer));
    this.#demands.add(viewer.id);
  }

  /** Media flows to somebody: after their first pictures they count among those for whom a camera is sent larger. */
  handleConnected(viewer: ParticipantId): void {
    if (!this.#boards.has(viewer) || this.#watching.has(viewer)) return;
    const begin = () => {
      this.#watching.set(viewer, 'watching');
      this.#reviewDemands.ask();
    };
    this.#watching.set(viewer, this.#context.clock.after(firstPicturesMs, begin));
  }

  #stopWatching(viewer: ParticipantId): void {
    const watching = this.#watching.get(viewer);
    if (typeof watching === 'function') watching();
    this.#watching.delete(viewer);
  }

  remove(id: ParticipantId): void {
    this.#stopWatching(id);
    this.#boards.delete(id);
    this.#demands.remove(id);
    this.#lastSpoke.delete(id);
    this.planForAll();
  }

  /** What follows from it may be due only some time later, with an estimate like it. */
  handleEstimate(viewer: ParticipantId, estimate: LinkEstimate): void {
    const isAnother = this.#boards.get(viewer)?.handleEstimate(estimate, this.#context.clock.now()) === true;
    const isAnotherSize = this.#composite.handleEstimate(viewer, estimate);
    if (isAnother || isAnotherSize) this.#plan([viewer]);
  }

  handleSpeakers(ids: readonly ParticipantId[]): void {
    const now = this.#context.clock.now();
    for (const id of ids) this.#lastSpoke.set(id, now);
    if (ids.length === 0) return;
    if (this.#areSlotsScarce()) return this.planForAll();
    const limited = [...this.#boards].flatMap(([id, { isLimited }]) => (isLimited ? [id] : []));
    if (limited.length === 0) return;
    this.#ranked = undefined;
    this.#plan(limited);
  }

  /** Where everything fits, who speaks does not change what is shown. */
  #areSlotsScarce(): boolean {
    const { slots } = this.#context.limits;
    const { audio, video } = this.#rankings();
    // One's own are in nobody's own slots.
    return audio.sources.length - 1 > slots.audio || video.sources.length - 1 > slots.video;
  }

  /**
   * What can be shown changed. At once; but in a large room it is much work, and nobody shall keep the server busy by
   * muting and unmuting: the next time is after a pause, for all that changed meanwhile.
   */
  planForAll(): void {
    this.#ranked = undefined;
    this.#forAll.ask();
  }

  /** Another is shown as the one who speaks, or with a hand up: it is seen in the composite, and in nobody's slots. */
  handleShown(): void {
    this.#composite.follow();
  }

  /** What somebody wants to see changed. */
  planFor(viewer: ParticipantId): void {
    this.#plan([viewer]);
  }

  /** Once for all that happens in this turn. */
  #plan(viewers: Iterable<ParticipantId>): void {
    if (this.#outdated.size === 0) queueMicrotask(() => this.#planOutdated());
    for (const id of viewers) this.#outdated.add(id);
  }

  #planOutdated(): void {
    const viewers = [...this.#outdated];
    this.#outdated.clear();
    this.#composite.follow();
    for (const id of viewers) this.#apply(id);
    this.#context.onPlanned();
    this.#reviewDemands.ask();
  }

  /** The largest size at which anybody looks at each camera. */
  #looks(): ReadonlyMap<ParticipantId, Layer> {
    const largest = new Map(this.#composite.looks);
    for (const [viewer, { looks }] of this.#boards) {
      if (this.#watching.get(viewer) !== 'watching') continue;
      for (const [id, layer] of looks) if (layer > (largest.get(id) ?? -1)) largest.set(id, layer);
    }
    return largest;
  }

  /** Nobody waits for this, so what is thrown must end here; it concerns one viewer, and the others are planned for. */
  #apply(viewer: ParticipantId): void {
    try {
      const participant = this.#context.participants.get(viewer);
      if (participant === undefined) return;
      this.#boards.get(viewer)?.apply(this.#rankings(), this.#composite.planFor(participant));
    } catch (thrown) {
      this.#context.onFailed(viewer, thrown);
    }
  }

  #rankings(): Rankings {
    this.#ranked ??= { audio: this.#rank('audio'), video: this.#rank('video') };
    return this.#ranked;
  }

  #rank(kind: Kind): Ranking {
    const sources = [...this.#context.participants.values()].flatMap((participant) =>
      participant.available
        .filter((source) => kindOf(source) === kind)
        .map((source) => ({
          participantId: participant.id,
          source,
          muted: participant.publications[source]?.muted ?? true,
          lastSpoke: this.#lastSpoke.get(participant.id),
          order: participant.identity.order,
        })),
    );
    return rankSources(sources);
  }

  /** May be called more than once. */
  close(): void {
    this.#forAll.close();
    this.#reviewDemands.close();
    this.#demands.close();
    this.#composite.close();
    for (const viewer of [...this.#watching.keys()]) this.#stopWatching(viewer);
    this.#boards.clear();
  }
}
