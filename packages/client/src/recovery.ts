/**
 * Brings media back: a link that is lost for a moment mends itself; then it is given a new way through the network (ICE
 * restart), and where that does not help, a new link. Nothing counts as mended until packets have been counted.
 *
 * | state      | means                                       | goes on with                                |
 * |------------|---------------------------------------------|---------------------------------------------|
 * | connecting | the first connection is being made          | connected: flowing; failed, too late: hopeless |
 * | flowing    | all is well                                 | disconnected: waiting; failed: restarting   |
 * | waiting    | ICE may mend it by itself                   | connected: flowing; time is up: restarting  |
 * | restarting | a new offer is on its way                   | connected, or packets come: flowing; time is up: a new link |
 * | proving    | the session is back: do packets come?       | yes: flowing; no: restarting                |
 */
import type { Clock } from '@plenum/hyperty';
import { ArrivalWatch } from './arrival-watch.ts';

export type RecoveryState = 'connecting' | 'flowing' | 'waiting' | 'restarting' | 'proving';

export interface RecoveryActions {
  /** Whether the server can be told anything now. */
  readonly isSessionOpen: () => boolean;
  /** Finds out soon whether it is as open as it seems: the network may be gone for all. */
  readonly checkSession: () => void;
  /** Bytes that have arrived over the link so far. */
  readonly receivedBytes: () => Promise<number>;
  readonly restartIce: () => void;
  readonly makeNewLink: () => void;
  /** The first connection could not be made. */
  readonly giveUp: () => void;
  readonly onState: (state: RecoveryState) => void;
}

/** A browser gives up after 15 to 30 s; people are to know within 15 s of joining that there is no way, and why. */
const connectMs = 12_000;
/** A short loss of wireless is over by then; milliseconds. */
const waitMs = 2_000;
/** A new offer, its answer and the checks take some round trips. */
const restartMs = 6_000;
/** The server sends reports at least every second. */
const proveMs = 2_500;

export class Recovery {
  readonly #clock: Clock;
  readonly #actions: RecoveryActions;
  readonly #arrivals: ArrivalWatch;
  #state: RecoveryState = 'connecting';
  #linkState: RTCPeerConnectionState = 'new';
  #stopTimer: () => void = () => undefined;
  #isClosed = false;

  constructor(clock: Clock, actions: RecoveryActions) {
    this.#clock = clock;
    this.#actions = actions;
    this.#arrivals = new ArrivalWatch({
      clock,
      receivedBytes: actions.receivedBytes,
      onArrived: () => this.#handleArrival(),
      onSilent: () => this.#handleSilence(),
    });
    this.#limitConnecting();
  }

  /** Without a session the other side cannot say how it may be reached: that counts from when there is one again. */
  #limitConnecting(): void {
    this.#stopTimer();
    this.#after(connectMs, () => {
      if (this.#actions.isSessionOpen()) this.#actions.giveUp();
      else this.#limitConnecting();
    });
  }

  #set(state: RecoveryState): void {
    this.#stopTimer();
    this.#stopTimer = () => undefined;
    this.#state = state;
    this.#actions.onState(state);
  }

  #after(ms: number, act: () => void): void {
    this.#stopTimer = this.#clock.after(ms, act);
  }

  /** The peer connection's state changed. */
  handleLinkState(state: RTCPeerConnectionState): void {
    if (this.#isClosed) return;
    this.#linkState = state;
    if (state === 'connecting' && this.#state === 'connecting') this.#limitConnecting();
    if (state === 'connected') this.#handleConnected();
    if (state === 'disconnected' && (this.#state === 'flowing' || this.#state === 'proving')) this.#wait();
    if (state === 'failed') this.#handleFailed();
  }

  #handleConnected(): void {
    this.#set('flowing');
    this.#arrivals.begin();
  }

  /** A link that was given a new way before the browser missed the old one never said that it was lost. */
  #handleArrival(): void {
    if (this.#state === 'restarting' && this.#linkState === 'connected') this.#set('flowing');
  }

  /** The browser misses what does not arrive only after seconds. By then the session can be back. */
  #handleSilence(): void {
    if (this.#state === 'flowing') this.#checkSession();
    if (this.#state === 'proving') this.#restart();
  }

  /** One that is lost is being brought back already: asking again would begin that anew. */
  #checkSession(): void {
    if (this.#actions.isSessionOpen()) this.#actions.checkSession();
  }

  #handleFailed(): void {
    if (this.#state === 'connecting') this.#actions.giveUp();
    else if (this.#state !== 'restarting') this.#restart();
  }

  #wait(): void {
    this.#set('waiting');
    this.#checkSession();
    this.#after(waitMs, () => this.#restart());
  }

  /** Without a session nobody can be asked: it goes on when the session does. */
  #restart(): void {
    this.#set('restarting');
    if (!this.#actions.isSessionOpen()) return;
    this.#actions.restartIce();
    // Otherwise a new link might be made because nobody heard of it.
    this.#checkSession();
    this.#after(restartMs, () => {
      if (this.#actions.isSessionOpen()) this.#actions.makeNewLink();
    });
  }

  /** The session was lost, and is open again. */
  handleSessionBack(): void {
    if (this.#isClosed) return;
    if (this.#state === 'connecting') return this.#limitConnecting();
    if (this.#state === 'flowing' && !this.#arrivals.isSilent) void this.#prove();
    else this.#restart();
  }

  async #prove(): Promise<void> {
    this.#set('proving');
    const before = await this.#countReceived();
    if (this.#isClosed || this.#state !== 'proving') return;
    if (before === undefined) this.#restart();
    else this.#after(proveMs, () => void this.#compare(before));
  }

  async #compare(before: number): Promise<void> {
    const after = await this.#countReceived();
    if (this.#isClosed || this.#state !== 'proving') return;
    if (after !== undefined && after > before) this.#set('flowing');
    else this.#restart();
  }

  /** Undefined where the link cannot even be asked: that is no proof. */
  #countReceived(): Promise<number | undefined> {
    return this.#actions.receivedBytes().catch(() => undefined);
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#arrivals.close();
    this.#stopTimer();
  }
}
