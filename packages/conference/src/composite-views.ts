/** Who sees the composite, and what it is made of for them; the composite itself is made while anybody does. */
import type { Clock, Logger } from '@plenum/hyperty';
import type { MediaMix, MixOptions } from '@plenum/media';
import type { CompositeLayout, ConferenceError, Layer, ParticipantId } from '@plenum/protocol';
import { Composite, type CompositeParts } from './composite.ts';
import { type CompositePerson, composeContent } from './composite-content.ts';
import type { Participant } from './participant.ts';

export interface CompositeViewsContext {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  /** When each spoke last; milliseconds on the clock. */
  readonly lastSpoke: ReadonlyMap<ParticipantId, number>;
  readonly createMix: (options: MixOptions) => Promise<MediaMix>;
  /** Whether it is shown to who did not say what they want to see. */
  readonly isDefault: () => boolean;
  readonly layout: () => CompositeLayout;
  /** Whether it is needed also where nobody sees it. */
  readonly isRecorded: () => boolean;
  readonly onMix: (mix: MediaMix | undefined) => void;
  readonly onRefused: (reason: ConferenceError) => void;
  /** What is to be in the slots of who sees it is another now. */
  readonly onChanged: () => void;
}

/** What is in the slots of somebody. */
export interface CompositePlan {
  /** The composite, where they are to have it. */
  readonly parts: CompositeParts | undefined;
  /** Whether they have everybody's own as well, or instead. */
  readonly areStreamsShown: boolean;
}

export class CompositeViews {
  readonly #context: CompositeViewsContext;
  readonly #composite: Composite;

  constructor(context: CompositeViewsContext) {
    this.#context = context;
    const { clock, logger, createMix, onChanged, onMix, onRefused } = context;
    this.#composite = new Composite({ clock, logger, createMix, onChanged, onMix, onRefused });
  }

  /** Somebody may see it now, or no longer, or be in it. */
  follow(): void {
    const { participants, layout, isRecorded } = this.#context;
    const everybody = [...participants.values()];
    const isWanted = isRecorded() || everybody.some((participant) => this.#needs(participant));
    const facts = () => ({
      people: everybody
        .filter(({ isIn, isWithMedia }) => isIn && isWithMedia)
        .toSorted((a, b) => a.identity.order - b.identity.order)
        .map(describe),
      speaker: this.#speaker,
      layout: layout(),
    });
    this.#composite.follow(isWanted ? composeContent(facts()) : undefined);
  }

  get #speaker(): ParticipantId | undefined {
    return [...this.#context.lastSpoke].toSorted(([, a], [, b]) => b - a)[0]?.[0];
  }

  #wants({ view }: Participant): boolean {
    return view === undefined ? this.#context.isDefault() : view === 'composite';
  }

  /** Wants it, or has not gone over to everybody's own yet. */
  #needs(participant: Participant): boolean {
    return participant.link !== undefined && (this.#wants(participant) || participant.isCompositeShown);
  }

  /** What somebody has in their slots: for a while both, so that they go over from one to the other without a gap. */
  planFor(viewer: Participant): CompositePlan {
    const parts = this.#needs(viewer) ? this.#composite.partsFor(viewer.id) : undefined;
    const isEnough = this.#wants(viewer) && viewer.isCompositeShown && parts !== undefined;
    return { parts, areStreamsShown: !isEnough };
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
    this.#composite.close();
  }
}

function describe({ id, identity, media, available, publications }: Participant): CompositePerson {
  const isHeardOrSeen = (source: (typeof available)[number]) => publications[source]?.muted === false;
  return {
    id,
    name: identity.name,
    connection: media,
    sources: new Set(available.filter(isHeardOrSeen)),
  };
}
