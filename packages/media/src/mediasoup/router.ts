/** One room's media context on one worker. */
import { ConferenceError, type DataChannelName, maxDataMessageSize, type Source } from '@plenum/protocol';
import type {
  AudioLevelObserver,
  AudioLevelObserverVolume,
  Producer,
  Router,
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
  MediaServerDump,
  MediaTracks,
  MixOptions,
  Publisher,
  RouterEvents,
  Speaker,
  TracksOptions,
} from '../media-server.ts';
import type { Mixer } from '../mixer.ts';
import { formatAnswer } from '../sdp/accepted-answer.ts';
import { asInvalidOffer, parseOffer } from '../sdp/accepted-offer.ts';
import { offeredCapabilities } from '../sdp/media-profile.ts';
import { formatOffer } from '../sdp/offer.ts';
import { extendPlan, planOffer } from '../sdp/plan.ts';
import { type ConnectionParts, MediasoupConnection } from './connection.ts';
import { engineFailure } from './failure.ts';
import { MediasoupMix } from './mix.ts';
import { RouterData } from './router-data.ts';
import { MediasoupTracks } from './tracks.ts';

/**
 * Bytes that may wait for one receiver: several times what one lets be under way to it, of all files together. What is more is
 * thrown away, and sent again by whom it came from.
 */
const dataBufferSize = 4_000_000;

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
  readonly levels: AudioLevelObserver;
  readonly events: RouterEvents;
  readonly transports: TransportSettings;
  readonly mixer: Mixer | undefined;
  readonly logger: Logger;
  /** Called once, however the router ended. */
  onEnd(): void;
}

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
  #isClosed = false;

  constructor(parts: RouterParts) {
    const { router, levels, events } = parts;
    this.#parts = parts;
    this.#data = new RouterData(router);
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
    const transport = await this.#createTransport(hasData);
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
    const transport = await this.#createTransport(false);
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
      return connection;
    } catch (thrown) {
      connection.close();
      throw asInvalidOffer(thrown);
    }
  }

  #connect(
    parts: Omit<ConnectionParts, 'logger' | 'clock' | 'findProducer' | 'onProducer' | 'onClosed'>,
  ): MediasoupConnection {
    const { id } = parts.transport;
    const connection = new MediasoupConnection({
      ...parts,
      logger: this.#parts.logger,
      clock: () => performance.now(),
      findProducer: (publisherId, source) => this.#findProducer(publisherId, source),
      onProducer: (producer, source) => this.#observe(producer, source),
      onClosed: () => this.#connections.delete(id),
    });
    this.#connections.set(id, connection);
    return connection;
  }

  #findProducer(publisherId: string, source: Source): Producer | undefined {
    return this.#connections.get(publisherId)?.producerOf(source) ?? this.#mixed.get(publisherId);
  }

  async createMix(options: MixOptions): Promise<MediaMix> {
    const { router, mixer, logger } = this.#parts;
    if (this.#isClosed) throw new ConferenceError('closed');
    if (mixer === undefined) throw new ConferenceError('mixer-unavailable');
    const mix = await MediasoupMix.open({
      router,
      mixer,
      logger,
      options,
      findProducer: (publisherId, source) => this.#connections.get(publisherId)?.producerOf(source),
      onPublisher: (publisher, producer) => this.#addMixed(publisher, producer),
      onClosed: (closed) => this.#mixes.delete(closed),
    });
    this.#mixes.add(mix);
    if (!this.#isClosed) return mix;
    mix.close();
    throw new ConferenceError('closed');
  }

  async openTracks(options: TracksOptions): Promise<MediaTracks> {
    const { router, mixer, logger } = this.#parts;
    if (this.#isClosed) throw new ConferenceError('closed');
    if (mixer === undefined) throw new ConferenceError('mixer-unavailable');
    const tracks = await MediasoupTracks.open({
      router,
      mixer,
      logger,
      options,
      findProducer: (publisherId, source) => this.#connections.get(publisherId)?.producerOf(source),
      onClosed: (closed) => this.#mixes.delete(closed),
    });
    this.#mixes.add(tracks);
    if (!this.#isClosed) return tracks;
    tracks.close();
    throw new ConferenceError('closed');
  }

  #addMixed({ id }: Publisher, producer: Producer): void {
    this.#mixed.set(id, producer);
    producer.observer.once('close', () => this.#mixed.delete(id));
  }

  async #createTransport(hasData: boolean): Promise<WebRtcTransport> {
    const { router, webRtcServer, transports, logger } = this.#parts;
    try {
      const transport = await router.createWebRtcTransport({
        webRtcServer,
        enableUdp: true,
        enableTcp: true,
        preferUdp: true,
        initialAvailableOutgoingBitrate: transports.initialOutgoingBitrateBps,
        iceConsentTimeout: transports.consentTimeoutS,
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

  /** Counted by the worker. A room that closes meanwhile counts as empty. */
  async dump(): Promise<MediaServerDump> {
    const { router } = this.#parts;
    const empty = { workers: 0, routers: 0, transports: 0, producers: 0, consumers: 0 };
    try {
      const dump = await router.dump();
      return {
        ...empty,
        transports: dump.transportIds.filter((id) => id !== this.#data.transportId).length,
        producers: dump.mapProducerIdConsumerIds.length,
        consumers: dump.mapConsumerIdProducerId.length,
      };
    } catch (thrown) {
      if (router.closed) return empty;
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
    this.#parts.onEnd();
  }
}

function toSpeaker({ producer, volume }: AudioLevelObserverVolume): Speaker[] {
  const { connectionId } = producer.appData;
  return typeof connectionId === 'string' ? [{ connectionId, level: volume }] : [];
}
