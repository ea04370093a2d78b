/** A connection without media: the same SDP and the same rules, and a record of what was asked. */
import {
  ConferenceError,
  type ConnectionStatus,
  type DataChannelName,
  kindOf,
  type Source,
} from '@plenum/protocol';
import type {
  AcceptedConnection,
  ConnectionOptions,
  LinkEstimate,
  MediaConnection,
  MediaSlot,
  SlotContent,
  SlotCounts,
  SlotWish,
} from '../media-server.ts';
import { type Answer, parseAnswer } from '../sdp/answer.ts';
import { invalidAnswer } from '../sdp/description.ts';
import type { OfferOrigin, TransportDescription } from '../sdp/offer.ts';
import { type LinesWish, type OfferPlan, publishOn } from '../sdp/plan.ts';

/** What a slot shows, as it was last asked for. */
export interface ShownSource extends SlotWish {
  readonly connectionId: string;
  readonly source: Source;
}

export interface FakeConnectionParts {
  readonly id: string;
  readonly plan: OfferPlan;
  /** The plan with more m-lines. */
  extendPlan(plan: OfferPlan, added: LinesWish): OfferPlan;
  /** Writes what the other side is given: an offer, or the answer to its own. */
  describe(plan: OfferPlan, transport: TransportDescription, origin: OfferOrigin): string;
  /** Makes the offer differ from all others, as a real one does. */
  readonly sessionId: string;
  readonly options: Pick<ConnectionOptions, 'onStatus' | 'onEstimate' | 'onData'>;
  /** Whether answering is enough for the link to be connected. */
  readonly connectsByItself: boolean;
  hasSource(publisherId: string, source: Source): boolean;
  onClosed(connection: FakeConnection): void;
}

export class FakeConnection implements MediaConnection, AcceptedConnection {
  readonly id: string;
  readonly #parts: FakeConnectionParts;
  readonly #negotiated = new Set<Source>();
  readonly #publishing = new Set<Source>();
  readonly #shown = new Map<string, ShownSource>();
  /** Hears what is sent to the other side. */
  onDelivered: (message: Uint8Array, channel: DataChannelName) => void = () => undefined;
  #hasData = false;
  #refused: ReadonlySet<string> = new Set();
  #status: ConnectionStatus = 'new';
  #plan: OfferPlan;
  #offers = 1;
  #answers = 0;
  #restarts = 0;
  #isAccepted = false;
  #isClosed = false;

  constructor(parts: FakeConnectionParts) {
    const { id, plan } = parts;
    this.#parts = parts;
    this.id = id;
    this.#plan = plan;
  }

  get offer(): string {
    const { sessionId, describe } = this.#parts;
    const transport = fakeTransport(this.#restarts);
    return describe(this.#plan, transport, { sessionId, version: this.#offers });
  }

  get localAnswer(): string {
    return this.offer;
  }

  get publishOn(): ReadonlyMap<Source, string> {
    return publishOn(this.#plan);
  }

  get slots(): readonly MediaSlot[] {
    return this.#plan.filter((line) => line.use === 'slot').map(({ mid, kind }) => ({ mid, kind }));
  }

  addSlots(slots: SlotCounts): string {
    return this.#extend({ sources: [], slots });
  }

  addSources(sources: readonly Source[]): string {
    return this.#extend({ sources, slots: { audio: 0, video: 0 } });
  }

  #extend(added: LinesWish): string {
    this.#checkAnswered();
    this.#plan = this.#parts.extendPlan(this.#plan, added);
    this.#offers += 1;
    return this.offer;
  }

  #checkAnswered(): void {
    if (this.#answers < this.#offers) throw new ConferenceError('bad-request');
  }

  async restartIce(): Promise<string> {
    if (this.#isClosed) throw new ConferenceError('closed');
    this.#checkAnswered();
    this.#restarts += 1;
    this.#offers += 1;
    if (this.#isAccepted) this.#answers = this.#offers;
    return this.offer;
  }

  get negotiated(): ReadonlySet<Source> {
    return new Set(this.#negotiated);
  }

  /** The sources that were negotiated and are wanted now. */
  get publishing(): ReadonlySet<Source> {
    return new Set([...this.#publishing].filter((source) => this.#negotiated.has(source)));
  }

  /** What is in the filled slots, by mid. */
  get shown(): ReadonlyMap<string, ShownSource> {
    return new Map(this.#shown);
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** The link carries so many bit/s, as far as is known. */
  estimate(estimate: LinkEstimate): void {
    this.#parts.options.onEstimate?.(estimate);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  async answer(sdp: string): Promise<void> {
    if (this.#isClosed) throw new ConferenceError('closed');
    if (this.#answers === this.#offers) throw invalidAnswer('answered already');
    this.#take(parseAnswer(sdp, this.#plan));
  }

  /** The other side made the offer: what was taken of it. Called once, before anything else. */
  accept(answer: Answer): void {
    this.#isAccepted = true;
    this.#take(answer);
  }

  #take(answer: Answer): void {
    this.#answers = this.#offers;
    this.#refused = answer.rejected;
    for (const mid of answer.rejected) this.#shown.delete(mid);
    for (const source of answer.sources.keys()) this.#negotiated.add(source);
    if (this.#answers > 1) return;
    this.#hasData = answer.hasData;
    this.setStatus('checking');
    if (!this.#parts.connectsByItself) return;
    // Who offered has to be given the answer first.
    if (this.#isAccepted) setImmediate(() => this.setStatus('connected'));
    else queueMicrotask(() => this.setStatus('connected'));
  }

  /** The other side sends a message. */
  arrive(message: Uint8Array, channel: DataChannelName): void {
    if (this.#carriesData) this.#parts.options.onData?.(message, channel);
  }

  deliver(message: Uint8Array, channel: DataChannelName): void {
    if (this.#carriesData) this.onDelivered(message, channel);
  }

  get #carriesData(): boolean {
    return this.#hasData && this.#status === 'connected';
  }

  async setPublishing(source: Source, publishing: boolean): Promise<void> {
    if (!this.publishOn.has(source)) return;
    if (publishing) this.#publishing.add(source);
    else this.#publishing.delete(source);
  }

  async fillSlot(mid: string, from: SlotContent): Promise<boolean> {
    const { kind } = this.#slot(mid);
    if (kind !== kindOf(from.source)) throw new ConferenceError('bad-request');
    const { source, maxLayer, priority, hasHalfFrames = false, isPaused = false } = from;
    const connectionId = from.connection.id;
    const isThere = this.#parts.hasSource(connectionId, source);
    if (!isThere || this.#isClosed || this.#refused.has(mid)) {
      this.#shown.delete(mid);
      return false;
    }
    this.#shown.set(mid, { connectionId, source, maxLayer, priority, hasHalfFrames, isPaused });
    return true;
  }

  async adjustSlot(
    mid: string,
    { maxLayer, priority, hasHalfFrames = false, isPaused = false }: SlotWish,
  ): Promise<void> {
    this.#slot(mid);
    const shown = this.#shown.get(mid);
    if (shown !== undefined) this.#shown.set(mid, { ...shown, maxLayer, priority, hasHalfFrames, isPaused });
  }

  emptySlot(mid: string): void {
    this.#slot(mid);
    this.#shown.delete(mid);
  }

  async layerBytes(source: Source): Promise<readonly number[]> {
    if (!this.#negotiated.has(source)) return [];
    return source === 'camera' ? [0, 0, 0] : [0];
  }

  /** Makes the link change, as the other side or the network would. */
  setStatus(status: ConnectionStatus): void {
    if (this.#isClosed || this.#status === status) return;
    this.#status = status;
    this.#parts.options.onStatus(status);
  }

  /** The sources of another connection are gone. */
  forget(connectionId: string): void {
    for (const [mid, shown] of this.#shown) if (shown.connectionId === connectionId) this.#shown.delete(mid);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#status = 'closed';
    this.#shown.clear();
    this.#negotiated.clear();
    this.#parts.onClosed(this);
  }

  #slot(mid: string): MediaSlot {
    const slot = this.slots.find((each) => each.mid === mid);
    if (slot === undefined) throw new ConferenceError('bad-request', 'There is no such slot.');
    return slot;
  }
}

// An address for documentation (RFC 5737): nothing listens there.
const fakeTransport = (restarts: number): TransportDescription => ({
  ice: {
    usernameFragment: `fakefakefake${String(restarts).padStart(4, '0')}`,
    password: `fakefakefakefakefakefakefake${String(restarts).padStart(4, '0')}`,
  },
  candidates: [
    {
      foundation: 'udpcandidate',
      priority: 1_076_302_079,
      ip: '192.0.2.1',
      address: '192.0.2.1',
      protocol: 'udp',
      port: 40_000,
      type: 'host',
    },
  ],
  fingerprints: [
    {
      algorithm: 'sha-256',
      value: Array.from({ length: 32 }, (_, index) =>
        (index * 7).toString(16).padStart(2, '0').toUpperCase(),
      ).join(':'),
    },
  ],
});
