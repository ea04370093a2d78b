/** A media server in memory: no worker, no packets, everything at once. The double for tests of what stands above. */
import { ConferenceError, type DataChannelName, randomWord } from '@plenum/protocol';
import type {
  AcceptOptions,
  ConnectionOptions,
  MediaLink,
  MediaRouter,
  MediaServer,
  MediaServerDump,
  MixOptions,
  RouterEvents,
  Speaker,
  TracksOptions,
} from '../media-server.ts';
import { formatAnswer } from '../sdp/accepted-answer.ts';
import { parseOffer } from '../sdp/accepted-offer.ts';
import { standardCapabilities } from '../sdp/media-profile.ts';
import { formatOffer } from '../sdp/offer.ts';
import { extendPlan, planOffer } from '../sdp/plan.ts';
import { mixCodecsOf, parseViewerOffer } from '../sdp/viewer-offer.ts';
import { FakeConnection, type FakeConnectionParts } from './connection.ts';
import { FakeMix } from './mix.ts';
import { FakeTracks } from './tracks.ts';
import { FakeViewer } from './viewer.ts';

export interface FakeMediaServerOptions {
  /** Whether a link is connected as soon as it is answered; true unless given. See `FakeConnection.setStatus`. */
  readonly connectsByItself?: boolean | undefined;
}

const fakeMixCosts = { h264: 1, vp8: 3 };

export function createFakeMediaServer(options: FakeMediaServerOptions = {}): FakeMediaServer {
  return new FakeMediaServer(options);
}

export class FakeMediaServer implements MediaServer {
  readonly #routers = new Set<FakeRouter>();
  readonly #options: FakeMediaServerOptions;
  #isClosed = false;

  constructor(options: FakeMediaServerOptions) {
    this.#options = options;
  }

  /** The rooms that exist now, oldest first. */
  get routers(): readonly FakeRouter[] {
    return [...this.#routers];
  }

  async createRouter(events: RouterEvents): Promise<FakeRouter> {
    if (this.#isClosed) throw new ConferenceError('closed');
    const router = new FakeRouter(events, this.#options, () => this.#routers.delete(router));
    this.#routers.add(router);
    return router;
  }

  /** Ends every room as the death of its worker would; new rooms can be made at once. */
  crash(): void {
    for (const router of this.routers) router.crash();
  }

  async dump(): Promise<MediaServerDump> {
    const connections = this.routers.flatMap((router) => router.connections);
    return {
      workers: this.#isClosed ? 0 : 1,
      routers: this.#routers.size,
      transports: connections.length,
      producers: connections.reduce((sum, connection) => sum + connection.negotiated.size, 0),
      consumers: connections.reduce((sum, connection) => sum + connection.shown.size, 0),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const router of this.routers) router.close();
  }
}

export class FakeRouter implements MediaRouter {
  readonly id = randomWord(10);
  readonly #events: RouterEvents;
  readonly #options: FakeMediaServerOptions;
  readonly #onEnd: () => void;
  readonly #connections = new Map<string, FakeConnection>();
  readonly #mixes = new Set<FakeMix>();
  readonly #viewers = new Map<FakeConnection, FakeViewer>();
  readonly #tracks = new Set<FakeTracks>();
  readonly #levels = new Map<string, number>();
  /** Whether there is one to be had now. */
  hasMixer = true;
  /** What all mixes together may cost, one in VP8 three times what one in H.264 does, which is 1. */
  mixerBudget = Infinity;
  /** What whoever asks for a mix waits for, where they wait for anything. */
  mixerStart: Promise<void> | undefined;
  #isClosed = false;

  constructor(events: RouterEvents, options: FakeMediaServerOptions, onEnd: () => void) {
    this.#events = events;
    this.#options = options;
    this.#onEnd = onEnd;
  }

  /** The links that exist now, oldest first. */
  get connections(): readonly FakeConnection[] {
    return [...this.#connections.values()];
  }

  async createConnection(options: ConnectionOptions): Promise<FakeConnection> {
    if (this.#isClosed) throw new ConferenceError('closed');
    return this.#connect({
      plan: planOffer(standardCapabilities, { ...options, hasData: options.onData !== undefined }),
      extendPlan: (plan, added) =>
        extendPlan(plan, standardCapabilities, { ...added, capabilities: options.capabilities }),
      describe: formatOffer,
      options,
    });
  }

  async acceptOffer(sdp: string, options: AcceptOptions): Promise<FakeConnection> {
    if (this.#isClosed) throw new ConferenceError('closed');
    const accepted = parseOffer(sdp, standardCapabilities);
    const connection = this.#connect({
      plan: accepted.lines.filter((line) => line.use !== 'refused'),
      extendPlan: (before) => before,
      describe: (_plan, own, origin) => formatAnswer(accepted, own, origin),
      options,
    });
    connection.accept(accepted.answer);
    return connection;
  }

  async acceptViewer(sdp: string, options: AcceptOptions): Promise<FakeViewer> {
    if (this.#isClosed) throw new ConferenceError('closed');
    const offer = parseViewerOffer(sdp, standardCapabilities);
    const connection = this.#connect({
      plan: offer.plan,
      extendPlan: (before) => before,
      describe: (_plan, own, origin) => formatAnswer(offer, own, origin),
      options,
    });
    const viewer = new FakeViewer({
      connection,
      codecs: mixCodecsOf(offer),
      codecOf: (publisherId) => this.mixes.find(({ picture }) => picture.id === publisherId)?.codec,
    });
    this.#viewers.set(connection, viewer);
    connection.accept(offer.answer);
    return viewer;
  }

  /** Those that exist now, oldest first. */
  get viewers(): readonly FakeViewer[] {
    return [...this.#viewers.values()];
  }

  #connect(parts: Pick<FakeConnectionParts, 'plan' | 'extendPlan' | 'describe' | 'options'>): FakeConnection {
    const connection = new FakeConnection({
      ...parts,
      id: randomWord(10),
      sessionId: String(parseInt(randomWord(8), 32)),
      connectsByItself: this.#options.connectsByItself ?? true,
      hasSource: (publisherId, source) =>
        this.#connections.get(publisherId)?.negotiated.has(source) === true ||
        this.mixes.some((mix) => mix.publishers.get(publisherId) === source),
      onClosed: (closed) => this.#forget(closed),
    });
    this.#connections.set(connection.id, connection);
    return connection;
  }

  sendData(message: Uint8Array, channel: DataChannelName, to: readonly MediaLink[]): void {
    for (const { id } of to) this.#connections.get(id)?.deliver(message, channel);
  }

  /** Those that exist now, oldest first. */
  get mixes(): readonly FakeMix[] {
    return [...this.#mixes];
  }

  /** Where sources are written down now, oldest first. */
  get tracks(): readonly FakeTracks[] {
    return [...this.#tracks];
  }

  async openTracks(options: TracksOptions): Promise<FakeTracks> {
    if (this.#isClosed) throw new ConferenceError('closed');
    await this.mixerStart;
    if (!this.hasMixer) throw new ConferenceError('mixer-unavailable');
    const tracks = new FakeTracks(options, (closed) => this.#tracks.delete(closed));
    this.#tracks.add(tracks);
    return tracks;
  }

  async createMix(options: MixOptions): Promise<FakeMix> {
    if (this.#isClosed) throw new ConferenceError('closed');
    await this.mixerStart;
    const others = [...this.#mixes].filter((mix) => mix !== options.replaces);
    const cost = [...others, options].reduce((sum, { codec }) => sum + fakeMixCosts[codec], 0);
    const budget = options.isUnasked === true ? this.mixerBudget / 2 : this.mixerBudget;
    if (!this.hasMixer || cost > budget) throw new ConferenceError('mixer-unavailable');
    const mix = new FakeMix(options, (closed) => {
      this.#mixes.delete(closed);
      for (const id of closed.publishers.keys()) this.#empty(id);
    });
    this.#mixes.add(mix);
    return mix;
  }

  #forget(connection: FakeConnection): void {
    this.#connections.delete(connection.id);
    this.#viewers.delete(connection);
    this.#levels.delete(connection.id);
    this.#empty(connection.id);
  }

  #empty(publisherId: string): void {
    for (const connection of this.#connections.values()) connection.forget(publisherId);
  }

  /** Lets somebody speak, in dBov from -127 to 0; undefined is silence. Reported at once. */
  speak(connectionId: string, level: number | undefined): void {
    if (level === undefined) this.#levels.delete(connectionId);
    else this.#levels.set(connectionId, level);
    const speakers = Array.from(this.#levels, ([id, each]): Speaker => ({ connectionId: id, level: each }));
    this.#events.onSpeakers(speakers.sort((a, b) => b.level - a.level));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const connection of this.connections) connection.close();
    for (const mix of [...this.mixes, ...this.tracks]) mix.close();
    this.#onEnd();
  }

  /** Ends this room as the death of its worker would. */
  crash(): void {
    if (this.#isClosed) return;
    this.close();
    this.#events.onClosed(new ConferenceError('media-server-gone'));
  }
}
