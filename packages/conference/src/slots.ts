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

export interface SlotView {
  readonly mid: string;
  readonly content: SourceRef | undefined;
}

/**
 * The content of every slot after the change.
 * @param slots The viewer's slots of one kind.
 * @param candidates Every source of that kind that the viewer may have, best first. The first as many as there are
 * slots are shown; those behind keep a slot that nobody better needs.
 */
export function planSlots(
  slots: readonly SlotView[],
  candidates: readonly SourceRef[],
): ReadonlyMap<string, SourceRef | undefined> {
  const rank = new Map(candidates.map((candidate, index) => [keyOf(candidate), index]));
  const rankOf = ({ content }: SlotView) => (content === undefined ? undefined : rank.get(keyOf(content)));
  const shown = new Set(slots.flatMap(({ content }) => (content === undefined ? [] : [keyOf(content)])));
  const missing = candidates.slice(0, slots.length).filter((candidate) => !shown.has(keyOf(candidate)));

  // Empty slots and those of sources that are gone go first, then the ones of the lowest rank.
  const givenUp = slots
    .filter((slot) => (rankOf(slot) ?? Number.POSITIVE_INFINITY) >= slots.length)
    .sort((a, b) => (rankOf(b) ?? Number.POSITIVE_INFINITY) - (rankOf(a) ?? Number.POSITIVE_INFINITY) || 0);
  const fillings = new Map(missing.map((candidate, index) => [givenUp[index]?.mid, candidate]));

  return new Map(
    slots.map((slot) => {
      const kept = rankOf(slot) === undefined ? undefined : slot.content;
      return [slot.mid, fillings.get(slot.mid) ?? kept];
    }),
  );
}

function keyOf({ participantId, source }: SourceRef): string {
  return `${participantId} ${source}`;
}

export function isSameSource(a: SourceRef | undefined, b: SourceRef | undefined): boolean {
  return a?.participantId === b?.participantId && a?.source === b?.source;
}

/** What the ranking of one source depends on. */
export interface RankedSource extends SourceRef {
  readonly muted: boolean;
  /** Milliseconds on the clock; undefined for who has not spoken. */
  readonly lastSpoke: number | undefined;
  /** Order of joining. */
  readonly order: number;
}

/** Best first: what is not muted, then who spoke last, then who came first. */
export function rankSources(sources: readonly RankedSource[]): readonly RankedSource[] {
  return sources.toSorted(
    (a, b) =>
      Number(a.muted) - Number(b.muted) || (b.lastSpoke ?? 0) - (a.lastSpoke ?? 0) || a.order - b.order,
  );
}
