/**
 * Who looks on at a room's broadcast by a link to the media server: they are in no list but this one, are neither seen nor heard, and
 * have no data objects. Each sees the room's one picture and hears everybody.
 *
 * | state      | means                               | goes on with                                      |
 * |------------|-------------------------------------|---------------------------------------------------|
 * | connecting | it was answered                     | the link is there: watching; not in time: gone    |
 * | watching   | it sees what there is               | it goes, is lost, or the broadcast ends: gone     |
 */
import type { Clock, Logger } from '@plenum/hyperty';
import type { AcceptOptions, MediaMix, ViewerConnection, ViewerContent } from '@plenum/media';
import { ConferenceError, type ConnectionStatus, type RoomId } from '@plenum/protocol';
import type { ConferenceLimits } from './limits.ts';
import { Quota } from './quota.ts';

/** Who wants to look on. */
export interface AudienceWish {
  /** SDP, to receive by. */
  readonly offer: string;
  /** The broadcast's, where it has one. */
  readonly key?: string | undefined;
  /** An opaque word for where they are. */
  readonly origin: string;
  /** They do not look on any more, for whatever reason; called once. */
  readonly onEnded: () => void;
}

/** One who looks on. */
export interface AudienceSeat {
  /** SDP. */
  readonly answer: string;
  /** @throws ConferenceError `closed`. */
  restartIce(): Promise<string>;
  /** May be called more than once. */
  close(): void;
}

export interface RoomAudienceContext {
  readonly roomId: RoomId;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: Pick<ConferenceLimits, 'viewersPerRoom' | 'viewersPerOrigin' | 'connectWithinMs'>;
  /** Counts one who looks on, until what it returns is called. @throws ConferenceError `not-broadcast`. */
  readonly attend: (wish: Pick<AudienceWish, 'key'>) => () => void;
  readonly accept: (offer: string, options: AcceptOptions) => Promise<ViewerConnection>;
}

export class RoomAudience {
  readonly #context: RoomAudienceContext;
  readonly #origins: Quota;
  readonly #viewers = new Set<Viewer>();
  #mix: MediaMix | undefined;

  constructor(context: RoomAudienceContext) {
    this.#context = context;
    this.#origins = new Quota(context.limits.viewersPerOrigin);
  }

  get size(): number {
    return this.#viewers.size;
  }

  /**
   * @throws ConferenceError `not-broadcast`, `capacity-exceeded`, `invalid-offer`, `unsupported-media` for who does not decode the
   * picture, which is in H.264.
   */
  async enter(wish: AudienceWish): Promise<AudienceSeat> {
    const { clock, limits, attend, accept } = this.#context;
    const leave = attend(wish);
    const viewer = new Viewer(() => this.#forget(viewer, wish, leave));
    if (this.#viewers.size >= limits.viewersPerRoom || !this.#origins.take(wish.origin)) {
      leave();
      throw new ConferenceError('capacity-exceeded');
    }
    this.#viewers.add(viewer);
    try {
      await viewer.open(accept, wish.offer);
    } catch (thrown) {
      viewer.close();
      throw thrown;
    }
    viewer.waitWith(clock.after(limits.connectWithinMs, () => viewer.close()));
    void this.#show(viewer);
    return viewer;
  }

  #forget(viewer: Viewer, { origin, onEnded }: AudienceWish, leave: () => void): void {
    this.#viewers.delete(viewer);
    this.#origins.giveBack(origin);
    leave();
    onEnded();
    if (this.size === 0) this.#mix?.releaseSound(undefined);
  }

  /** There is a mix now in what everybody here decodes, or none any more. */
  handleMix(mix: MediaMix | undefined): void {
    this.#mix = mix;
    for (const viewer of this.#viewers) void this.#show(viewer);
  }

  async #show(viewer: Viewer): Promise<void> {
    const mix = this.#mix;
    try {
      const content = mix && { picture: mix.picture, sound: await mix.soundFor(undefined) };
      if (mix === this.#mix) await viewer.show(content ?? {});
    } catch (thrown) {
      // The mix ended in this moment; where there is another, that is shown.
      const { roomId, logger } = this.#context;
      logger.debug('a viewer cannot be shown the room', { roomId, reason: String(thrown) });
    }
  }

  /** There is nothing to look on at any more. May be called more than once. */
  dismiss(): void {
    for (const viewer of [...this.#viewers]) viewer.close();
  }
}

const lost: ReadonlySet<ConnectionStatus> = new Set(['disconnected', 'failed', 'closed']);

class Viewer implements AudienceSeat {
  readonly #onClosed: () => void;
  #connection: ViewerConnection | undefined;
  #stopWaiting: () => void = () => undefined;
  #isConnected = false;
  #isClosed = false;

  constructor(onClosed: () => void) {
    this.#onClosed = onClosed;
  }

  /** @throws ConferenceError `closed` where it was closed meanwhile, and as the media server fails. */
  async open(accept: RoomAudienceContext['accept'], offer: string): Promise<void> {
    const connection = await accept(offer, { onStatus: (status) => this.#handleStatus(status) });
    this.#connection = connection;
    if (this.#isClosed) {
      connection.close();
      throw new ConferenceError('closed');
    }
    const { codecs } = connection;
    // None at all are of one who only wants to hear.
    if (codecs.size > 0 && !codecs.has('h264')) throw new ConferenceError('unsupported-media');
  }

  get answer(): string {
    return this.#connection?.localAnswer ?? '';
  }

  /** What ends it is stopped once it is connected. */
  waitWith(stop: () => void): void {
    this.#stopWaiting = stop;
    if (this.#isConnected || this.#isClosed) stop();
  }

  #handleStatus(status: ConnectionStatus): void {
    if (lost.has(status)) return this.close();
    if (status !== 'connected' && status !== 'completed') return;
    this.#isConnected = true;
    this.#stopWaiting();
  }

  async show(content: ViewerContent): Promise<void> {
    if (!this.#isClosed) await this.#connection?.show(content);
  }

  async restartIce(): Promise<string> {
    if (this.#isClosed || this.#connection === undefined) throw new ConferenceError('closed');
    return this.#connection.restartIce();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopWaiting();
    this.#connection?.close();
    this.#onClosed();
  }
}
