/**
 * Keeps one in a room, over one stay after another: a link that is lost is mended or made anew, a session that is lost is come
 * back from. It ends when one leaves, or when there is no way back.
 */
import { type Clock, throughLossMs } from '@plenum/hyperty';
import { type ConferenceError, type ParticipantId, toConferenceError, type View } from '@plenum/protocol';
import { comeBack } from './comeback.ts';
import type { RoomState, Signal } from './conference-client-types.ts';
import { pause } from './pause.ts';
import { Recovery, type RecoveryState } from './recovery.ts';
import { createSignal } from './signal.ts';
import type { Stay } from './stay.ts';

export interface PresenceOptions {
  readonly stay: Stay;
  readonly clock: Clock;
  readonly view: View;
  /** Joins again as the same participant. */
  readonly comeBack: (how: {
    readonly as: ParticipantId;
    readonly view: View;
    readonly signal: AbortSignal;
    readonly onWaiting: () => void;
  }) => Promise<Stay>;
  /** The Communication object, or who is in which slot, changed. */
  readonly onChanged: () => void;
  /** Another stay has taken the place of the one before. */
  readonly onReplaced: (stay: Stay) => void;
  /** Final. */
  readonly onEnded: () => void;
}

/** How long a leaving waits for the server's word, which is told also later, should it be out of reach. */
const leaveWithinMs = 3_000;

export class Presence {
  readonly state: Signal<RoomState>;
  readonly #state = createSignal<RoomState>({ name: 'connecting' });
  readonly #options: PresenceOptions;
  readonly #ending = new AbortController();
  #stay: Stay;
  #recovery: Recovery;
  #comingBack: 'no' | 'trying' | 'waiting' = 'no';
  /** Media flowed once, or none is wanted: from then on one is brought back, whatever happens. */
  #wasConnected = false;
  #wanted: Readonly<Record<string, number>> | undefined;
  #view: View;
  #isBehind = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.state = this.#state;
    this.#stay = options.stay;
    this.#view = options.view;
    this.#recovery = this.#recoveryOf(options.stay);
  }

  /** What one is in the room by now. */
  get stay(): Stay {
    return this.#stay;
  }

  /** Tells from now on what happens. */
  begin(): void {
    this.#follow(this.#stay);
  }

  #recoveryOf(stay: Stay): Recovery {
    return new Recovery(this.#options.clock, {
      isSessionOpen: () => stay.session.runtime.state === 'open',
      checkSession: () => stay.session.runtime.checkLink(),
      receivedBytes: () => stay.receivedBytes(),
      restartIce: () => stay.askForIceRestart(),
      makeNewLink: () => void this.#comeBack(),
      giveUp: () => void this.#giveUp(stay),
      onState: (state) => this.#handleRecovery(state),
    });
  }

  async #giveUp(stay: Stay): Promise<void> {
    // What comes of it meanwhile comes too late.
    this.#recovery.close();
    const error = await stay.giveUpConnecting();
    if (this.#stay === stay) this.#handleEnded(error);
  }

  #follow(stay: Stay): void {
    const recovery = this.#recovery;
    stay.listen({
      onRoomChanged: this.#options.onChanged,
      onMediaChanged: this.#options.onChanged,
      onLinkState: (state) => recovery.handleLinkState(state),
      onEnded: (error) => this.#handleEnded(error),
    });
    // It may have connected before anybody listened.
    recovery.handleLinkState(stay.linkState);
  }

  #handleRecovery(state: RecoveryState): void {
    if (state === 'flowing') this.#wasConnected = true;
    this.#showState(state);
  }

  #showState(recovery: RecoveryState): void {
    const isSessionOpen = this.#stay.session.runtime.state === 'open';
    if (this.#comingBack === 'waiting') this.#set('waiting');
    else if (this.#comingBack === 'trying' || !isSessionOpen) this.#set('reconnecting');
    else if (recovery === 'flowing' || recovery === 'proving') this.#set('connected');
    else this.#set(recovery === 'connecting' ? 'connecting' : 'interrupted');
  }

  #set(name: Exclude<RoomState['name'], 'left'>): void {
    const before = this.#state.current.name;
    if (before !== 'left' && before !== name) this.#state.set({ name });
  }

  /** How tall others are on the screen; goes for every stay to come. */
  want(wanted: Readonly<Record<string, number>>): void {
    this.#wanted = wanted;
    this.#stay.media.want(wanted);
  }

  /** What one wants to see; goes for every stay to come. */
  setView(view: View): void {
    this.#view = view;
    this.#stay.setView(view);
  }

  /** Whether this device does not decode in time what it is sent; goes for every stay to come. */
  setBehind(isBehind: boolean): void {
    this.#isBehind = isBehind;
    this.#stay.setBehind(isBehind);
  }

  /** The session's link was lost, or is there again. */
  handleSessionState(): void {
    if (this.#stay.session.runtime.state === 'open') {
      this.#recovery.handleSessionBack();
      this.#stay.handleSessionBack();
    }
    if (this.#stay.session.runtime.state === 'resuming') this.#showState('flowing');
  }

  /** The session is no more, and the stay with it. */
  handleSessionLost(error: ConferenceError): void {
    this.#handleEnded(error);
  }

  #handleEnded(error: ConferenceError): void {
    // With an expired token one may get another: whoever made the client is asked for it.
    const mayReturn = error.retryable || error.code === 'token-expired';
    if (this.#wasConnected && mayReturn) void this.#comeBack();
    else this.#end(error);
  }

  /** Until it works, or there is no way back. The page lives, so one wants to be here. */
  async #comeBack(): Promise<void> {
    if (this.#comingBack !== 'no' || this.#state.current.name === 'left') return;
    const { clock } = this.#options;
    const { signal } = this.#ending;
    const show = (how: 'trying' | 'waiting') => {
      this.#comingBack = how;
      this.#showState('restarting');
    };
    this.#recovery.close();
    this.#stay.retire();
    show('trying');
    const as = this.#stay.participantId;
    const attempt = () =>
      this.#options.comeBack({ as, view: this.#view, signal, onWaiting: () => show('waiting') });
    try {
      const { resumeWithinMs } = this.#stay.session.runtime;
      this.#replace(
        await comeBack({ clock, signal, resumeWithinMs, attempt, onRetry: () => show('trying') }),
      );
    } catch (thrown) {
      this.#end(toConferenceError(thrown));
    }
  }

  #replace(stay: Stay): void {
    if (this.#ending.signal.aborted) return stay.close();
    this.#stay.close();
    this.#comingBack = 'no';
    this.#stay = stay;
    this.#recovery = this.#recoveryOf(stay);
    this.#follow(stay);
    if (this.#wanted !== undefined) stay.media.want(this.#wanted);
    stay.setView(this.#view);
    stay.setBehind(this.#isBehind);
    this.#options.onReplaced(stay);
    this.#showState(stay.linkState === 'connected' ? 'flowing' : 'restarting');
  }

  /** Resolves when the server has confirmed, or has not within a while. May be called more than once. */
  async leave(): Promise<void> {
    if (this.#state.current.name === 'left') return;
    // Without a link it waits for one, longer than anybody waits for it.
    const left = this.#stay.execute('leaveRoom', {}, { timeoutMs: throughLossMs });
    this.#end(undefined);
    const waiting = new AbortController();
    // Gone either way: what does not reach the server it notices by itself.
    const told = left.catch(() => undefined).finally(() => waiting.abort());
    await Promise.race([told, pause(this.#options.clock, leaveWithinMs, waiting.signal)]);
  }

  #end(error: ConferenceError | undefined): void {
    if (this.#state.current.name === 'left') return;
    this.#state.set({ name: 'left', error });
    this.#ending.abort();
    this.#recovery.close();
    this.#stay.close();
    this.#options.onEnded();
  }
}
