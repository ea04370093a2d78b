/**
 * One link of a participant: observes the client's Connection, reports the server's, and drives the connection to the
 * media server between them. Who comes back gets a new link.
 *
 * | state      | means                                   | goes on with            |
 * |------------|-----------------------------------------|-------------------------|
 * | joining    | the media server prepares the link      | offer made, end         |
 * | offered    | the offer is out                        | answer, end             |
 * | answering  | the answer is being applied             | applied, end            |
 * | negotiated | media may flow                          | end                     |
 * | ended      | final                                   |                         |
 */
import type { DataObjectReporter } from '@plenum/hyperty';
import type { MediaConnection, MediaSlot, SlotCounts } from '@plenum/media';
import {
  type ConferenceError,
  type ConnectionData,
  type ConnectionStatus,
  type HypertyUrl,
  type PermissionsData,
  type Publications,
  type Source,
  sources,
  toConferenceError,
} from '@plenum/protocol';
import type { ClientConnection } from './client-connection.ts';
import { isSame } from './room-description.ts';
import { isSameSource, type SlotView, type SourceRef } from './slots.ts';

export type LinkState = 'joining' | 'offered' | 'answering' | 'negotiated' | 'ended';

export interface LinkEvents {
  /** What it says that it publishes, or what of it can be had, changed. */
  onPublicationsChanged(): void;
  /** What it wants to see changed. */
  onWantedChanged(): void;
  /** The participant is to be removed: because of the error, or because it left. */
  onEnded(error: ConferenceError | undefined): void;
}

export class ParticipantLink {
  readonly #client: ClientConnection;
  readonly #events: LinkEvents;
  #state: LinkState = 'joining';
  #media: MediaConnection | undefined;
  #report: DataObjectReporter<ConnectionData> | undefined;
  readonly #applied = new Map<Source, boolean>();
  /** Numbers of the last offer made and of the last answer taken. */
  #offered = 0;
  #answered = 0;
  #isAnswering = false;
  #isRestarting = false;
  /** The last wish for an ICE restart that was seen, and the last that was fulfilled. */
  #restartWished = 0;
  #restarted = 0;
  #wasConnected = false;
  #stopTimer: () => void = () => undefined;

  constructor(client: ClientConnection, events: LinkEvents) {
    this.#client = client;
    this.#events = events;
    this.#restartWished = client.data.iceRestart ?? 0;
    this.#restarted = this.#restartWished;
    client.listen({
      onChanged: (attribute) => this.#handleClientChange(attribute),
      onEnded: (error) => events.onEnded(error),
    });
  }

  get hypertyUrl(): HypertyUrl {
    return this.#client.hypertyUrl;
  }

  /** Of the client's Connection. */
  get connectionUrl() {
    return this.#client.url;
  }

  get state(): LinkState {
    return this.#state;
  }

  get media(): MediaConnection | undefined {
    return this.#media;
  }

  get report(): DataObjectReporter<ConnectionData> | undefined {
    return this.#report;
  }

  /** Heights by participant; undefined where the client did not say what it shows. */
  get wanted(): ConnectionData['wanted'] {
    return this.#client.data.wanted;
  }

  /** What the client says that it publishes. */
  get claimed(): Publications {
    return this.#client.data.publications ?? {};
  }

  /** What it could publish: everything, before it is known. */
  get offers(): ReadonlySet<Source> {
    return new Set(this.#state === 'joining' ? sources : this.#media?.publishOn.keys());
  }

  /** The sources that can be put into slots. */
  get negotiated(): ReadonlySet<Source> {
    return this.#state === 'negotiated' ? (this.#media?.negotiated ?? new Set()) : new Set();
  }

  /** Media cannot flow any more, but may again: over this link, or over another. */
  get isLost(): boolean {
    const status = this.#report?.data.status;
    return status === 'disconnected' || status === 'closed';
  }

  /** Whether media could flow at some time. */
  get wasConnected(): boolean {
    return this.#wasConnected;
  }

  /** The server's Connection is there, with the offer where there is a link. Who wants none is there at once. */
  offer(media: MediaConnection | undefined, report: DataObjectReporter<ConnectionData>): void {
    this.#media = media;
    this.#report = report;
    this.#state = media === undefined ? 'negotiated' : 'offered';
    this.#offered = 1;
    this.#handleAnswer();
  }

  get #isPending(): boolean {
    return this.#answered < this.#offered || this.#isAnswering || this.#isRestarting;
  }

  /** Makes room for more by a further offer, unless one waits for its answer. What is shown goes on meanwhile. */
  grow(slots: SlotCounts): void {
    if (this.#state !== 'negotiated' || this.#isPending || this.#media === undefined) return;
    this.#reportOffer(this.#media.addSlots(slots));
  }

  #reportOffer(sdp: string): void {
    this.#offered += 1;
    this.#report?.set('connectionDescription', { type: 'offer', sdp, negotiation: this.#offered });
  }

  #handleClientChange(attribute: string | undefined): void {
    const [first] = attribute?.split('.') ?? [];
    if (first === undefined || first === 'connectionDescription') this.#handleAnswer();
    if (first === undefined || first === 'publications') this.#events.onPublicationsChanged();
    if (first === undefined || first === 'wanted') this.#events.onWantedChanged();
    if (first === undefined || first === 'iceRestart') this.#handleRestartWish();
  }

  #handleAnswer(): void {
    const description = this.#client.data.connectionDescription;
    if (this.#media === undefined || description?.type !== 'answer') return;
    if (description.negotiation !== this.#offered || this.#answered === this.#offered) return;
    this.#answered = this.#offered;
    this.#isAnswering = true;
    if (this.#state === 'offered') this.#state = 'answering';
    void this.#answer(this.#media, description.sdp);
  }

  async #answer(media: MediaConnection, sdp: string): Promise<void> {
    try {
      await media.answer(sdp);
      this.#isAnswering = false;
      if (this.#state === 'answering') {
        this.#state = 'negotiated';
        this.#events.onPublicationsChanged();
      } else if (this.#state === 'negotiated') {
        this.#reportNewSlots(media);
        this.#events.onWantedChanged();
      }
      void this.#restartIce();
    } catch (thrown) {
      this.#events.onEnded(toConferenceError(thrown, 'media-failed'));
    }
  }

  /** Only now, since before the answer nothing could be shown in them. */
  #reportNewSlots(media: MediaConnection): void {
    const known = this.#report?.data.slots ?? {};
    const added = media.slots.filter(({ mid }) => known[mid] === undefined);
    if (added.length > 0) this.#report?.set('slots', { ...known, ...describeSlots(added) });
  }

  #handleRestartWish(): void {
    this.#restartWished = Math.max(this.#restartWished, this.#client.data.iceRestart ?? 0);
    void this.#restartIce();
  }

  /** Several wishes at once are one; an offer that waits gets its answer first. */
  async #restartIce(): Promise<void> {
    const media = this.#media;
    if (this.#state !== 'negotiated' || this.#isPending || media === undefined) return;
    if (this.#restarted >= this.#restartWished) return;
    this.#restarted = this.#restartWished;
    this.#isRestarting = true;
    try {
      const sdp = await media.restartIce();
      this.#isRestarting = false;
      this.#reportOffer(sdp);
    } catch (thrown) {
      this.#events.onEnded(toConferenceError(thrown, 'media-failed'));
    }
  }

  /** Lets the media server forward what is published, and nothing else. */
  applyPublishing(publications: Publications): void {
    for (const source of this.#media?.negotiated ?? []) {
      const isPublishing = publications[source]?.muted === false;
      if ((this.#applied.get(source) ?? false) === isPublishing) continue;
      this.#applied.set(source, isPublishing);
      this.#media?.setPublishing(source, isPublishing).catch((thrown) => {
        this.#events.onEnded(toConferenceError(thrown, 'media-failed'));
      });
    }
  }

  get slots(): readonly (SlotView & { readonly kind: 'audio' | 'video' })[] {
    return Object.entries(this.#report?.data.slots ?? {}).map(([mid, { kind, participantId, source }]) => ({
      mid,
      kind,
      content: participantId === undefined || source === undefined ? undefined : { participantId, source },
    }));
  }

  /** Says in the server's Connection who is in a slot. */
  reportSlots(changes: ReadonlyMap<string, SourceRef | undefined>): void {
    const slots = this.#report?.data.slots ?? {};
    const changed = [...changes].flatMap(([mid, content]) => {
      const slot = slots[mid];
      if (slot === undefined || isSameSource(content, contentOf(slot))) return [];
      return [[mid, { kind: slot.kind, ...content }] as const];
    });
    const [only] = changed;
    if (only !== undefined && changed.length === 1) this.#report?.setAt(['slots', only[0]], only[1]);
    else if (changed.length > 1) this.#report?.set('slots', { ...slots, ...Object.fromEntries(changed) });
  }

  /** Says in the server's Connection what one may do now. */
  reportPermissions(permissions: PermissionsData): void {
    if (!isSame(permissions, this.#report?.data.permissions)) this.#report?.set('permissions', permissions);
  }

  setStatus(status: ConnectionStatus): void {
    this.#wasConnected ||= status === 'connected' || status === 'completed';
    this.#report?.set('status', status);
  }

  /** What is to be called off when it ends or when another wait begins; the wait before is called off now. */
  waitWith(stopTimer: () => void): void {
    this.#stopTimer();
    this.#stopTimer = stopTimer;
  }

  /** The client learns why by the deletion of the server's Connection. May be called more than once. */
  close(reason: ConferenceError | undefined): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#stopTimer();
    this.#report?.close(reason);
    this.#client.close();
    this.#media?.close();
  }
}

/** Empty slots, as the server's Connection says them. */
function describeSlots(slots: readonly MediaSlot[]): NonNullable<ConnectionData['slots']> {
  return Object.fromEntries(slots.map(({ mid, kind }) => [mid, { kind }]));
}

/** A link as the server's Connection offers it. */
export function describeOffer(media: MediaConnection): Partial<ConnectionData> {
  return {
    connectionDescription: { type: 'offer', sdp: media.offer, negotiation: 1 },
    publishOn: Object.fromEntries(media.publishOn),
    slots: describeSlots(media.slots),
  };
}

function contentOf(slot: NonNullable<ConnectionData['slots']>[string]): SourceRef | undefined {
  const { participantId, source } = slot;
  return participantId === undefined || source === undefined ? undefined : { participantId, source };
}
