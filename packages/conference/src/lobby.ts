/** Who waits to be let in: an object that moderators observe, and a provisional answer now and then for who waits. */
import type { Clock, DataObjectReporter } from '@plenum/hyperty';
import { ConferenceError, type HypertyUrl, type LobbyData, type ParticipantId } from '@plenum/protocol';
import type { Caller } from './caller.ts';
import type { ClientContext } from './client-context.ts';
import { Quota } from './quota.ts';

/** Somebody who waits. */
export interface Waiting {
  /** What the participant will be called, once it is one. */
  readonly id: ParticipantId;
  readonly name: string;
  readonly caller: Caller;
  /** Whether the application holds them, whatever the room is set to. */
  readonly isHeldByApplication: boolean;
  readonly client: ClientContext;
  /** Tells the client that it has to go on waiting. */
  readonly progress: () => void;
}

export interface LobbyContext {
  readonly clock: Clock;
  readonly limits: { readonly waitingPerRoom: number; readonly waitingPerOrigin: number };
  /** The child object `lobby`. */
  readonly report: Pick<DataObjectReporter<LobbyData>, 'data' | 'setAt'>;
}

/** Well within the time after which a client takes the request for lost. */
const progressEveryMs = 5_000;

interface Wait {
  readonly who: Waiting;
  readonly resolve: () => void;
  readonly reject: (error: ConferenceError) => void;
  stopProgress: () => void;
}

export class Lobby {
  readonly #context: LobbyContext;
  readonly #waits = new Map<ParticipantId, Wait>();
  readonly #byOrigin: Quota;

  constructor(context: LobbyContext) {
    this.#context = context;
    this.#byOrigin = new Quota(context.limits.waitingPerOrigin);
  }

  get waiting(): readonly Waiting[] {
    return Array.from(this.#waits.values(), ({ who }) => who);
  }

  get size(): number {
    return this.#waits.size;
  }

  /**
   * Resolves when somebody lets them in.
   * @throws ConferenceError `capacity-exceeded`, `refused`, `room-closed`, `aborted` where they went or gave up.
   */
  async wait(who: Waiting): Promise<void> {
    if (this.size >= this.#context.limits.waitingPerRoom || !this.#byOrigin.take(who.caller.origin)) {
      throw new ConferenceError('capacity-exceeded', 'Too many people wait for this room.');
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const wait: Wait = { who, resolve, reject, stopProgress: () => undefined };
    this.#waits.set(who.id, wait);
    who.client.listen({
      onChanged: () => undefined,
      onEnded: (error) => this.#end(who.id, error ?? new ConferenceError('aborted')),
    });
    const { clock, report } = this.#context;
    report.setAt(['waiting', who.id], {
      userURL: who.caller.userUrl,
      name: who.name,
      since: clock.isoTime(),
    });
    this.#tellProgress(wait);
    return promise;
  }

  #tellProgress(wait: Wait): void {
    wait.who.progress();
    wait.stopProgress = this.#context.clock.after(progressEveryMs, () => this.#tellProgress(wait));
  }

  /** A moderator has decided. @throws ConferenceError `participant-not-found`. */
  decide(id: ParticipantId, isAdmitted: boolean, reason: string | undefined): void {
    if (!this.#waits.has(id)) throw new ConferenceError('participant-not-found');
    this.#end(id, isAdmitted ? undefined : new ConferenceError('refused', reason));
  }

  /** Nobody of whom that is true waits any more. */
  refuse(isRefused: (caller: Caller) => boolean, reason: ConferenceError): void {
    for (const { id, caller } of this.waiting) if (isRefused(caller)) this.#end(id, reason);
  }

  /** By the hyperty's own wish. Says whether it was here. */
  leave(hypertyUrl: HypertyUrl): boolean {
    const found = this.waiting.find(({ client }) => client.hypertyUrl === hypertyUrl);
    if (found !== undefined) this.#end(found.id, new ConferenceError('aborted'));
    return found !== undefined;
  }

  #end(id: ParticipantId, error: ConferenceError | undefined): void {
    const wait = this.#waits.get(id);
    if (wait === undefined) return;
    this.#waits.delete(id);
    this.#byOrigin.giveBack(wait.who.caller.origin);
    wait.stopProgress();
    this.#context.report.setAt(['waiting', id], undefined);
    if (error === undefined) wait.resolve();
    else wait.reject(error);
  }

  /** Tells everybody who waits. May be called more than once. */
  close(error: ConferenceError): void {
    for (const id of [...this.#waits.keys()]) this.#end(id, error);
  }
}
