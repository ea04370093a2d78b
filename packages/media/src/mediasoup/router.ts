/** One room's media context on one worker. */
import { ConferenceError, type DataChannelName, maxDataMessageSize, type Source } from '@plenum/protocol';
import type {
  AudioLevelObserver,
  AudioLevelObserverVolume,
  Producer,
  Router,
  RouterRtpCodecCapability,
  RtpCapabilities,
  WebRtcServer,
  WebRtcTransport,
} from 'mediasoup/types';
import type { Logger } from '../logger.ts';
import type {
  AcceptedConnection,
  AcceptOptions,
  ConnectionOptions,
  MediaConnection,
  MediaLink,
  MediaMix,
  MediaRouter,
  MediaTracks,
  MixOptions,
  Publisher,
  RouterEvents,
  Speaker,
  TracksOptions,
  ViewerConnection,
} from '../media-server.ts';
import type { Mixer } from '../mixer.ts';
import { formatAnswer } from '../sdp/accepted-answer.ts';
import { asInvalidOffer, parseOffer } from '../sdp/accepted-offer.ts';
import { offeredCapabilities } from '../sdp/media-profile.ts';
import { formatOffer } from '../sdp/offer.ts';
import { extendPlan, planOffer } from '../sdp/plan.ts';
import { parseViewerOffer } from '../sdp/viewer-offer.ts';
import { type ConnectionParts, MediasoupConnection } from './connection.ts';
import { EdgeRouters } from './edge-router.ts';
import { engineFailure } from './failure.ts';
import type { MixerParts } from './join-mixer.ts';
import { MediasoupMix, type MixParts } from './mix.ts';
import { addDumps, noRouterDump, PipeWatch, type RouterDump } from './pipe-watch.ts';
import { RouterData } from './router-data.ts';
import { watchForSilence } from './silence.ts';
import { MediasoupTracks } from './tracks.ts';
import { openViewer } from './viewer.ts';

/**
 * Bytes that may wait for one receiver: several times what one lets be under way to it, of all files together. What is more is
 * thrown away, and sent again by whom it came from.
 */
const dataBufferSize = 4_000_000;

/** To the worker: it does not look after checks of consent, and has a link disconnected only with its TCP connection. */
const noConsent = 0;

/** How a transport treats the link. */
export interface TransportSettings {
  /** Where the estimate of the link to a receiver begins, in bit/s. */
  readonly initialOutgoingBitrateBps: number;
  /** What a sender is allowed, in bit/s. */
  readonly maxIncomingBitrateBps: number;
  /** Without a sign of life for this long, in seconds, a link counts as disconnected. */
  readonly consentTimeoutS: number;
}

export interface RouterParts {
  readonly router: Router;
  readonly webRtcServer: WebRtcServer;
  /** Makes another router on the same worker. */
  createRouter(mediaCodecs: RouterRtpCodecCapability[]): Promise<Router>;
  readonly levels: AudioLevelObserver;
  readonly events: RouterEvents;
  readonly transports: TransportSettings;
  readonly mixer: Mixer | undefined;
  readonly logger: Logger;
  /** Called once, however the router ended. */
  onEnd(): void;
}

type OwnParts = Omit<ConnectionParts, 'logger' | 'clock' | 'findProducer' | 'onProducer' | 'onClosed'>;

export class MediasoupRouter implements MediaRouter {
  readonly id: string;
  readonly #parts: RouterParts;
  readonly #capabilities: RtpCapabilities;
  readonly #connections = new Map<string, MediasoupConnection>();
  /** What mixes publish. */
  readonly #mixed = new Map<string, Producer>();
  /** And what is written down. */
  readonly #mixes = new Set<MediaMix | MediaTracks>();
  readonly #data: RouterData;
  readonly #edges: EdgeRouters;
  readonly #pipes: PipeWatch;
  #isClosed = false;

  constructor(parts: RouterParts) {
    const { router, levels, events } = parts;
    this.#parts = parts;
    this.#data = new RouterData(router);
    this.#edges = new EdgeRouters({ room: router, create: (codecs) => parts.createRouter(codecs), after });
    this.#pipes = new PipeWatch(router);
    this.id = router.id;
    this.#capabilities = offeredCapabilities(router.rtpCapabilities);
    levels.on('volumes', (volumes) => events.onSpeakers(volumes.flatMap(toSpeaker)));
    levels.on('silence', () => events.onSpeakers([]));
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  async createConnection(options: ConnectionOptions): Promise<MediaConnection> {
    if (this.#isClosed) throw new ConferenceError('closed');
    const { onData } = options;
    const hasData = onData !== undefined;
    const plan = planOffer(this.#capabilities, { ...options, hasData });
    const transport = await this.#createTransport(
      this.#parts.router,
      hasData,
      this.#parts.transports.consentTimeoutS,
    );
    return this.#connect({
      transport,
      plan,
      extendPlan: (before, added) =>
        extendPlan(before, this.#capabilities, { ...added, capabilities: options.capabilities }),
      describe: formatOffer,
      onStatus: options.onStatus,
      onEstimate: options.onEstimate,
      openData: onData && (() => this.#data.open(transport, onData)),
    });
  }

  async acceptOffer(sdp: string, { onStatus }: AcceptOptions): Promise<AcceptedConnection> {
    if (this.#isClosed) throw new ConferenceError('closed');
    const accepted = parseOffer(sdp, this.#capabilities);
    const transport = await this.#createTransport(this.#parts.router, false, noConsent);
    const connection = this.#connect({
      transport,
      plan: accepted.lines.filter((line) => line.use !== 'refused'),
      extendPlan: (before) => before,
      describe: (_plan, own, origin) => formatAnswer(accepted, own, origin),
      onStatus,
      onEstimate: undefined,
      openData: undefined,
    });
    try {
      await connection.accept(accepted.answer);
      this.#watch(transport, connection);
      return connection;
    } catch (thrown) {
      connection.close();
      throw asInvalidOffer(thrown);
    }
  }

  #watch(transport: WebRtcTransport, connection: MediasoupConnection): void {
    const stop = watchForSilence({
      readBytes: async () => (await transport.getStats())[0]?.bytesReceived ?? 0,
      silentForMs: 1_000 * this.#parts.transports.consentTimeoutS,
      after,
      onSilent: () => connection.handleSilence(),
    });
    transport.observer.once('close', stop);
  }

  async acceptViewer(sdp: string, options: AcceptOptions): Promise<ViewerConnection> {
    if (this.#isClosed) throw new ConferenceError('closed');
    const offer = parseViewerOffer(sdp, this.#capabilities);
    try {
      return await openViewer({
        offer,
        edge: await this.#edges.take(offer.codecs),
        logger: this.#parts.logger,
        createTransport: (router) => this.#createTransport(router, false, noConsent),
        connect: (parts) => {
          const connection = this.#connect({ ...parts, ...options });
          this.#watch(parts.transport, connection);
          return connection;
        },
        findMixed: (publisherId) => this.#mixed.get(publisherId),
      });
    } catch (thrown) {
      throw asInvalidOffer(engineFailure(thrown, this.#isClosed || this.#parts.router.closed));
    }
  }

  #connect(parts: OwnParts & Partial<Pick<ConnectionParts, 'findProducer'>>): MediasoupConnection {
    const { id } = parts.transport;
    const connection = new MediasoupConnection({
      findProducer: (publisherId, source) => this.#findProducer(publisherId, source),
      ...parts,
      logger: this.#parts.logger,
      clock: () => performance.now(),
      onProducer: (producer, source) => this.#observe(producer, source),
      onClosed: () => this.#connections.delete(id),
    });
    this.#connections.set(id, connection);
    return connection;
  }

  #findProducer(publisherId: string, source: Source): Producer | undefined {
    return this.#connections.get(publisherId)?.producerOf(source) ?? this.#mixed.get(publisherId);
  }

  createMix(options: MixOptions): Promise<MediaMix> {
    const onPublisher: MixParts['onPublisher'] = (publisher, producer) => this.#addMixed(publisher, producer);
    return this.#join((parts) => MediasoupMix.open({ ...parts, options, onPublisher }));
  }

  openTracks(options: TracksOptions): Promise<MediaTracks> {
    return this.#join((parts) => MediasoupTracks.open({ ...parts, options }));
  }

  /** Ends with the room what the mixer has of it. */
  async #join<Made extends MediaMix | MediaTracks>(
    open: (parts: MixerParts) => Promise<Made>,
  ): Promise<Made> {
    const { router, mixer, logger } = this.#parts;
    if (this.#isClosed) throw new ConferenceError('closed');
    if (mixer === undefined) throw new ConferenceError('mixer-unavailable');
    const made = await open({
      router,
      mixer,
      logger,
      findProducer: (publisherId, source) => this.#connections.get(publisherId)?.producerOf(source),
      onClosed: (closed) => this.#mixes.delete(closed),
    });
    this.#mixes.add(made);
    if (!this.#isClosed) return made;
    made.close();
    throw new ConferenceError('closed');
  }

  #addMixed({ id }: Publisher, producer: Producer): void {
    this.#mixed.set(id, producer);
    producer.observer.once('close', () => this.#mixed.delete(id));
  }

  async #createTransport(
    router: Router,
    hasData: boolean,
    consentTimeoutS: number,
  ): Promise<WebRtcTransport> {
    const { webRtcServer, transports, logger } = this.#parts;
    try {
      const transport = await router.createWebRtcTransport({
        webRtcServer,
        enableUdp: true,
        enableTcp: true,
        preferUdp: true,
        initialAvailableOutgoingBitrate: transports.initialOutgoingBitrateBps,
        iceConsentTimeout: consentTimeoutS,
        enableSctp: hasData,
        maxSendMessageSize: maxDataMessageSize,
        maxReceiveMessageSize: maxDataMessageSize,
        sctpSendBufferSize: dataBufferSize,
        sctpPerStreamSendQueueLimit: dataBufferSize,
      });
      if (this.#isClosed) transport.close();
      if (transport.closed) throw new ConferenceError('closed');
      // Not waited for: it takes effect before anything that is asked of the transport later.
      transport
        .setMaxIncomingBitrate(transports.maxIncomingBitrateBps)
        .catch((thrown: unknown) => logger.debug('transport went at once', { reason: String(thrown) }));
      return transport;
    } catch (thrown) {
      throw engineFailure(thrown, this.#isClosed || router.closed);
    }
  }

  sendData(message: Uint8Array, channel: DataChannelName, to: readonly MediaLink[]): void {
    const ids = to.map(({ id }) => id);
    if (!this.#isClosed) this.#data.send(message, channel, ids);
  }

  /** Only microphones: music on a shared screen is nobody speaking. */
  #observe(producer: Producer, source: Source): void {
    if (source !== 'microphone') return;
    const { levels, logger } = this.#parts;
    levels
      .addProducer({ producerId: producer.id })
      .catch((thrown: unknown) => logger.debug('source went at once', { reason: String(thrown) }));
  }

  /** Routers beside this one. */
  get edgeCount(): number {
    return this.#edges.count;
  }

  /** Counted by the worker. A room that closes meanwhile counts as empty. */
  async dump(): Promise<RouterDump> {
    const { router } = this.#parts;
    try {
      const [{ transportIds, producers, consumers }, edges] = await Promise.all([
        this.#pipes.dump(),
        this.#edges.dump(),
      ]);
      const transports = transportIds.filter((id) => id !== this.#data.transportId).length;
      return addDumps({ transports, producers, consumers }, edges);
    } catch (thrown) {
      if (router.closed) return noRouterDump;
      throw engineFailure(thrown, false);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    // First: everything in it ends with it, at the cost of one message.
    this.#parts.router.close();
    this.#end();
  }

  /** The worker died, and all that was on it. */
  handleWorkerDied(): void {
    if (this.#isClosed) return;
    this.#end();
    this.#parts.events.onClosed(new ConferenceError('media-server-gone'));
  }

  #end(): void {
    this.#isClosed = true;
    for (const connection of this.#connections.values()) connection.close();
    for (const mix of [...this.#mixes]) mix.close();
    this.#edges.close();
    this.#parts.onEnd();
  }
}

function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

function toSpeaker({ producer, volume }: AudioLevelObserverVolume): Speaker[] {
  const { connectionId } = producer.appData;
  return typeof connectionId === 'string' ? [{ connectionId, level: volume }] : [];
}
