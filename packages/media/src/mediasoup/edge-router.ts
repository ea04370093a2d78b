/**
 * A router beside a room's own, whose payload types are those of some viewers' offers: the engine sends every packet under its router's
 * numbers, and whoever offers to receive has chosen others. What is shown there is piped from the room's router, within the worker.
 *
 * Pictures are piped as if they were sound. In packets of pictures the engine writes two header extensions under ids of its own, whether
 * they were negotiated or not, and libwebrtc reads by what it offered, whether that was answered or not: there 4 is the mid, which is
 * never any that it knows, so that it drops every packet. In those of sounds there is only 1, which no browser takes for anything that
 * matters. What it costs: the engine does not pass on requests for key frames of what is no picture to it. So they are asked for here
 * when somebody comes, where many come every second, and else come by themselves, every two seconds, as long as there is a stream.
 */
import { ConferenceError } from '@plenum/protocol';
import type { Consumer, PipeTransport, Producer, Router, RouterRtpCodecCapability } from 'mediasoup/types';
import type { ViewedCodec } from '../sdp/viewer-offer.ts';
import { edgeCodecs } from './edge-codecs.ts';
import { engineFailure } from './failure.ts';
import { KeyFrameRequests } from './key-frame-requests.ts';
import { addDumps, noRouterDump, PipeWatch, type RouterDump } from './pipe-watch.ts';

const loopback = '127.0.0.1';
/** Of one room: browsers of all kinds have a few numberings, and each costs a copy of what is shown. */
const mostEdges = 16;

export interface EdgeRoutersOptions {
  /** The room's. */
  readonly room: Router;
  /** Makes a router on the same worker. */
  readonly create: (codecs: RouterRtpCodecCapability[]) => Promise<Router>;
  /** Runs something after so many milliseconds; gives what prevents it. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** Viewers with the same numbers share one: most use one of a few browsers. */
export class EdgeRouters {
  readonly #room: Router;
  readonly #create: EdgeRoutersOptions['create'];
  readonly #edges = new Map<string, Promise<EdgeRouter>>();
  readonly #opened = new Set<EdgeRouter>();
  /** Of all edges together: what they show is made once. */
  readonly #keyFrames: KeyFrameRequests;
  #isClosed = false;

  constructor({ room, create, after }: EdgeRoutersOptions) {
    this.#room = room;
    this.#create = create;
    this.#keyFrames = new KeyFrameRequests({ after, passOn: (producerId) => this.#askFor(producerId) });
  }

  #askFor(producerId: string): boolean {
    return [...this.#opened].some((edge) => edge.askForKeyFrame(producerId));
  }

  get count(): number {
    return this.#edges.size;
  }

  /**
   * The router for these numbers, to be released when it is not needed any more.
   * @throws ConferenceError `unsupported-media` for numbers that a router cannot have, `capacity-exceeded` where there are too many
   * others, `closed`; and what mediasoup throws.
   */
  async take(viewed: readonly ViewedCodec[]): Promise<EdgeRouter> {
    const key = viewed.map(({ mimeType, payloadType }) => `${mimeType} ${payloadType}`).join();
    const codecs = edgeCodecs(viewed);
    for (;;) {
      if (this.#isClosed) throw new ConferenceError('closed');
      const opening = this.#edges.get(key) ?? this.#open(key, codecs);
      const edge = await opening;
      // The last who used it may have gone just now.
      if (!edge.isClosed) {
        edge.use();
        return edge;
      }
    }
  }

  #open(key: string, codecs: RouterRtpCodecCapability[]): Promise<EdgeRouter> {
    if (this.#edges.size >= mostEdges) throw new ConferenceError('capacity-exceeded');
    const forget = () => {
      if (this.#edges.get(key) === opening) this.#edges.delete(key);
    };
    const opening = this.#create(codecs).then((router) => this.#openOn(router, forget));
    this.#edges.set(key, opening);
    opening.catch(forget);
    return opening;
  }

  #openOn(router: Router, forget: () => void): EdgeRouter {
    const edge = new EdgeRouter({
      room: this.#room,
      router,
      requestKeyFrame: (producerId) => this.#keyFrames.request(producerId),
      onClosed: () => {
        this.#opened.delete(edge);
        forget();
      },
    });
    this.#opened.add(edge);
    return edge;
  }

  async dump(): Promise<RouterDump> {
    const edges = await Promise.allSettled(this.#edges.values());
    const dumps = edges.map((edge) => (edge.status === 'fulfilled' ? edge.value.dump() : noRouterDump));
    return (await Promise.all(dumps)).reduce(addDumps, noRouterDump);
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#keyFrames.close();
    for (const edge of this.#edges.values()) edge.then((opened) => opened.close()).catch(() => undefined);
  }
}

/** The two ends of what is between the routers. */
interface Pipe {
  readonly room: PipeTransport;
  readonly edge: PipeTransport;
}

interface Piped {
  /** In the room. */
  readonly source: Consumer;
  readonly producer: Producer;
}

interface EdgeRouterParts {
  readonly room: Router;
  readonly router: Router;
  /** Of a source of the room, for everybody who sees it. */
  readonly requestKeyFrame: (producerId: string) => void;
  readonly onClosed: () => void;
}

export class EdgeRouter {
  readonly router: Router;
  /** Somebody begins to see a source of the room, and can from a key frame on only. */
  readonly requestKeyFrame: (producerId: string) => void;
  readonly #room: Router;
  readonly #pipes: PipeWatch;
  readonly #onClosed: () => void;
  #pipe: Promise<Pipe> | undefined;
  /** By the source's id in the room. */
  readonly #piping = new Map<string, Promise<void>>();
  readonly #piped = new Map<string, Piped>();
  #users = 0;

  constructor({ room, router, requestKeyFrame, onClosed }: EdgeRouterParts) {
    this.#room = room;
    this.router = router;
    this.requestKeyFrame = requestKeyFrame;
    this.#pipes = new PipeWatch(router);
    this.#onClosed = onClosed;
    router.observer.once('close', onClosed);
  }

  get isClosed(): boolean {
    return this.router.closed;
  }

  use(): void {
    this.#users += 1;
  }

  /** Ends it where nobody else uses it. */
  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.close();
  }

  /** A source of the room that was brought here. */
  find(producerId: string): Producer | undefined {
    return this.#piped.get(producerId)?.producer;
  }

  /** Brings a source of the room here, once. @throws what mediasoup throws, where it has gone or is in another codec. */
  bring({ id }: Producer): Promise<void> {
    const piping = this.#piping.get(id) ?? this.#bring(id);
    this.#piping.set(id, piping);
    return piping;
  }

  async #bring(producerId: string): Promise<void> {
    const forget = () => {
      this.#piping.delete(producerId);
      this.#piped.delete(producerId);
    };
    try {
      this.#pipe ??= this.#openPipe().catch((thrown: unknown) => {
        this.#pipe = undefined;
        throw thrown;
      });
      const { room, edge } = await this.#pipe;
      const source = await room.consume({ producerId });
      source.once('producerclose', () => this.#piped.get(producerId)?.producer.close());
      const { rtpParameters } = source;
      const producer = await edge.produce({ kind: 'audio', rtpParameters }).catch((thrown: unknown) => {
        source.close();
        throw thrown;
      });
      producer.observer.once('close', forget);
      this.#piped.set(producerId, { source, producer });
      if (source.closed) producer.close();
    } catch (thrown) {
      forget();
      throw thrown;
    }
  }

  async #openPipe(): Promise<Pipe> {
    // With retransmission: it is two sockets, which overflow like any.
    const options = { listenInfo: { protocol: 'udp', ip: loopback }, enableRtx: true } as const;
    const room = await this.#room.createPipeTransport(options);
    this.router.observer.once('close', () => room.close());
    if (this.isClosed) room.close();
    try {
      const edge = await this.router.createPipeTransport(options);
      const meet = (one: PipeTransport, other: PipeTransport) =>
        one.connect({ ip: loopback, port: other.tuple.localPort });
      await Promise.all([meet(room, edge), meet(edge, room)]);
      return { room, edge };
    } catch (thrown) {
      room.close();
      throw thrown;
    }
  }

  /** False where the source is no picture, or was not brought here. */
  askForKeyFrame(producerId: string): boolean {
    const source = this.#piped.get(producerId)?.source;
    if (source?.kind !== 'video') return false;
    // Refused where it goes in this moment.
    source.requestKeyFrame().catch(() => undefined);
    return true;
  }

  async dump(): Promise<RouterDump> {
    try {
      return await this.#pipes.dump();
    } catch (thrown) {
      if (this.isClosed) return noRouterDump;
      throw engineFailure(thrown, false);
    }
  }

  /** May be called more than once. */
  close(): void {
    if (this.isClosed) return;
    this.router.close();
    this.#onClosed();
  }
}
