/**
 * One link of a participant to the media server: reports the server's half of it, observes the client's, and drives the
 * connection between them. Who comes back gets a new link. One that the client offered is negotiated from the start.
 *
 * | state      | means                                   | goes on with            |
 * |------------|-----------------------------------------|-------------------------|
 * | offered    | the offer is out                        | answer, end             |
 * | answering  | the answer is being applied             | applied, end            |
 * | negotiated | media may flow                          | end                     |
 * | ended      | final                                   |                         |
 */
import type { DataObjectReporter } from '@plenum/hyperty';
import type { MediaConnection, MediaLink, MediaSlot, SlotCounts } from '@plenum/media';
import {
  type ChosenView,
  ConferenceError,
  type ConnectionData,
  type ConnectionSnapshot,
  type ConnectionStatus,
  connectionSnapshotSchema,
  type Layer,
  type Publications,
  type Source,
  toConferenceError,
} from '@plenum/protocol';
import * as v from 'valibot';
import { ClientObject, type ClientObjectContext } from './client-object.ts';
import type { NewLink } from './room-media.ts';
import { isSameContent, type SlotContent, type SlotView } from './slots.ts';

export type LinkState = 'offered' | 'answering' | 'negotiated' | 'ended';

export interface LinkEvents {
  /** What of its sources can be had changed. */
  onNegotiated(): void;
  /** What it wants to see changed. */
  onWantedChanged(): void;
  /** It needs nothing more that comes this way, or does so again. */
  onReleasedChanged(): void;
  /** The client has given its half up. */
  onGivenUp(): void;
  /** It cannot go on. */
  onFailed(error: ConferenceError): void;
}

export interface LinkParts {
  readonly link: NewLink;
  readonly report: DataObjectReporter<ConnectionData>;
}

const parseConnection = (value: unknown) => v.parse(connectionSnapshotSchema, value);

export class ParticipantLink {
  readonly media: MediaLink;
  readonly report: DataObjectReporter<ConnectionData>;
  /** The same, where it is for us to offer whatever is to change. */
  readonly #offerer: MediaConnection | undefined;
  readonly #context: ClientObjectContext;
  readonly #events: LinkEvents;
  #client: ClientObject<ConnectionData> | undefined;
  #state: LinkState;
  readonly #applied = new Map<Source, boolean>();
  #publications: Publications = {};
  /** Numbers of the last description given, and of the last that needs nothing more from the client. */
  #offered = 1;
  #answered: number;
  #isAnswering = false;
  #isRestarting = false;
  /** The last wish for an ICE restart that was fulfilled. */
  #restarted = 0;
  #wasConnected = false;
  #stopTimer: () => void = () => undefined;

  constructor({ link, report }: LinkParts, context: ClientObjectContext, events: LinkEvents) {
    this.media = link.media;
    this.report = report;
    this.#offerer = link.type === 'offer' ? link.media : undefined;
    this.#state = link.type === 'offer' ? 'offered' : 'negotiated';
    this.#answered = link.type === 'offer' ? 0 : 1;
    this.#context = context;
    this.#events = events;
  }

  /**
   * The client brings its half, which it answers with; the same once more is no mistake.
   * @throws ConferenceError `address-taken` for another.
   */
  handleClient(snapshot: ConnectionSnapshot): void {
    if (this.#state === 'ended') throw new ConferenceError('object-not-found');
    if (this.#client?.url === snapshot.url) return;
    if (this.#client !== undefined) throw new ConferenceError('address-taken', 'That link has its client.');
    this.#client = new ClientObject(snapshot, parseConnection, this.#context);
    this.#client.listen({
      onChanged: (attribute) => this.#handleClientChange(attribute),
      onEnded: (error) => (error === undefined ? this.#events.onGivenUp() : this.#events.onFailed(error)),
    });
    this.#handleClientChange(undefined);
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Heights by participant; undefined where the client did not say what it shows. */
  get wanted(): ConnectionData['wanted'] {
    return this.#client?.data.wanted;
  }

  /** Whether the client shows the composite, and needs nothing else. */
  get isCompositeShown(): boolean {
    return this.#client?.data.isCompositeShown === true;
  }

  /** Whether the client needs nothing more that comes this way. */
  get isReleased(): boolean {
    return this.#client?.data.isReleased === true;
  }

  /** The sources that can be put into slots. */
  get negotiated(): ReadonlySet<Source> {
    return this.#state === 'negotiated' ? this.media.negotiated : new Set();
  }

  /** Media cannot flow any more, but may again: over this link, or over another. */
  get isLost(): boolean {
    const { status } = this.report.data;
    return status === 'disconnected' || status === 'closed';
  }

  /** Whether media could flow at some time. */
  get wasConnected(): boolean {
    return this.#wasConnected;
  }

  get #isPending(): boolean {
    return this.#answered < this.#offered || this.#isAnswering || this.#isRestarting;
  }

  /** Makes room for more by a further offer, unless one waits for its answer. What is shown goes on meanwhile. */
  grow(slots: SlotCounts): void {
    if (this.#state !== 'negotiated' || this.#isPending || this.#offerer === undefined) return;
    this.#reportDescription('offer', this.#offerer.addSlots(slots));
  }

  /**
   * A screen has no m-lines before somebody shares one: they would cost every join, and most people share nothing. Later
   * ones stay, so that the next time needs no offer.
   */
  #offerMissing(): void {
    if (this.#state !== 'negotiated' || this.#isPending || this.#offerer === undefined) return;
    const published = Object.keys(this.#publications) as Source[];
    const missing = published.filter((source) => !this.media.publishOn.has(source));
    if (missing.length === 0) return;
    const sdp = this.#offerer.addSources(missing);
    // Before the offer, which is answered at once.
    this.report.set('publishOn', Object.fromEntries(this.media.publishOn));
    this.#reportDescription('offer', sdp);
  }

  #reportDescription(type: NewLink['type'], sdp: string): void {
    this.#offered += 1;
    if (type === 'answer') this.#answered = this.#offered;
    this.report.set('connectionDescription', { type, sdp, negotiation: this.#offered });
  }

  #handleClientChange(attribute: string | undefined): void {
    const [first] = attribute?.split('.') ?? [];
    if (first === undefined || first === 'connectionDescription') this.#handleAnswer();
    if (first === undefined || first === 'wanted' || first === 'isCompositeShown')
      this.#events.onWantedChanged();
    if (first === undefined || first === 'isReleased') this.#events.onReleasedChanged();
    if (first === undefined || first === 'iceRestart') void this.#restartIce();
  }

  #handleAnswer(): void {
    const description = this.#client?.data.connectionDescription;
    if (description?.type !== 'answer' || this.#offerer === undefined) return;
    if (description.negotiation !== this.#offered || this.#answered === this.#offered) return;
    this.#answered = this.#offered;
    this.#isAnswering = true;
    if (this.#state === 'offered') this.#state = 'answering';
    void this.#answer(this.#offerer, description.sdp);
  }

  async #answer(offerer: MediaConnection, sdp: string): Promise<void> {
    const before = this.media.negotiated.size;
    try {
      await offerer.answer(sdp);
      this.#isAnswering = false;
      const isFirst = this.#state === 'answering';
      if (isFirst) this.#state = 'negotiated';
      if (this.#state !== 'negotiated') return;
      if (!isFirst) this.#reportNewSlots();
      if (isFirst || this.media.negotiated.size > before) this.#events.onNegotiated();
      else this.#events.onWantedChanged();
      this.#offerMissing();
      void this.#restartIce();
    } catch (thrown) {
      this.#events.onFailed(toConferenceError(thrown, 'media-failed'));
    }
  }

  /** Only now, since before the answer nothing could be shown in them. */
  #reportNewSlots(): void {
    const known = this.report.data.slots ?? {};
    const added = this.media.slots.filter(({ mid }) => known[mid] === undefined);
    if (added.length > 0) this.report.set('slots', { ...known, ...describeSlots(added) });
  }

  /** Several wishes at once are one; an offer that waits gets its answer first. */
  async #restartIce(): Promise<void> {
    const wished = this.#client?.data.iceRestart ?? 0;
    if (this.#state !== 'negotiated' || this.#isPending || this.#restarted >= wished) return;
    this.#restarted = wished;
    this.#isRestarting = true;
    try {
      const sdp = await this.media.restartIce();
      this.#isRestarting = false;
      this.#reportDescription(this.#offerer === undefined ? 'answer' : 'offer', sdp);
      if (this.#offerer === undefined) void this.#restartIce();
    } catch (thrown) {
      this.#events.onFailed(toConferenceError(thrown, 'media-failed'));
    }
  }

  /** Lets the media server forward what is published, and nothing else. */
  applyPublishing(publications: Publications): void {
    this.#publications = publications;
    this.#offerMissing();
    for (const source of this.media.negotiated) {
      const isPublishing = publications[source]?.muted === false;
      if ((this.#applied.get(source) ?? false) === isPublishing) continue;
      this.#applied.set(source, isPublishing);
      this.media.setPublishing(source, isPublishing).catch((thrown) => {
        this.#events.onFailed(toConferenceError(thrown, 'media-failed'));
      });
    }
  }

  get slots(): readonly (SlotView & { readonly kind: 'audio' | 'video' })[] {
    return Object.entries(this.report.data.slots ?? {}).map(([mid, slot]) => ({
      mid,
      kind: slot.kind,
      content: contentOf(slot),
    }));
  }

  /** Says in the server's Connection who is in a slot. */
  reportSlots(changes: ReadonlyMap<string, SlotContent | undefined>): void {
    const slots = this.report.data.slots ?? {};
    const changed = [...changes].flatMap(([mid, content]) => {
      const slot = slots[mid];
      if (slot === undefined || isSameContent(content, contentOf(slot))) return [];
      const described = content === 'composite' ? { isComposite: true } : content;
      return [[mid, { kind: slot.kind, ...described }] as const];
    });
    const [only] = changed;
    if (only !== undefined && changed.length === 1) this.report.setAt(['slots', only[0]], only[1]);
    else if (changed.length > 1) this.report.set('slots', { ...slots, ...Object.fromEntries(changed) });
  }

  /** Says in the server's Connection which slots' pictures are left out for now. */
  reportPaused(mids: ReadonlySet<string>): void {
    for (const [mid, { isPaused = false }] of Object.entries(this.report.data.slots ?? {})) {
      if (mids.has(mid) !== isPaused)
        this.report.setAt(['slots', mid, 'isPaused'], mids.has(mid) || undefined);
    }
  }

  /** Says in the server's Connection what was decided for it: when another number of pictures is sent, and not before. */
  reportAllotment(allotment: ConnectionData['allotment']): void {
    if (this.report.data.allotment?.pictures !== allotment?.pictures) this.report.set('allotment', allotment);
  }

  /** Says in the server's Connection what was chosen for its client to see. */
  reportChosenView(chosen: ChosenView | undefined): void {
    if (this.report.data.chosenView?.reason !== chosen?.reason) this.report.set('chosenView', chosen);
  }

  /** Says in the server's Connection in which sizes the camera is to be sent. */
  reportShownLayer(camera: Layer): void {
    if (this.report.data.shownLayers?.camera !== camera) this.report.set('shownLayers', { camera });
  }

  setStatus(status: ConnectionStatus): void {
    this.#wasConnected ||= status === 'connected' || status === 'completed';
    this.report.set('status', status);
  }

  /** What is to be called off when it ends or when another wait begins; the wait before is called off now. */
  waitWith(stopTimer: () => void): void {
    this.#stopTimer();
    this.#stopTimer = stopTimer;
  }

  /** The client learns of it by the deletion of the server's Connection. May be called more than once. */
  close(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#stopTimer();
    this.report.close();
    this.#client?.close();
    this.media.close();
  }
}

/** Empty slots, as the server's Connection says them. */
function describeSlots(slots: readonly MediaSlot[]): NonNullable<ConnectionData['slots']> {
  return Object.fromEntries(slots.map(({ mid, kind }) => [mid, { kind }]));
}

/** A new link as the server's Connection says it. */
export function describeLink(link: NewLink): Partial<ConnectionData> {
  const { type, media } = link;
  const sdp = link.type === 'offer' ? link.media.offer : link.media.localAnswer;
  return {
    connectionDescription: { type, sdp, negotiation: 1 },
    publishOn: Object.fromEntries(media.publishOn),
    slots: describeSlots(media.slots),
  };
}

function contentOf(slot: NonNullable<ConnectionData['slots']>[string]): SlotContent | undefined {
  const { participantId, source, isComposite } = slot;
  if (isComposite === true) return 'composite';
  return participantId === undefined || source === undefined ? undefined : { participantId, source };
}
