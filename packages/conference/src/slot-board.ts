/** Keeps one viewer's slots as they should be: plans, tells the media server, and says it in the server's Connection. */
import type { LinkEstimate, MediaLink, SlotWish } from '@plenum/media';
import { kindOf, type Layer, type ParticipantId } from '@plenum/protocol';
import { type Allotment, allot, everything, tellAllotment } from './allocation.ts';
import { maxLayerFor } from './layers.ts';
import type { ConferenceLimits } from './limits.ts';
import type { Participant } from './participant.ts';
import { isSame } from './room-description.ts';
import {
  isSameSource,
  isShared,
  planSlots,
  type Ranking,
  type SlotView,
  type SourceRef,
  slotsToAdd,
} from './slots.ts';

/** What there is in the room, by kind. */
export interface Rankings {
  readonly audio: Ranking;
  readonly video: Ranking;
}

export class SlotBoard {
  readonly #viewer: Participant;
  readonly #link: MediaLink;
  readonly #limits: Pick<ConferenceLimits, 'videoSlotStep' | 'videoSlotsAtMost'>;
  readonly #linkOf: (id: ParticipantId) => MediaLink | undefined;
  readonly #wishes = new Map<string, SlotWish>();
  #allotment: Allotment = everything;
  /** Slots whose picture is left out for now. */
  #paused: ReadonlySet<string> = new Set();
  /** The connection that a slot was filled from: who comes back has another. */
  readonly #filledFrom = new Map<string, string>();

  constructor(
    viewer: Participant,
    link: MediaLink,
    limits: Pick<ConferenceLimits, 'videoSlotStep' | 'videoSlotsAtMost'>,
    linkOf: (id: ParticipantId) => MediaLink | undefined,
  ) {
    this.#viewer = viewer;
    this.#link = link;
    this.#limits = limits;
    this.#linkOf = linkOf;
  }

  /** Says whether another number of pictures goes through. @param now Milliseconds on the clock. */
  handleEstimate(estimate: LinkEstimate, now: number): boolean {
    const filled = this.#viewer.slots.filter(({ content }) => content !== undefined);
    const count = (kind: 'audio' | 'video') => filled.filter((slot) => slot.kind === kind).length;
    const before = this.#allotment.pictures;
    const budget = { ...estimate, sounds: count('audio') };
    this.#allotment = allot(this.#allotment, budget, count('video'), now);
    return this.#allotment.pictures !== before;
  }

  /** At which size the viewer looks at each camera that is in its slots, also where the link is too narrow for it now. */
  get looks(): readonly (readonly [ParticipantId, Layer])[] {
    return this.#viewer.slots.flatMap(({ content }) =>
      content?.source === 'camera' ? [[content.participantId, this.#layerOf(content)] as const] : [],
    );
  }

  /** Whether not all pictures go through: then it counts who speaks. */
  get isLimited(): boolean {
    return this.#allotment.pictures !== undefined;
  }

  /** Brings the slots in line with who there is. */
  apply({ audio, video }: Rankings): void {
    const slots = this.#viewer.slots;
    const isOther = ({ participantId }: SourceRef) => participantId !== this.#viewer.id;
    const ofKind = (kind: 'audio' | 'video') => slots.filter((slot) => slot.kind === kind);
    const planned = new Map([
      ...planSlots(ofKind('audio'), audio, isOther),
      ...planSlots(ofKind('video'), video, (source) => isOther(source) && this.#isVisible(source)),
    ]);
    const changes = new Map<string, SourceRef | undefined>();
    for (const { mid, content } of slots) {
      const after = planned.get(mid);
      if (!isSameSource(content, after)) changes.set(mid, after);
    }
    // First, and all in one: whom it reaches has one change of the object to draw.
    this.#viewer.reportSlots(changes);
    this.#paused = this.#leastImportant(ofKind('video'), planned, video);
    this.#viewer.reportPaused(this.#paused);
    this.#viewer.reportAllotment(tellAllotment(this.#allotment));
    for (const { mid, content } of slots) this.#put(mid, content, planned.get(mid));
    const screens = video.sources.filter((source) => isShared(source) && isOther(source));
    this.#growFor(ofKind('video').length, screens.length);
  }

  /** The slots of the pictures that do not go through: the small before the large, then who is least likely to be looked at. */
  #leastImportant(
    slots: readonly SlotView[],
    planned: ReadonlyMap<string, SourceRef | undefined>,
    ranking: Ranking,
  ): ReadonlySet<string> {
    const { pictures } = this.#allotment;
    if (pictures === undefined) return new Set();
    const filled = slots.flatMap(({ mid }) => {
      const content = planned.get(mid);
      return content === undefined
        ? []
        : [{ mid, priority: this.#priorityOf(content), place: ranking.placeOf(content) ?? 0 }];
    });
    const byImportance = filled.toSorted((a, b) => b.priority - a.priority || a.place - b.place);
    return new Set(byImportance.slice(pictures).map(({ mid }) => mid));
  }

  /** A viewer that shows more people, besides what they share, than it has slots for gets more of them. */
  #growFor(present: number, screens: number): void {
    const shown = Object.entries(this.#viewer.wanted ?? {}).filter(([, height]) => height > 0);
    const onScreen = shown.filter(([id]) => this.#linkOf(id as ParticipantId) !== undefined).length;
    const added = slotsToAdd(present, onScreen + screens, this.#limits);
    if (added > 0) this.#viewer.grow({ audio: 0, video: added });
  }

  /** What is shared is on the screen also while its owner's face is not. */
  #isVisible(source: SourceRef): boolean {
    const { wanted } = this.#viewer;
    return wanted === undefined || isShared(source) || (wanted[source.participantId] ?? 0) > 0;
  }

  #put(mid: string, before: SourceRef | undefined, after: SourceRef | undefined): void {
    if (!isSameSource(before, after) || !this.#isFilledFor(mid, after)) this.#replace(mid, after);
    else if (after !== undefined) this.#adjust(mid, after);
  }

  #isFilledFor(mid: string, content: SourceRef | undefined): boolean {
    return content === undefined || this.#filledFrom.get(mid) === this.#linkOf(content.participantId)?.id;
  }

  #replace(mid: string, content: SourceRef | undefined): void {
    this.#wishes.delete(mid);
    this.#filledFrom.delete(mid);
    const connection = content === undefined ? undefined : this.#linkOf(content.participantId);
    if (content === undefined || connection === undefined) return this.#link.emptySlot(mid);
    const wish = this.#wishFor(mid, content);
    this.#wishes.set(mid, wish);
    this.#filledFrom.set(mid, connection.id);
    const filled = this.#link.fillSlot(mid, { connection, source: content.source, ...wish });
    const undo = () => {
      const now = this.#viewer.slots.find((slot) => slot.mid === mid)?.content;
      if (isSameSource(now, content)) this.#viewer.reportSlots(new Map([[mid, undefined]]));
    };
    filled.then((isFilled) => (isFilled ? undefined : undo()), undo);
  }

  #adjust(mid: string, content: SourceRef): void {
    const wish = this.#wishFor(mid, content);
    const before = this.#wishes.get(mid);
    if (before !== undefined && isSame(before, wish)) return;
    this.#wishes.set(mid, wish);
    // A slot that was emptied meanwhile has nothing to adjust.
    this.#link.adjustSlot(mid, wish).catch(() => undefined);
  }

  #wishFor(mid: string, content: SourceRef): SlotWish {
    if (kindOf(content.source) === 'audio') return { maxLayer: 0, priority: 255, isPaused: false };
    const priority = this.#priorityOf(content);
    const isPaused = this.#paused.has(mid);
    // Rather another picture than a larger one, and never at the cost of sound.
    if (this.isLimited) return { maxLayer: 0, priority, hasHalfFrames: true, isPaused };
    return { maxLayer: this.#layerOf(content), priority, isPaused };
  }

  /** A screen has one layer. */
  #layerOf({ participantId, source }: SourceRef): Layer {
    return source === 'camera' ? maxLayerFor(this.#viewer.wanted?.[participantId]) : 0;
  }

  /** The larger a tile, the more it is looked at; a screen goes before all faces: half of a text cannot be read. */
  #priorityOf(content: SourceRef): number {
    return isShared(content) ? 255 : 50 + this.#layerOf(content) * 50;
  }
}
