/**
 * One participant of a room on the server: observes the client's Connection, reports the server's, and drives the
 * link to the media server between them.
 *
 * | state      | means                                   | goes on with            |
 * |------------|-----------------------------------------|-------------------------|
 * | joining    | the media server prepares the link      | offer made, end         |
 * | offered    | the offer is out                        | answer, end             |
 * | answering  | the answer is being applied             | applied, end            |
 * | negotiated | media may flow                          | end                     |
 * | left       | final                                   |                         |
 */
import type { DataObjectObserver, DataObjectReporter } from '@plenum/hyperty';
import type { MediaConnection, MediaSlot, SlotCounts } from '@plenum/media';
import {
  type ConferenceError,
  type ConnectionData,
  type ConnectionStatus,
  type DataObjectUrl,
  type HypertyUrl,
  type ParticipantData,
  type ParticipantId,
  type Publications,
  type Source,
  sources,
  splitAddress,
  toConferenceError,
} from '@plenum/protocol';
import { isSameSource, type SlotView, type SourceRef } from './slots.ts';

export type ParticipantState = 'joining' | 'offered' | 'answering' | 'negotiated' | 'left';

export interface ParticipantIdentity {
  readonly id: ParticipantId;
  readonly name: string;
  readonly hypertyUrl: HypertyUrl;
  readonly userUrl: string;
  /** ISO 8601. */
  readonly joined: string;
  /** Counts those who joined the room before. */
  readonly order: number;
}

export interface ParticipantEvents {
  /** What others see of it changed. */
  onChanged(participant: Participant): void;
  /** What can be shown of it changed. */
  onSourcesChanged(participant: Participant): void;
  /** What it wants to see changed. */
  onWantedChanged(participant: Participant): void;
  /** It is to be removed: because of the error, or because it left. */
  onEnded(participant: Participant, error: ConferenceError | undefined): void;
}

export class Participant {
  readonly identity: ParticipantIdentity;
  readonly #client: DataObjectObserver<ConnectionData>;
  readonly #events: ParticipantEvents;
  #state: ParticipantState = 'joining';
  #link: MediaConnection | undefined;
  #report: DataObjectReporter<ConnectionData> | undefined;
  readonly #applied = new Map<Source, boolean>();
  /** Numbers of the last offer made and of the last answer taken. */
  #offered = 0;
  #answered = 0;
  #isAnswering = false;
  #stopTimer: () => void = () => undefined;

  constructor(
    identity: ParticipantIdentity,
    client: DataObjectObserver<ConnectionData>,
    events: ParticipantEvents,
  ) {
    this.identity = identity;
    this.#client = client;
    this.#events = events;
    client.on('changed', (_data, change) => this.#handleClientChange(change?.attribute));
    client.on('deleted', () => events.onEnded(this, undefined));
    client.on('failed', (error) => events.onEnded(this, error));
  }

  get id(): ParticipantId {
    return this.identity.id;
  }

  /** Of the client's Connection. */
  get connectionUrl(): DataObjectUrl {
    return this.#client.url;
  }

  get state(): ParticipantState {
    return this.#state;
  }

  get link(): MediaConnection | undefined {
    return this.#link;
  }

  get report(): DataObjectReporter<ConnectionData> | undefined {
    return this.#report;
  }

  /** Heights by participant; undefined where the client did not say what it shows. */
  get wanted(): ConnectionData['wanted'] {
    return this.#client.data.wanted;
  }

  /** The server's Connection is there, with the offer where there is a link. Who wants none is there at once. */
  offer(link: MediaConnection | undefined, report: DataObjectReporter<ConnectionData>): void {
    this.#link = link;
    this.#report = report;
    this.#state = link === undefined ? 'negotiated' : 'offered';
    this.#offered = 1;
    this.#handleAnswer();
  }

  /** Makes room for more by a further offer, unless one waits for its answer. What is shown goes on meanwhile. */
  grow(slots: SlotCounts): void {
    const isPending = this.#answered < this.#offered || this.#isAnswering;
    if (this.#state !== 'negotiated' || isPending || this.#link === undefined) return;
    this.#offered += 1;
    const sdp = this.#link.addSlots(slots);
    this.#report?.set('connectionDescription', { type: 'offer', sdp, negotiation: this.#offered });
  }

  #handleClientChange(attribute: string | undefined): void {
    const [first] = attribute?.split('.') ?? [];
    if (first === undefined || first === 'connectionDescription') this.#handleAnswer();
    if (first === undefined || first === 'publications') this.#handlePublications();
    if (first === undefined || first === 'wanted') this.#events.onWantedChanged(this);
  }

  #handleAnswer(): void {
    const description = this.#client.data.connectionDescription;
    if (this.#link === undefined || description?.type !== 'answer') return;
    if (description.negotiation !== this.#offered || this.#answered === this.#offered) return;
    this.#answered = this.#offered;
    this.#isAnswering = true;
    if (this.#state === 'offered') this.#state = 'answering';
    void this.#answer(this.#link, description.sdp);
  }

  async #answer(link: MediaConnection, sdp: string): Promise<void> {
    try {
      await link.answer(sdp);
      this.#isAnswering = false;
      if (this.#state === 'answering') {
        this.#state = 'negotiated';
        this.#handlePublications();
      } else if (this.#state === 'negotiated') {
        this.#reportNewSlots(link);
        this.#events.onWantedChanged(this);
      }
    } catch (thrown) {
      this.#events.onEnded(this, toConferenceError(thrown, 'media-failed'));
    }
  }

  /** Only now, since before the answer nothing could be shown in them. */
  #reportNewSlots(link: MediaConnection): void {
    const known = this.#report?.data.slots ?? {};
    const added = link.slots.filter(({ mid }) => known[mid] === undefined);
    this.#report?.set('slots', { ...known, ...describeSlots(added) });
  }

  #handlePublications(): void {
    for (const source of this.#link?.negotiated ?? []) this.#applyPublishing(source);
    this.#events.onChanged(this);
    this.#events.onSourcesChanged(this);
  }

  #applyPublishing(source: Source): void {
    const isPublishing = this.#client.data.publications?.[source]?.muted === false;
    if (this.#applied.get(source) === isPublishing) return;
    this.#applied.set(source, isPublishing);
    this.#link?.setPublishing(source, isPublishing).catch((thrown) => {
      this.#events.onEnded(this, toConferenceError(thrown, 'media-failed'));
    });
  }

  /** What it publishes, as far as the server lets it. */
  get publications(): Publications {
    const claimed = this.#client.data.publications ?? {};
    const allowed = new Set(this.#state === 'joining' ? sources : this.#link?.publishOn.keys());
    return Object.fromEntries(Object.entries(claimed).filter(([source]) => allowed.has(source as Source)));
  }

  /** The sources of it that can be put into slots. */
  get available(): readonly Source[] {
    if (this.#state !== 'negotiated') return [];
    return [...(this.#link?.negotiated ?? [])].filter((source) => this.publications[source] !== undefined);
  }

  /** What the Communication object says of it. */
  describe(): ParticipantData {
    const { hypertyUrl, userUrl, name, joined } = this.identity;
    return {
      userURL: userUrl,
      hypertyURL: hypertyUrl,
      domain: splitAddress(hypertyUrl)?.domain ?? '',
      name,
      status: this.#state === 'negotiated' ? 'live' : 'connecting',
      joined,
      publications: this.publications,
    };
  }

  get slots(): readonly (SlotView & { readonly kind: 'audio' | 'video' })[] {
    return Object.entries(this.#report?.data.slots ?? {}).map(([mid, { kind, participantId, source }]) => ({
      mid,
      kind,
      content: participantId === undefined || source === undefined ? undefined : { participantId, source },
    }));
  }

  /** Says in the server's Connection who is in a slot. */
  reportSlot(mid: string, content: SourceRef | undefined): void {
    const slot = this.#report?.data.slots?.[mid];
    if (slot === undefined || isSameSource(content, contentOf(slot))) return;
    this.#report?.setAt(['slots', mid], { kind: slot.kind, ...content });
  }

  setStatus(status: ConnectionStatus): void {
    this.#report?.set('status', status);
  }

  /** What is to be called off when it leaves or when another wait begins; the wait before is called off now. */
  waitWith(stopTimer: () => void): void {
    this.#stopTimer();
    this.#stopTimer = stopTimer;
  }

  /** Ends the stay: the client learns why by the deletion of the server's Connection. May be called more than once. */
  close(reason: ConferenceError | undefined): void {
    if (this.#state === 'left') return;
    this.#state = 'left';
    this.#stopTimer();
    this.#report?.close(reason);
    this.#client.close();
    this.#link?.close();
  }
}

/** Empty slots, as the server's Connection says them. */
export function describeSlots(slots: readonly MediaSlot[]): NonNullable<ConnectionData['slots']> {
  return Object.fromEntries(slots.map(({ mid, kind }) => [mid, { kind }]));
}

function contentOf(slot: NonNullable<ConnectionData['slots']>[string]): SourceRef | undefined {
  const { participantId, source } = slot;
  return participantId === undefined || source === undefined ? undefined : { participantId, source };
}
