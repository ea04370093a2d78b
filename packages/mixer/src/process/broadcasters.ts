/** The live streams that a room's thread makes. */
import { LivePackager } from '../live/packager.ts';
import type { RoomMixer } from '../room/room-mixer.ts';
import type { BroadcastEvent, RoomSettings } from './messages.ts';

/** Enough for many voices at once, in mono. */
const soundBitrateBps = 64_000;

interface Sending {
  /** Undefined as long as its encoder is being opened. */
  packager: LivePackager | undefined;
  stopTapping: () => void;
}

export class Broadcasters {
  readonly #mixer: Pick<RoomMixer, 'tap'>;
  readonly #encoding: RoomSettings['encoding'];
  readonly #tell: (event: BroadcastEvent) => void;
  readonly #sending = new Map<number, Sending>();
  readonly #busy = new Set<Promise<void>>();

  constructor(
    mixer: Pick<RoomMixer, 'tap'>,
    encoding: RoomSettings['encoding'],
    tell: (event: BroadcastEvent) => void,
  ) {
    this.#mixer = mixer;
    this.#encoding = encoding;
    this.#tell = tell;
  }

  begin(broadcast: number): void {
    const sending: Sending = { packager: undefined, stopTapping: () => undefined };
    this.#sending.set(broadcast, sending);
    this.#finish(this.#open(broadcast, sending));
  }

  async #open(broadcast: number, sending: Sending): Promise<void> {
    const { codec, width, height, framesPerSecond } = this.#encoding;
    const onFailure = (reason: Error) => this.#handleFailure(broadcast, reason);
    if (codec !== 'h264') return onFailure(new Error(`a live stream is of H.264, and not of ${codec}`));
    try {
      const packager = await LivePackager.open({
        size: { width, height },
        framesPerSecond,
        soundBitrateBps,
        wallMs: () => Date.now(),
        emit: (event) => this.#tell({ type: 'live', broadcast, event }),
        onFailure,
      });
      // Stopped meanwhile.
      if (this.#sending.get(broadcast) !== sending) return await packager.close();
      sending.packager = packager;
      sending.stopTapping = this.#mixer.tap(packager);
    } catch (thrown) {
      onFailure(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }

  #handleFailure(broadcast: number, { message }: Error): void {
    if (!this.#sending.has(broadcast)) return;
    this.stop(broadcast);
    this.#tell({ type: 'broadcast-failed', broadcast, reason: message });
  }

  /** Nothing happens where it is not there, or not any more. */
  stop(broadcast: number): void {
    const sending = this.#sending.get(broadcast);
    if (sending === undefined) return;
    this.#sending.delete(broadcast);
    sending.stopTapping();
    if (sending.packager !== undefined) this.#finish(sending.packager.close());
  }

  #finish(work: Promise<void>): void {
    const done = work.finally(() => this.#busy.delete(done));
    this.#busy.add(done);
  }

  /** May be called more than once. Resolves when FFmpeg does nothing more for any of them. */
  async close(): Promise<void> {
    for (const broadcast of [...this.#sending.keys()]) this.stop(broadcast);
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }
}
