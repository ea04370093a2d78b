import type { Signal } from '../conference-client-types.ts';
import { createSignal } from '../signal.ts';
import type { OpenOutcome } from './device-opener.ts';
import { type DeviceEvent, trackOf, transition } from './device-state.ts';
import type { DeviceState } from './local-media-types.ts';

export interface CaptureDeviceOptions {
  /** Asked for first, unless `start` names another. */
  readonly deviceId: string | undefined;
  /** Must not reject. */
  readonly open: (deviceId: string | undefined) => Promise<OpenOutcome>;
}

/**
 * One camera or microphone. It opens one thing at a time: wishes that come while it opens are taken up when that
 * has ended, and only the last counts. It owns its tracks and stops each that it does not hand out.
 */
export class CaptureDevice {
  readonly state: Signal<DeviceState>;
  readonly #state = createSignal<DeviceState>({ name: 'off' });
  readonly #open: CaptureDeviceOptions['open'];
  #wantedId: string | undefined;
  #isEnabled = true;
  #isOpening = false;
  #isClosed = false;

  constructor(options: CaptureDeviceOptions) {
    this.state = this.#state;
    this.#open = options.open;
    this.#wantedId = options.deviceId;
  }

  /** Resolves when the device is on, has failed, or was stopped meanwhile. */
  start(deviceId: string | undefined): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const { current } = this.#state;
    this.#wantedId = deviceId ?? this.#wantedId;
    const isOnAlready = current.name === 'on' && (deviceId ?? current.deviceId) === current.deviceId;
    if (!isOnAlready) this.#begin({ name: 'start' });
    return this.#untilSettled();
  }

  stop(): void {
    this.#dispatch({ name: 'stop' });
  }

  /** A disabled track sends silence, or black; holds for this and all later tracks. */
  setEnabled(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    const track = trackOf(this.#state.current);
    if (track !== undefined) track.enabled = isEnabled;
  }

  /** A device of this kind was plugged in: perhaps the one that was missing. */
  handleDeviceAppeared(): void {
    const { current } = this.#state;
    if (current.name !== 'failed') return;
    // A device that is just being unplugged may count as in use, hence the second.
    const mayHelp = current.error.code === 'device-not-found' || current.error.code === 'device-in-use';
    if (mayHelp) this.#begin({ name: 'start' });
  }

  close(): void {
    this.#isClosed = true;
    this.stop();
  }

  #handleEnded(track: MediaStreamTrack): void {
    if (trackOf(this.#state.current) !== track) return;
    this.#wantedId = undefined;
    this.#begin({ name: 'lost' });
  }

  #begin(event: DeviceEvent): void {
    this.#dispatch(event);
    if (!this.#isOpening) void this.#openUntilSettled();
  }

  async #openUntilSettled(): Promise<void> {
    this.#isOpening = true;
    while (this.#isWanted()) {
      const deviceId = this.#wantedId;
      const outcome = await this.#open(deviceId);
      const isStale = !this.#isWanted() || deviceId !== this.#wantedId;
      if (!isStale) this.#take(outcome);
      else if (outcome.name === 'opened') outcome.track.stop();
    }
    this.#isOpening = false;
  }

  #isWanted(): boolean {
    return this.#state.current.name === 'starting';
  }

  #take(outcome: OpenOutcome): void {
    if (outcome.name === 'opened') {
      const { track } = outcome;
      track.enabled = this.#isEnabled;
      track.addEventListener('ended', () => this.#handleEnded(track), { once: true });
    }
    this.#dispatch(outcome);
  }

  #dispatch(event: DeviceEvent): void {
    const before = trackOf(this.#state.current);
    const next = transition(this.#state.current, event);
    // Before anybody is told: many systems open a camera only once, and the next may be the same.
    if (before !== trackOf(next)) before?.stop();
    this.#state.set(next);
  }

  #untilSettled(): Promise<void> {
    if (!this.#isWanted()) return Promise.resolve();
    return new Promise((resolve) => {
      const end = this.#state.subscribe((state) => {
        if (state.name === 'starting') return;
        end();
        resolve();
      });
    });
  }
}
