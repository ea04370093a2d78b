/** Plans who is in whose slots, for everybody in one room: at once where it can be, and never more than a large room bears. */
import type { Clock } from '@plenum/hyperty';
import type { MediaConnection } from '@plenum/media';
import { type Kind, kindOf, type ParticipantId } from '@plenum/protocol';
import type { ConferenceLimits } from './limits.ts';
import type { Participant } from './participant.ts';
import { SlotBoard } from './slot-board.ts';
import { type Ranking, rankSources } from './slots.ts';

/** In rooms up to this size planning for everybody is no work worth speaking of. */
const smallRoom = 20;

/** Milliseconds of pause for each participant beyond; planning for one takes about a tenth of it. */
const pauseMsEach = 2;

export interface PlannerContext {
  readonly clock: Clock;
  readonly limits: ConferenceLimits;
  /** Everybody in the room, as it is at any time. */
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
}

export class SlotPlanner {
  readonly #context: PlannerContext;
  readonly #boards = new Map<ParticipantId, SlotBoard>();
  readonly #lastSpoke = new Map<ParticipantId, number>();
  /** Whose slots are to be planned anew. */
  readonly #outdated = new Set<ParticipantId>();
  /** Counts what would have everybody's slots planned. */
  #changes = 0;
  #stopPause: (() => void) | undefined;
  #isClosed = false;

  constructor(context: PlannerContext) {
    this.#context = context;
  }

  /** Somebody is to be shown others; what there is already is put into the slots now. */
  add(viewer: Participant, link: MediaConnection): void {
    const { limits, participants } = this.#context;
    const board = new SlotBoard(viewer, link, limits, (id) => participants.get(id)?.link);
    this.#boards.set(viewer.id, board);
    board.apply(this.#rankings());
  }

  remove(id: ParticipantId): void {
    this.#boards.delete(id);
    this.#lastSpoke.delete(id);
    this.planForAll();
  }

  handleSpeakers(ids: readonly ParticipantId[]): void {
    const now = this.#context.clock.now();
    for (const id of ids) this.#lastSpoke.set(id, now);
    if (ids.length > 0 && this.#areSlotsScarce()) this.planForAll();
  }

  /** Where everybody fits, who speaks does not change who is shown. */
  #areSlotsScarce(): boolean {
    const { audio, video } = this.#context.limits.slots;
    return this.#context.participants.size - 1 > Math.min(audio, video);
  }

  /**
   * What can be shown changed. At once; but in a large room it is much work, and nobody shall keep the server busy by
   * muting and unmuting: the next time is after a pause, for all that changed meanwhile.
   */
  planForAll(): void {
    this.#changes += 1;
    if (this.#isClosed || this.#stopPause !== undefined) return;
    const { clock, participants } = this.#context;
    this.#plan(participants.keys());
    const pauseMs = pauseMsEach * (participants.size - smallRoom);
    if (pauseMs <= 0) return;
    const planned = this.#changes;
    this.#stopPause = clock.after(pauseMs, () => {
      this.#stopPause = undefined;
      if (this.#changes !== planned) this.planForAll();
    });
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
    const rankings = this.#rankings();
    for (const id of this.#outdated) this.#boards.get(id)?.apply(rankings);
    this.#outdated.clear();
  }

  #rankings() {
    return { audio: this.#rank('audio'), video: this.#rank('video') };
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
    this.#isClosed = true;
    this.#stopPause?.();
    this.#boards.clear();
  }
}
