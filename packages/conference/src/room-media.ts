/** A room's part of the media server: its router, made when the first needs it, and who speaks. */
import { SerialQueue } from '@plenum/hyperty';
import type {
  AcceptedConnection,
  AcceptOptions,
  ConnectionOptions,
  MediaConnection,
  MediaLink,
  MediaMix,
  MediaRouter,
  MediaServer,
  MediaTracks,
  MixOptions,
  Speaker,
  TracksOptions,
  ViewerConnection,
} from '@plenum/media';
import type { Capabilities, ConferenceError, DataChannelName } from '@plenum/protocol';

/** A link that was just made, by who offers it. */
export type NewLink =
  | { readonly type: 'offer'; readonly media: MediaConnection }
  | { readonly type: 'answer'; readonly media: AcceptedConnection };

/** Who asks for a link. */
export interface LinkWish {
  readonly capabilities: Capabilities | undefined;
  /** Theirs, where they are the one who offers: as SDP. */
  readonly offer: string | undefined;
}

export interface RoomMediaContext {
  readonly mediaServer: MediaServer;
  readonly slots: ConnectionOptions['slots'];
  /** Why the room has ended, once it has. */
  readonly closedBy: () => ConferenceError | undefined;
  readonly onSpeakers: (speakers: readonly Speaker[]) => void;
  readonly onLost: (reason: ConferenceError) => void;
}

export class RoomMedia {
  readonly #context: RoomMediaContext;
  readonly #queue = new SerialQueue();
  #router: MediaRouter | undefined;

  constructor(context: RoomMediaContext) {
    this.#context = context;
  }

  /** @throws ConferenceError why the room has ended, `unsupported-media`, `invalid-offer`, and as the media server fails. */
  async connect(
    { capabilities, offer }: LinkWish,
    events: Pick<ConnectionOptions, 'onStatus' | 'onEstimate' | 'onData'>,
  ): Promise<NewLink> {
    const router = await this.#queue.run(() => this.#open());
    if (offer !== undefined) return { type: 'answer', media: await router.acceptOffer(offer, events) };
    const { slots } = this.#context;
    const sources = ['microphone', 'camera'] as const;
    return {
      type: 'offer',
      media: await router.createConnection({ sources, slots, capabilities, ...events }),
    };
  }

  /** As `MediaRouter.createMix`. @throws ConferenceError why the room has ended. */
  async createMix(options: MixOptions): Promise<MediaMix> {
    const router = await this.#queue.run(() => this.#open());
    return router.createMix(options);
  }

  /** As `MediaRouter.acceptViewer`. @throws ConferenceError why the room has ended. */
  async acceptViewer(offer: string, options: AcceptOptions): Promise<ViewerConnection> {
    const router = await this.#queue.run(() => this.#open());
    return router.acceptViewer(offer, options);
  }

  /** As `MediaRouter.openTracks`. @throws ConferenceError why the room has ended. */
  async openTracks(options: TracksOptions): Promise<MediaTracks> {
    const router = await this.#queue.run(() => this.#open());
    return router.openTracks(options);
  }

  /** As `MediaRouter.sendData`. */
  sendData(message: Uint8Array, channel: DataChannelName, to: readonly MediaLink[]): void {
    this.#router?.sendData(message, channel, to);
  }

  async #open(): Promise<MediaRouter> {
    if (this.#router !== undefined) return this.#router;
    const { mediaServer, closedBy, onSpeakers, onLost } = this.#context;
    const router = await mediaServer.createRouter({ onSpeakers, onClosed: onLost });
    const reason = closedBy();
    if (reason !== undefined) {
      router.close();
      throw reason;
    }
    this.#router = router;
    return router;
  }

  /** Nobody needs it for now. */
  release(): void {
    this.#router?.close();
    this.#router = undefined;
  }

  /** May be called more than once. */
  close(): void {
    this.#router?.close();
  }
}

/** Who says that it can neither send nor receive anything, such as a program that only watches, gets no link. */
export function isMediaWanted(capabilities: Capabilities | undefined): boolean {
  if (capabilities === undefined) return true;
  const { send, receive } = capabilities;
  return [send.audio, send.video, receive.audio, receive.video].some(({ length }) => length > 0);
}
