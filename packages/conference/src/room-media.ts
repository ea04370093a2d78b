/** A room's part of the media server: its router, made when the first needs it, and who speaks. */
import { SerialQueue } from '@plenum/hyperty';
import type {
  ConnectionOptions,
  MediaConnection,
  MediaMix,
  MediaRouter,
  MediaServer,
  MixOptions,
  Speaker,
} from '@plenum/media';
import type { Capabilities, ConferenceError, DataChannelName } from '@plenum/protocol';

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

  /** @throws ConferenceError why the room has ended, `unsupported-media`, and as the media server fails. */
  async connect(
    capabilities: Capabilities | undefined,
    events: Pick<ConnectionOptions, 'onStatus' | 'onEstimate' | 'onData'>,
  ): Promise<MediaConnection> {
    const router = await this.#queue.run(() => this.#open());
    const { slots } = this.#context;
    return router.createConnection({ sources: ['microphone', 'camera'], slots, capabilities, ...events });
  }

  /** As `MediaRouter.createMix`. @throws ConferenceError why the room has ended. */
  async createMix(options: MixOptions): Promise<MediaMix> {
    const router = await this.#queue.run(() => this.#open());
    return router.createMix(options);
  }

  /** As `MediaRouter.sendData`. */
  sendData(message: Uint8Array, channel: DataChannelName, to: readonly MediaConnection[]): void {
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
