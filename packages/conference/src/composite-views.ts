/** Who sees the composite, and what it is made of for them; the composite itself is made while anybody does. */
import type { Clock, Logger } from '@plenum/hyperty';
import type { LinkEstimate, MediaMix, MixCodec, MixOptions } from '@plenum/media';
import type { ChosenView, CompositeLayout, ConferenceError, Layer, ParticipantId } from '@plenum/protocol';
import { Composite, type CompositeParts } from './composite.ts';
import { type CompositePerson, codecFor, composeContent } from './composite-content.ts';
import { CompositeSizes } from './composite-sizes.ts';
import type { Participant } from './participant.ts';
import { ViewChoices } from './view-choices.ts';
import type { LineFact } from './view-policy.ts';

export interface CompositeViewsContext {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  /** Who is or was the last to speak. */
  readonly speaker: () => ParticipantId | undefined;
  readonly createMix: (options: MixOptions) => Promise<MediaMix>;
  /** Whether it is shown to who did not say what they want to see. */
  readonly isDefault: () => boolean;
  readonly layout: () => CompositeLayout;
  /** What somebody's link carries. */
  readonly lineOf: (id: ParticipantId) => LineFact;
  /** Whether it is needed also where nobody sees it; broadcast it is in H.264, whoever sees it. */
  readonly isRecorded: () => boolean;
  readonly isBroadcast: () => boolean;
  readonly onMix: (mix: MediaMix | undefined, codec: MixCodec | undefined) => void;
  readonly onRefused: (reason: ConferenceError) => void;
  /** What is to be in the slots of who sees it is another now. */
  readonly onChanged: () => void;
}

/** What is in the slots of somebody. */
export interface CompositePlan {
  /** The composite, where they are to have it. */
  readonly parts: CompositeParts | undefined;
  /** Whether its picture is left out for now: the link carries only sound. */
  readonly isPictureLeftOut: boolean;
  /** Whether they have everybody's own as well, or instead. */
  readonly areStreamsShown: boolean;
  /** What was chosen for who leaves that to the server. */
  readonly chosen: ChosenView | undefined;
}

/** Milliseconds in which what is in one's slots is shown, unless one does not decode it. */
const shownWithinMs = 4_000;

export class CompositeViews {
  readonly #context: CompositeViewsContext;
  readonly #composite: Composite;
  readonly #choices: ViewChoices;
  /** Since when they have it in their slots, and do not show it; milliseconds on the clock. */
  readonly #waiting = new Map<ParticipantId, number>();
  /** Who does not show H.264, whatever their browser says: some have no decoder for what they name. */
  readonly #without = new Set<ParticipantId>();
  readonly #sizes: CompositeSizes;
  /** Whose cameras send. */
  #seen: ReadonlySet<ParticipantId> = new Set();
  /** For how many it was needed that do not look at it. */
  #outputs = 0;
  #stopWaiting: (() => void) | undefined;

  constructor(context: CompositeViewsContext) {
    this.#context = context;
    const { clock, logger, createMix, onChanged, onMix, onRefused } = context;
    this.#composite = new Composite({ clock, logger, createMix, onChanged, onMix, onRefused });
    this.#choices = new ViewChoices({
      clock,
      logger,
      factsOf: (viewer) => ({
        others: this.#seen.size - (this.#seen.has(viewer.id) ? 1 : 0),
        isBehind: viewer.isBehind,
        line: context.lineOf(viewer.id),
        isToBeHad: !this.#composite.isRefused,
      }),
      onDue: () => this.follow(),
    });
    this.#sizes = new CompositeSizes({ clock, logger, onDue: onChanged });
  }

  /** Somebody may see it now, or no longer, or be in it. */
  follow(): void {
    const { participants, layout, isRecorded, isBroadcast } = this.#context;
    const everybody = [...participants.values()];
    this.#seen = new Set(everybody.filter(isSeen).map(({ id }) => id));
    const leaving = everybody.filter((participant) => this.#leavesIt(participant));
    if (this.#choices.review(leaving)) this.#context.onChanged();
    const viewers = everybody.filter((participant) => this.#needs(participant));
    const viewerIds = new Set(viewers.map(({ id }) => id));
    this.#composite.keepSoundsOf(viewerIds);
    const showing = viewers.filter((viewer) => viewer.isCompositeShown && !this.#isChosenFor(viewer));
    this.#sizes.keep(new Set(showing.map(({ id }) => id)));
    this.#composite.showSmall(viewers.some((viewer) => this.#needsSmall(viewer)));
    for (const id of this.#waiting.keys()) if (!viewerIds.has(id)) this.#waiting.delete(id);
    for (const id of this.#without) if (!participants.has(id)) this.#without.delete(id);
    const facts = () => ({
      people: everybody
        .filter(({ isIn, isWithMedia }) => isIn && isWithMedia)
        .toSorted((a, b) => a.identity.order - b.identity.order)
        .map(describe),
      speaker: this.#context.speaker(),
      layout: layout(),
    });
    const outputs = [isRecorded(), isBroadcast()].filter(Boolean).length;
    const isJustAskedFor = outputs > this.#outputs;
    this.#outputs = outputs;
    const wanted = () => ({
      content: composeContent(facts()),
      codecs: this.#codecsFor(viewers),
      isUnasked: outputs === 0 && viewers.every((viewer) => this.#leavesIt(viewer)),
    });
    const isWanted = viewers.length > 0 || outputs > 0;
    this.#composite.follow(isWanted ? wanted() : undefined, isJustAskedFor);
    for (const viewer of viewers) this.#watch(viewer);
  }

  /** VP8 once it was needed stays for as long as there is a picture: to change back helps nobody who looks at it. */
  #codecsFor(viewers: readonly Participant[]): readonly MixCodec[] {
    if (this.#context.isBroadcast()) return ['h264'];
    if (this.#composite.codec === 'vp8') return ['vp8'];
    const decoding = viewers.filter((viewer) => this.#decodes(viewer, 'h264'));
    if (decoding.length === viewers.length) return ['h264'];
    // The dearer one may be more than the mixer can do.
    return decoding.length > 0 || this.#context.isRecorded() ? ['vp8', 'h264'] : ['vp8'];
  }

  #decodes({ id, capabilities }: Participant, codec: MixCodec): boolean {
    if (codec === 'vp8') return true;
    return !this.#without.has(id) && codecFor([capabilities]) === 'h264';
  }

  #watch(viewer: Participant): void {
    const { id, link, isCompositeShown } = viewer;
    // Of who is not there for the moment nothing can be said.
    const isThere = link?.wasConnected === true && !link.isLost;
    const isAsked = this.#composite.codec === 'h264' && this.#decodes(viewer, 'h264');
    // For whom it was chosen both may be too much for a while; where it is no help that is found out otherwise.
    const isDue = isThere && isAsked && !this.#isChosenFor(viewer) && this.#partsFor(viewer) !== undefined;
    if (!isDue || isCompositeShown) {
      this.#waiting.delete(id);
      return;
    }
    const { clock, onChanged } = this.#context;
    const since = this.#waiting.get(id) ?? clock.now();
    this.#waiting.set(id, since);
    if (clock.now() - since < shownWithinMs) {
      this.#stopWaiting ??= clock.after(shownWithinMs, () => {
        this.#stopWaiting = undefined;
        onChanged();
      });
    } else {
      this.#without.add(id);
      this.#context.logger.info('somebody does not show H.264', { participantId: id });
      onChanged();
    }
  }

  #wants({ id, view }: Participant): boolean {
    if (view === 'streams' || view === 'composite') return view === 'composite';
    return this.#context.isDefault() || (view === 'auto' && this.#choices.of(id) !== undefined);
  }

  /** Leaves it to the server what it sees, in a room that is for neither. */
  #leavesIt({ view, isOutside }: Participant): boolean {
    return view === 'auto' && !isOutside && !this.#context.isDefault();
  }

  /** For whom even each in their smallest size is too much, or whose link does not carry it, the one picture is no larger than it needs to be. */
  #needsSmall(viewer: Participant): boolean {
    return this.#isChosenFor(viewer) || this.#sizes.of(viewer.id) !== 'large';
  }

  #isChosenFor(viewer: Participant): boolean {
    return this.#leavesIt(viewer) && this.#choices.of(viewer.id) !== undefined;
  }

  /** Says whether they are sent another size of it now. */
  handleEstimate(id: ParticipantId, estimate: LinkEstimate): boolean {
    const viewer = this.#context.participants.get(id);
    // While streams are sent as well an estimate says nothing of it; for whom it was chosen that is chosen anew, or not.
    const isShown = viewer?.isCompositeShown === true && !this.planFor(viewer).areStreamsShown;
    if (!isShown || this.#isChosenFor(viewer)) return false;
    return this.#sizes.handleEstimate(id, estimate);
  }

  #partsFor(viewer: Participant): CompositeParts | undefined {
    return this.#composite.partsFor(viewer.id, this.#needsSmall(viewer));
  }

  /** Wants it, or has not gone over to everybody's own yet. */
  #needs(participant: Participant): boolean {
    const { link, isOutside, isCompositeShown } = participant;
    // Who sends from outside has nowhere to show it.
    return link !== undefined && !isOutside && (this.#wants(participant) || isCompositeShown);
  }

  /** What somebody has in their slots: for a while both, so that they go over from one to the other without a gap. */
  planFor(viewer: Participant): CompositePlan {
    // Who does not decode what there is has everybody's own.
    const isTheirs = this.#needs(viewer) && this.#decodes(viewer, this.#composite.codec ?? 'h264');
    const parts = isTheirs ? this.#partsFor(viewer) : undefined;
    const isEnough = this.#wants(viewer) && viewer.isCompositeShown && parts !== undefined;
    return {
      parts,
      isPictureLeftOut: isEnough && this.#sizes.of(viewer.id) === 'none',
      areStreamsShown: !isEnough,
      chosen: this.#choices.of(viewer.id),
    };
  }

  /** In which size it takes each camera. */
  get looks(): ReadonlyMap<ParticipantId, Layer> {
    const entries = this.#composite.content?.entries ?? [];
    return new Map(
      entries.flatMap(({ id, picture }) =>
        picture?.source === 'camera' ? [[id as ParticipantId, picture.maxLayer as Layer] as const] : [],
      ),
    );
  }

  /** May be called more than once. */
  close(): void {
    this.#stopWaiting?.();
    this.#sizes.close();
    this.#choices.close();
    this.#composite.close();
  }
}

function isSeen({ available, publications }: Participant): boolean {
  return available.includes('camera') && publications.camera?.muted === false;
}

function describe({ id, identity, media, available, publications, hand }: Participant): CompositePerson {
  const isHeardOrSeen = (source: (typeof available)[number]) => publications[source]?.muted === false;
  return {
    id,
    name: identity.name,
    connection: media,
    sources: new Set(available.filter(isHeardOrSeen)),
    // Also while their link is being made.
    isMuted: publications.microphone?.muted !== false,
    hasHandUp: hand !== undefined,
  };
}
