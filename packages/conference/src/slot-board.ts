/** Keeps one viewer's slots as they should be: plans, tells the media server, and says it in the server's Connection. */
import type { MediaConnection, SlotWish } from '@plenum/media';
import type { ParticipantId } from '@plenum/protocol';
import { maxLayerFor } from './layers.ts';
import type { ConferenceLimits } from './limits.ts';
import type { Participant } from './participant.ts';
import { isSameSource, planSlots, type Ranking, type SourceRef, slotsToAdd } from './slots.ts';

/** What there is in the room, by kind. */
export interface Rankings {
  readonly audio: Ranking;
  readonly video: Ranking;
}

export class SlotBoard {
  readonly #viewer: Participant;
  readonly #link: MediaConnection;
  readonly #limits: Pick<ConferenceLimits, 'videoSlotStep' | 'videoSlotsAtMost'>;
  readonly #linkOf: (id: ParticipantId) => MediaConnection | undefined;
  readonly #wishes = new Map<string, SlotWish>();
  /** The connection that a slot was filled from: who comes back has another. */
  readonly #filledFrom = new Map<string, string>();

  constructor(
    viewer: Participant,
    link: MediaConnection,
    limits: Pick<ConferenceLimits, 'videoSlotStep' | 'videoSlotsAtMost'>,
    linkOf: (id: ParticipantId) => MediaConnection | undefined,
  ) {
    this.#viewer = viewer;
    this.#link = link;
    this.#limits = limits;
    this.#linkOf = linkOf;
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
    for (const { mid, content } of slots) this.#put(mid, content, planned.get(mid));
    this.#growFor(ofKind('video').length);
  }

  /** A viewer that shows more people than it has slots for gets more of them. */
  #growFor(present: number): void {
    const shown = Object.entries(this.#viewer.wanted ?? {}).filter(([, height]) => height > 0);
    const onScreen = shown.filter(([id]) => this.#linkOf(id as ParticipantId) !== undefined).length;
    const added = slotsToAdd(present, onScreen, this.#limits);
    if (added > 0) this.#viewer.grow({ audio: 0, video: added });
  }

  #isVisible({ participantId }: SourceRef): boolean {
    const { wanted } = this.#viewer;
    return wanted === undefined || (wanted[participantId] ?? 0) > 0;
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
    const wish = this.#wishFor(content);
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
    const wish = this.#wishFor(content);
    const before = this.#wishes.get(mid);
    if (before?.maxLayer === wish.maxLayer && before.priority === wish.priority) return;
    this.#wishes.set(mid, wish);
    // A slot that was emptied meanwhile has nothing to adjust.
    this.#link.adjustSlot(mid, wish).catch(() => undefined);
  }

  #wishFor({ participantId, source }: SourceRef): SlotWish {
    if (source === 'microphone' || source === 'screen-audio') return { maxLayer: 0, priority: 255 };
    const maxLayer = maxLayerFor(this.#viewer.wanted?.[participantId]);
    // The larger a tile, the more it is looked at.
    return { maxLayer, priority: 50 + maxLayer * 50 };
  }
}
