/** What this browser shares of its screen. */
import { ConferenceError } from '@plenum/protocol';
import type { Signal } from '../conference-client-types.ts';
import { createSignal } from '../signal.ts';
import { screenOptions } from './device-constraints.ts';
import { deviceErrorOf } from './device-errors.ts';
import type { DevicePlatform } from './device-platform.ts';
import type { ScreenState } from './local-media-types.ts';

type SharePlatform = Pick<DevicePlatform, 'hasMediaDevices' | 'canShareScreen' | 'getDisplayMedia'>;

interface ScreenLimits {
  readonly height: number;
  readonly frameRate: number;
}

/**
 * One screen, window or tab at a time. The browser's question cannot be taken back: what is chosen after nobody wants it any
 * more is stopped at once.
 */
export class ScreenShare {
  readonly state: Signal<ScreenState>;
  readonly #state = createSignal<ScreenState>({ name: 'off' });
  readonly #platform: SharePlatform;
  readonly #limits: ScreenLimits;
  /** The question that counts. */
  #asked: Promise<void> | undefined;
  #isClosed = false;

  constructor(platform: SharePlatform, limits: ScreenLimits) {
    this.state = this.#state;
    this.#platform = platform;
    this.#limits = limits;
  }

  /** Resolves when something is shared, has failed, or nothing was chosen. */
  start(): Promise<void> {
    const { name } = this.#state.current;
    if (this.#isClosed || name === 'on') return Promise.resolve();
    if (!this.#platform.canShareScreen) {
      const code = this.#platform.hasMediaDevices ? 'device-not-found' : 'insecure-page';
      this.#set({ name: 'failed', error: new ConferenceError(code) });
      return Promise.resolve();
    }
    this.#set({ name: 'starting' });
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  async #ask(): Promise<void> {
    try {
      const tracks = await this.#platform.getDisplayMedia(screenOptions(this.#limits));
      this.#take(tracks);
    } catch (thrown) {
      if (this.#state.current.name === 'starting') this.#set(stateAfter(thrown));
    } finally {
      this.#asked = undefined;
    }
  }

  #take(tracks: readonly MediaStreamTrack[]): void {
    const [track, sound] = (['video', 'audio'] as const).map((kind) =>
      tracks.find((one) => one.kind === kind),
    );
    if (this.#state.current.name !== 'starting' || track === undefined) {
      for (const one of tracks) one.stop();
      return;
    }
    // So that the encoder spends what it has on what can be read.
    track.contentHint = 'detail';
    if (sound !== undefined) sound.contentHint = 'music';
    track.addEventListener('ended', () => this.#handleEnded(track), { once: true });
    sound?.addEventListener('ended', () => this.#handleSilent(sound), { once: true });
    this.#set({ name: 'on', track, sound });
  }

  /** By the browser's own button, or the window that was shared is no more. */
  #handleEnded(track: MediaStreamTrack): void {
    const { current } = this.#state;
    if (current.name === 'on' && current.track === track) this.stop();
  }

  #handleSilent(sound: MediaStreamTrack): void {
    const { current } = this.#state;
    if (current.name === 'on' && current.sound === sound) this.#set({ ...current, sound: undefined });
  }

  stop(): void {
    if (this.#state.current.name !== 'off') this.#set({ name: 'off' });
  }

  close(): void {
    this.#isClosed = true;
    this.stop();
  }

  #set(next: ScreenState): void {
    const before = this.#state.current;
    if (before.name === 'on' && next.name !== 'on') {
      before.track.stop();
      before.sound?.stop();
    }
    this.#state.set(next);
  }
}

/** Who closes the question has changed their mind, which is no failure; what the system forbids is one. */
function stateAfter(thrown: unknown): ScreenState {
  const error = deviceErrorOf(thrown);
  const isBySystem = thrown instanceof Error && thrown.message.includes('system');
  return error.code === 'permission-denied' && !isBySystem ? { name: 'off' } : { name: 'failed', error };
}
