/** Keeps one viewer's slots as they should be: plans, tells the media server, and says it in the server's Connection. */
import type { LinkEstimate, MediaLink, Publisher, SlotWish } from '@plenum/media';
import { type Kind, kindOf, type Layer, type ParticipantId } from '@plenum/protocol';
import { type Allotment, allot, everything, neededFor, tellAllotment } from './allocation.ts';
import type { CompositePlan } from './composite-views.ts';
import { maxLayerFor } from './layers.ts';
import type { ConferenceLimits } from './limits.ts';
import type { Participant } from './participant.ts';
import { isSame } from './room-description.ts';
import {
  isSameContent,
  isShared,
  planSlots,
  type Ranking,
  type SlotContent,
  type SlotView,
  type SourceRef,
  slotsToAdd,
} from './slots.ts';
import { type LineFact, lineFactOf } from './view-policy.ts';

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
  #estimate: LinkEstimate | undefined;
  /** bit/s: what is in the slots, at its smallest. */
  #neededBps = 0;
  #composite: CompositePlan = {
    parts: undefined,
    isPictureLeftOut: false,
    areStreamsShown: true,
    chosen: undefined,
  };
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
    this.#estimate = estimate;
    this.#neededBps = neededFor(count('video'), count('audio'));
    const budget = { ...estimate, sounds: count('audio') };
    this.#allotment = allot(this.#allotment, budget, count('video'), now);
    return this.#allotment.pictures !== before;
  }

  /** What the link carries of pictures. */
  get line(): LineFact {
    const areLeftOut = this.#allotment.pictures !== undefined;
    const isShown = !this.#composite.areStreamsShown;
    return lineFactOf({ isShown, areLeftOut, neededBps: this.#neededBps }, this.#estimate);
  }

  /** At which size the viewer looks at each camera that is in its slots, also where the link is too narrow for it now. */
  get looks(): readonly (readonly [ParticipantId, Layer])[] {
    return this.#viewer.slots.flatMap(({ content }) =>
      typeof content === 'object' && content.source === 'camera'
        ? [[content.participantId, this.#layerOf(content)] as const]
        : [],
    );
  }

  /** Whether not all pictures go through: then it counts who speaks. */
  get isLimited(): boolean {
    return this.#allotment.pictures !== undefined;
  }

  /** Brings the slots in line with who there is. */
  apply({ audio, video }: Rankings, composite: CompositePlan): void {
    this.#composite = composite;
    const slots = this.#viewer.slots;
    const { areStreamsShown } = composite;
    const isOther = ({ participantId }: SourceRef) => areStreamsShown && participantId !== this.#viewer.id;
    const ofKind = (kind: 'audio' | 'video') => slots.filter((slot) => slot.kind === kind);
    const plan = (kind: 'audio' | 'video', ranking: Ranking, mayHave: (source: SourceRef) => boolean) =>
      planKind(ofKind(kind), ranking, mayHave, composite);
    const planned = new Map<string, SlotContent | undefined>([
      ...plan('audio', audio, isOther),
      ...plan('video', video, (source) => isOther(source) && this.#isVisible(source)),
    ]);
    const changes = new Map<string, SlotContent | undefined>();
    for (const { mid, content } of slots) {
      const after = planned.get(mid);
      if (!isSameContent(content, after)) changes.set(mid, after);
    }
    // First, and all in one: whom it reaches has one change of the object to draw.
    this.#viewer.reportSlots(changes);
    this.#paused = this.#leastImportant(ofKind('video'), planned, video);
    this.#viewer.reportPaused(this.#paused);
    this.#viewer.reportAllotment(tellAllotment(this.#allotment));
    this.#viewer.reportChosenView(composite.chosen);
    for (const { mid, content } of slots) this.#put(mid, content, planned.get(mid));
    const screens = video.sources.filter((source) => isShared(source) && isOther(source));
    this.#growFor(ofKind('video').length, screens.length);
  }

  /** The slots of the pictures that do not go through: the small before the large, then who is least likely to be looked at. */
  #leastImportant(
    slots: readonly SlotView[],
    planned: ReadonlyMap<string, SlotContent | undefined>,
    ranking: Ranking,
  ): ReadonlySet<string> {
    if (this.#composite.isPictureLeftOut)
      return new Set(slots.flatMap(({ mid }) => (planned.get(mid) === 'composite' ? [mid] : [])));
    const { pictures } = this.#allotment;
    if (pictures === undefined) return new Set();
    const filled = slots.flatMap(({ mid }) => {
      const content = planned.get(mid);
      return typeof content !== 'object'
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

  #put(mid: string, before: SlotContent | undefined, after: SlotContent | undefined): void {
    if (!isSameContent(before, after) || !this.#isFilledFor(mid, after)) this.#replace(mid, after);
    else if (after !== undefined) this.#adjust(mid, after);
  }

  #isFilledFor(mid: string, content: SlotContent | undefined): boolean {
    return content === undefined || this.#filledFrom.get(mid) === this.#publisherOf(mid, content)?.id;
  }

  #publisherOf(mid: string, content: SlotContent): Publisher | undefined {
    if (content !== 'composite') return this.#linkOf(content.participantId);
    const { parts } = this.#composite;
    return this.#kindOf(mid) === 'audio' ? parts?.sound : parts?.picture;
  }

  #kindOf(mid: string): Kind | undefined {
    return this.#viewer.slots.find((slot) => slot.mid === mid)?.kind;
  }

  #replace(mid: string, content: SlotContent | undefined): void {
    this.#wishes.delete(mid);
    this.#filledFrom.delete(mid);
    const connection = content === undefined ? undefined : this.#publisherOf(mid, content);
    if (content === undefined || connection === undefined) return this.#link.emptySlot(mid);
    const wish = this.#wishFor(mid, content);
    const source =
      content !== 'composite' ? content.source : this.#kindOf(mid) === 'audio' ? 'microphone' : 'camera';
    this.#wishes.set(mid, wish);
    this.#filledFrom.set(mid, connection.id);
    const filled = this.#link.fillSlot(mid, { connection, source, ...wish });
    const undo = () => {
      const now = this.#viewer.slots.find((slot) => slot.mid === mid)?.content;
      if (isSameContent(now, content)) this.#viewer.reportSlots(new Map([[mid, undefined]]));
    };
    filled.then((isFilled) => (isFilled ? undefined : undo()), undo);
  }

  #adjust(mid: string, content: SlotContent): void {
    const wish = this.#wishFor(mid, content);
    const before = this.#wishes.get(mid);
    if (before !== undefined && isSame(before, wish)) return;
    this.#wishes.set(mid, wish);
    // A slot that was emptied meanwhile has nothing to adjust.
    this.#link.adjustSlot(mid, wish).catch(() => undefined);
  }

  #wishFor(mid: string, content: SlotContent): SlotWish {
    // There is nothing beside it that could go before.
    if (content === 'composite') return { maxLayer: 0, priority: 255, isPaused: this.#paused.has(mid) };
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

/** One slot for the composite where there is one to be shown, all others for people. */
function planKind(
  slots: readonly SlotView[],
  ranking: Ranking,
  mayHave: (source: SourceRef) => boolean,
  { parts }: CompositePlan,
): ReadonlyMap<string, SlotContent | undefined> {
  const held = slots.find(({ content }) => content === 'composite');
  const taken = held ?? slots.find(({ content }) => content === undefined) ?? slots.at(-1);
  const composite = parts === undefined ? undefined : taken;
  const sources = slots
    .filter((slot) => slot !== composite)
    .map(({ mid, content }) => ({ mid, content: content === 'composite' ? undefined : content }));
  const planned: [string, SlotContent | undefined][] = [...planSlots(sources, ranking, mayHave)];
  if (composite !== undefined) planned.push([composite.mid, 'composite']);
  return new Map(planned);
}
