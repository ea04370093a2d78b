/**
 * Who is in which slot of one viewer: a pure function of what the viewer has now and of the sources there are, best
 * first. What is shown stays where it is as long as it may, so that nothing flickers and nothing is negotiated.
 */
import type { ParticipantId, Source } from '@plenum/protocol';

/** One participant's source. */
export interface SourceRef {
  readonly participantId: ParticipantId;
  readonly source: Source;
}

/** What a slot carries: somebody's source, or what the server makes of everybody's. */
export type SlotContent = SourceRef | 'composite';

export interface SlotView {
  readonly mid: string;
  readonly content: SlotContent | undefined;
}

/** A slot for somebody's source. */
export interface SourceSlot {
  readonly mid: string;
  readonly content: SourceRef | undefined;
}

/** All sources of one kind, best first. Made once for all viewers, so that planning for one takes no longer in a large room. */
export class Ranking {
  readonly sources: readonly SourceRef[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(sources: readonly SourceRef[]) {
    this.sources = sources;
    this.#places = new Map(sources.map((source, index) => [keyOf(source), index]));
  }

  /** 0 for the best; undefined for what is not there. */
  placeOf(source: SourceRef): number | undefined {
    return this.#places.get(keyOf(source));
  }
}

/**
 * The content of every slot after the change: of the sources that the viewer may have, the first as many as there are
 * slots are shown; those behind keep a slot that nobody better needs.
 * @param slots The viewer's slots of one kind.
 */
export function planSlots(
  slots: readonly SourceSlot[],
  ranking: Ranking,
  mayHave: (source: SourceRef) => boolean = () => true,
): ReadonlyMap<string, SourceRef | undefined> {
  const placeOf = ({ content }: SourceSlot) =>
    content !== undefined && mayHave(content) ? ranking.placeOf(content) : undefined;
  const best = firstOf(ranking.sources, mayHave, slots.length);
  const bestKeys = new Set(best.map(keyOf));
  const shown = new Set(slots.flatMap(({ content }) => (content === undefined ? [] : [keyOf(content)])));
  const missing = best.filter((source) => !shown.has(keyOf(source)));

  // Empty slots and those of sources that are gone go first, then the ones of the lowest rank.
  const givenUp = slots
    .filter(({ content }) => content === undefined || !bestKeys.has(keyOf(content)))
    .sort((a, b) => (placeOf(b) ?? Number.POSITIVE_INFINITY) - (placeOf(a) ?? Number.POSITIVE_INFINITY) || 0);
  const fillings = new Map(missing.map((source, index) => [givenUp[index]?.mid, source]));

  return new Map(
    slots.map((slot) => {
      const kept = placeOf(slot) === undefined ? undefined : slot.content;
      return [slot.mid, fillings.get(slot.mid) ?? kept];
    }),
  );
}

function firstOf(
  sources: readonly SourceRef[],
  mayHave: (source: SourceRef) => boolean,
  count: number,
): readonly SourceRef[] {
  const found: SourceRef[] = [];
  for (const source of sources) {
    if (found.length === count) break;
    if (mayHave(source)) found.push(source);
  }
  return found;
}

function keyOf({ participantId, source }: SourceRef): string {
  return `${participantId} ${source}`;
}

export function isSameContent(a: SlotContent | undefined, b: SlotContent | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.participantId === b.participantId && a.source === b.source;
}

/** What the ranking of one source depends on. */
export interface RankedSource extends SourceRef {
  readonly muted: boolean;
  /** Milliseconds on the clock; undefined for who has not spoken. */
  readonly lastSpoke: number | undefined;
  /** Order of joining. */
  readonly order: number;
}

/** Best first: what is not muted, then what somebody shares, then who spoke last, then who came first. */
export function rankSources(sources: readonly RankedSource[]): Ranking {
  return new Ranking(
    sources.toSorted(
      (a, b) =>
        Number(a.muted) - Number(b.muted) ||
        Number(isShared(b)) - Number(isShared(a)) ||
        (b.lastSpoke ?? 0) - (a.lastSpoke ?? 0) ||
        a.order - b.order,
    ),
  );
}

/** Whether it is of a screen: who shares one wants everybody to look, and everybody does. */
export function isShared({ source }: Pick<SourceRef, 'source'>): boolean {
  return source === 'screen' || source === 'screen-audio';
}

/** How many slots to add, in whole steps, so that all on the screen can be shown; as far as the limit goes. */
export function slotsToAdd(
  present: number,
  onScreen: number,
  { videoSlotStep, videoSlotsAtMost }: { readonly videoSlotStep: number; readonly videoSlotsAtMost: number },
): number {
  const steps = Math.ceil(Math.max(0, onScreen - present) / videoSlotStep);
  return Math.max(0, Math.min(steps * videoSlotStep, videoSlotsAtMost - present));
}
