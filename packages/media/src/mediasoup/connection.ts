/** One participant's link: a transport that is offered, by us or by them; producers made from the answer, consumers in slots. */
import { ConferenceError, type ConnectionStatus, kindOf, type Source } from '@plenum/protocol';
import type { Producer, RtpParameters, WebRtcTransport } from 'mediasoup/types';
import type { Logger } from '../logger.ts';
import type {
  AcceptedConnection,
  ConnectionOptions,
  MediaConnection,
  MediaSlot,
  SlotContent,
  SlotCounts,
  SlotWish,
} from '../media-server.ts';
import { type Answer, parseAnswer } from '../sdp/answer.ts';
import { invalidAnswer } from '../sdp/description.ts';
import type { OfferOrigin, TransportDescription } from '../sdp/offer.ts';
import { type LinesWish, type OfferPlan, publishOn, slotCapabilities } from '../sdp/plan.ts';
import { engineFailure } from './failure.ts';
import { linkStatus } from './link-status.ts';
import { atEase, type Estimate, type ProbeState, probe } from './prober.ts';
import { type Consume, ConsumerSlot } from './slot.ts';

// libwebrtc ignores a request for a key frame within 300 ms of the last, and mediasoup repeats one only after a second. So
// requests that come early are held back until they will be heard: whoever joins next waits 0.3 s, not 1.1 s.
const keyFrameIntervalMs = 320;

/** bit/s that a picture which is left out would take at its smallest. */
const pausedVideoBps = 120_000;

export interface ConnectionParts {
  readonly transport: WebRtcTransport;
  readonly plan: OfferPlan;
  /** The plan with more m-lines. */
  extendPlan(plan: OfferPlan, added: LinesWish): OfferPlan;
  /** Writes what the other side is given: an offer, or the answer to its own. */
  describe(plan: OfferPlan, transport: TransportDescription, origin: OfferOrigin): string;
  /** What is written in every packet as its mid, where that is not what was negotiated. Up to 8 characters. */
  readonly writtenMid?: string | undefined;
  readonly logger: Logger;
  readonly onStatus: ConnectionOptions['onStatus'];
  readonly onEstimate: ConnectionOptions['onEstimate'];
  /** Milliseconds, of whatever clock. */
  readonly clock: () => number;
  /** Where another connection's source is found; undefined where there is none. */
  findProducer(connectionId: string, source: Source): Producer | undefined;
  onProducer(producer: Producer, source: Source): void;
  /** Makes the data channels; undefined where none were offered. */
  readonly openData: (() => Promise<void>) | undefined;
  onClosed(): void;
}

export class MediasoupConnection implements MediaConnection, AcceptedConnection {
  readonly id: string;
  readonly #parts: ConnectionParts;
  readonly #sessionId = randomSessionId();
  readonly #slots = new Map<string, ConsumerSlot>();
  readonly #producers = new Map<Source, Producer>();
  /** What was answered to be sent: those that have producers, or will in a moment. */
  readonly #accepted = new Set<Source>();
  readonly #publishing = new Map<Source, boolean>();
  #probing: ProbeState = atEase;
  #status: ConnectionStatus = 'new';
  #plan: OfferPlan;
  #description: string;
  /** How many descriptions were given, and how many of them need nothing more from the other side. */
  #offers = 1;
  #answers = 0;
  /** Between the wish for new credentials and the description that holds them. */
  #isRestarting = false;
  /** Whether it is for the other side to offer: what we write needs no answer then. */
  #isAccepted = false;
  #isSilent = false;

  constructor(parts: ConnectionParts) {
    const { transport, plan } = parts;
    this.#parts = parts;
    this.id = transport.id;
    this.#plan = plan;
    this.#description = this.#prepareDescription();
    // Refused where the worker has gone meanwhile, which is told elsewhere.
    transport.enableTraceEvent(['bwe']).catch(() => undefined);
    transport.on('trace', ({ type, info }) => {
      if (type === 'bwe') this.#handleEstimate(readEstimate(info as object));
    });
    transport.on('icestatechange', () => this.#updateStatus());
    transport.on('iceselectedtuplechange', () => this.#refreshSlots());
    transport.on('dtlsstatechange', () => this.#updateStatus());
  }

  #handleEstimate({ availableBps, wantedBps }: Omit<Estimate, 'leftOutBps'>): void {
    const { transport, clock, onEstimate } = this.#parts;
    const paused = [...this.#slots.values()].filter(({ isPaused }) => isPaused).length;
    const before = this.#probing;
    this.#probing = probe(before, { availableBps, wantedBps, leftOutBps: paused * pausedVideoBps }, clock());
    const [ceiling, ceilingBefore] = [ceilingOf(this.#probing), ceilingOf(before)];
    // Refused where the transport is gone.
    if (ceiling !== ceilingBefore) transport.setMaxOutgoingBitrate(ceiling).catch(() => undefined);
    if (onEstimate === undefined) return;
    if (this.#probing === atEase) onEstimate({ availableBps, lostShare: 0 });
    else void this.#readLost().then((lostShare) => onEstimate({ availableBps, lostShare }));
  }

  async #readLost(): Promise<number> {
    const stats = await this.#parts.transport.getStats().catch(() => []);
    return stats[0]?.rtpPacketLossSent ?? 0;
  }

  /** Media goes another way now. What was lost by the old one the client would ask for only seconds later. */
  #refreshSlots(): void {
    for (const slot of this.#slots.values()) slot.refresh();
  }

  get offer(): string {
    return this.#description;
  }

  get localAnswer(): string {
    return this.#description;
  }

  get publishOn(): ReadonlyMap<Source, string> {
    return publishOn(this.#plan);
  }

  get slots(): readonly MediaSlot[] {
    return Array.from(this.#slots.values(), ({ mid, kind }) => ({ mid, kind }));
  }

  /** Makes what the plan says and is not there yet, and writes it down. */
  #prepareDescription(): string {
    const { transport, logger, describe } = this.#parts;
    for (const line of this.#plan) {
      if (line.use !== 'slot' || this.#slots.has(line.mid)) continue;
      this.#slots.set(line.mid, new ConsumerSlot(line, slotCapabilities(line), this.#consume, logger));
    }
    const origin = { sessionId: this.#sessionId, version: this.#offers };
    return describe(this.#plan, describeTransport(transport), origin);
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
    this.#description = this.#prepareDescription();
    return this.#description;
  }

  #checkAnswered(): void {
    if (this.#answers === this.#offers && !this.#isRestarting) return;
    throw new ConferenceError('bad-request', 'The offer before was not answered.');
  }

  async restartIce(): Promise<string> {
    const { transport } = this.#parts;
    if (transport.closed) throw new ConferenceError('closed');
    this.#checkAnswered();
    this.#isRestarting = true;
    try {
      await transport.restartIce();
    } catch (thrown) {
      throw engineFailure(thrown, transport.closed);
    } finally {
      this.#isRestarting = false;
    }
    this.#offers += 1;
    if (this.#isAccepted) this.#answers = this.#offers;
    this.#description = this.#prepareDescription();
    return this.#description;
  }

  get negotiated(): ReadonlySet<Source> {
    return new Set(this.#producers.keys());
  }

  /** The producer of a source, from the answer on. */
  producerOf(source: Source): Producer | undefined {
    return this.#producers.get(source);
  }

  async answer(sdp: string): Promise<void> {
    const { transport } = this.#parts;
    if (transport.closed) throw new ConferenceError('closed');
    if (this.#answers === this.#offers) throw invalidAnswer('answered already');
    await this.#take(parseAnswer(sdp, this.#plan));
  }

  /**
   * The other side made the offer: what was taken of it, as an answer. Called once, before anything else.
   * @throws ConferenceError as `answer`.
   */
  async accept(answer: Answer): Promise<void> {
    this.#isAccepted = true;
    await this.#take(answer);
  }

  async #take(answer: Answer): Promise<void> {
    const { transport } = this.#parts;
    this.#answers = this.#offers;
    this.#updateStatus();
    try {
      await (this.#answers === 1 ? this.#apply(answer) : this.#applyLines(answer));
    } catch (thrown) {
      const failure = engineFailure(thrown, transport.closed);
      // A living engine refuses only what the answer says.
      throw failure.code === 'internal'
        ? invalidAnswer('refused by the engine', { cause: String(thrown) })
        : failure;
    }
    if (transport.closed) throw new ConferenceError('closed');
  }

  /** All requests leave at once; the worker takes them in this order. */
  async #apply(answer: Answer): Promise<void> {
    const { transport, openData } = this.#parts;
    const { role, fingerprint } = answer.dtls;
    await Promise.all([
      transport.connect({ dtlsParameters: { role, fingerprints: [fingerprint] } }),
      this.#applyLines(answer),
      answer.hasData ? openData?.() : undefined,
    ]);
  }

  /** All that a later answer can change: with whom one talks, and how what is sent already is sent, was settled before. */
  async #applyLines({ sources, slots }: Answer): Promise<void> {
    const added = [...sources].filter(([source]) => !this.#accepted.has(source));
    for (const [source] of added) this.#accepted.add(source);
    await Promise.all([
      ...added.map(([source, parameters]) => this.#produce(source, parameters)),
      ...Array.from(this.#slots.values(), (slot) => slot.negotiate(slots.get(slot.mid))),
    ]);
  }

  async #produce(source: Source, rtpParameters: RtpParameters): Promise<void> {
    const { transport, onProducer } = this.#parts;
    const wasPublishing = this.#publishing.get(source) ?? false;
    const producer = await transport.produce({
      kind: kindOf(source),
      rtpParameters,
      paused: !wasPublishing,
      keyFrameRequestDelay: keyFrameIntervalMs,
      appData: { connectionId: this.id },
    });
    // Closed in the meantime: also drops what the library keeps for it.
    if (transport.closed) return producer.close();
    this.#producers.set(source, producer);
    const isPublishing = this.#publishing.get(source) ?? false;
    if (isPublishing !== wasPublishing) await this.#applyPublishing(producer, isPublishing);
    onProducer(producer, source);
  }

  async setPublishing(source: Source, publishing: boolean): Promise<void> {
    if (!this.publishOn.has(source)) return;
    const before = this.#publishing.get(source) ?? false;
    this.#publishing.set(source, publishing);
    const producer = this.#producers.get(source);
    if (producer !== undefined && before !== publishing) await this.#applyPublishing(producer, publishing);
  }

  /** Needs no queue: the worker takes requests in the order in which they are made. */
  async #applyPublishing(producer: Producer, publishing: boolean): Promise<void> {
    try {
      await (publishing ? producer.resume() : producer.pause());
    } catch (thrown) {
      if (!producer.closed) throw engineFailure(thrown, false);
    }
  }

  async fillSlot(mid: string, from: SlotContent): Promise<boolean> {
    const slot = this.#slot(mid);
    if (slot.kind !== kindOf(from.source)) {
      throw new ConferenceError('bad-request', 'That source is of another kind than the slot.');
    }
    const producer = this.#parts.findProducer(from.connection.id, from.source);
    if (producer === undefined || this.#parts.transport.closed) {
      slot.empty();
      return false;
    }
    return slot.fill(producer, checkedWish(from));
  }

  async adjustSlot(mid: string, wish: SlotWish): Promise<void> {
    await this.#slot(mid).adjust(checkedWish(wish));
  }

  emptySlot(mid: string): void {
    this.#slot(mid).empty();
  }

  #slot(mid: string): ConsumerSlot {
    const slot = this.#slots.get(mid);
    if (slot === undefined) throw new ConferenceError('bad-request', 'There is no such slot.');
    return slot;
  }

  readonly #consume: Consume = ({ producerId, mid, rtpCapabilities, maxLayer }) =>
    // Not paused: before the transport is connected the worker sends nothing, and once it is, or now where it is, the
    // worker asks the source for a key frame by itself. So no second request is needed to start.
    // With retransmission also for audio: Opus without its own RTX stream is sent again as it was.
    this.#parts.transport.consume({
      producerId,
      mid: this.#parts.writtenMid ?? mid,
      rtpCapabilities,
      enableRtx: true,
      preferredLayers: { spatialLayer: maxLayer },
    });

  async layerBytes(source: Source): Promise<readonly number[]> {
    const producer = this.#producers.get(source);
    if (producer === undefined) return [];
    try {
      const stats = await producer.getStats();
      const { encodings = [] } = producer.rtpParameters;
      return encodings.map(({ rid }) => stats.find((layer) => layer.rid === rid)?.byteCount ?? 0);
    } catch (thrown) {
      throw engineFailure(thrown, producer.closed);
    }
  }

  close(): void {
    const { transport, onClosed } = this.#parts;
    this.#status = 'closed';
    // First: its consumers end with it, so that the slots have nothing to close one by one.
    transport.close();
    for (const slot of this.#slots.values()) slot.close();
    this.#producers.clear();
    onClosed();
  }

  /** Nothing comes any more. */
  handleSilence(): void {
    this.#isSilent = true;
    this.#updateStatus();
  }

  #updateStatus(): void {
    const { transport, onStatus, logger } = this.#parts;
    // After `close()` nobody is told any more.
    if (transport.closed || this.#status === 'closed' || this.#status === 'failed') return;
    const ice = this.#isSilent ? 'disconnected' : transport.iceState;
    const status = linkStatus(ice, transport.dtlsState, this.#answers > 0);
    if (status === this.#status) return;
    this.#status = status;
    logger.debug('connection changed', { connectionId: this.id, status });
    onStatus(status);
  }
}

function describeTransport(transport: WebRtcTransport): TransportDescription {
  return {
    ice: transport.iceParameters,
    candidates: transport.iceCandidates,
    fingerprints: transport.dtlsParameters.fingerprints,
  };
}

/** RFC 8829 section 5.2.1: 62 random bits. */
function randomSessionId(): string {
  const [random = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  return String(random >> 2n);
}

function checkedWish({ maxLayer, priority, hasHalfFrames, isPaused }: SlotWish): SlotWish {
  const isLayer = Number.isInteger(maxLayer) && maxLayer >= 0 && maxLayer <= 255;
  const isPriority = Number.isInteger(priority) && priority >= 1 && priority <= 255;
  if (!isLayer || !isPriority) throw new ConferenceError('bad-request', 'The wish is out of range.');
  return { maxLayer, priority, hasHalfFrames, isPaused };
}

/** What the worker tells of its estimate (`bwe` trace event), as far as it is used. */
function readEstimate(info: object): Omit<Estimate, 'leftOutBps'> {
  const { availableBitrate = 0, desiredBitrate = 0 } = info as {
    readonly availableBitrate?: number;
    readonly desiredBitrate?: number;
  };
  return { availableBps: availableBitrate, wantedBps: desiredBitrate };
}

/** 0 is none to the worker. */
function ceilingOf(state: ProbeState): number {
  return state.name === 'short' ? (state.ceilingBps ?? 0) : 0;
}
