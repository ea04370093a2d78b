/**
 * A client's Connection as the server observes it, from the request to join on: by it is seen that its client has gone,
 * whether it waits in the lobby or is in the room. Each takes one of the places that its session has.
 */
import type { DataObjectObserver, HypertyRuntime } from '@plenum/hyperty';
import {
  ConferenceError,
  type ConnectionData,
  type ConnectionSnapshot,
  changesOf,
  connectionSnapshotSchema,
  type DataObjectUrl,
  type HypertyUrl,
  splitAddress,
  toConferenceError,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';
import type { Quota } from './quota.ts';

export interface ClientConnectionContext {
  readonly runtime: HypertyRuntime;
  readonly conferenceUrl: HypertyUrl;
  /** Stays by session, in all rooms. */
  readonly seats: Quota;
}

export interface ClientConnectionEvents {
  /** Something in it changed; undefined: perhaps everything. */
  onChanged(attribute: string | undefined): void;
  /** The client has gone, with or without a word, or wrote what may not be written. Final. */
  onEnded(error: ConferenceError | undefined): void;
}

const parseConnection = (value: unknown) => v.parse(connectionSnapshotSchema, value);

export class ClientConnection {
  readonly hypertyUrl: HypertyUrl;
  readonly #context: ClientConnectionContext;
  readonly #observer: DataObjectObserver<ConnectionData>;
  #events: ClientConnectionEvents | undefined;
  #ended: { readonly error: ConferenceError | undefined } | undefined;
  #isClosed = false;

  /** @throws ConferenceError `capacity-exceeded`; `address-taken` where it is observed already. */
  constructor(snapshot: ConnectionSnapshot, hypertyUrl: HypertyUrl, context: ClientConnectionContext) {
    this.hypertyUrl = hypertyUrl;
    this.#context = context;
    this.#observer = context.runtime.syncher.adopt(snapshot, context.conferenceUrl, parseConnection);
    if (!context.seats.take(sessionOf(hypertyUrl))) {
      this.#observer.release();
      throw new ConferenceError('capacity-exceeded', 'You are in too many rooms.');
    }
    this.#observer.on('changed', (_data, change) => this.#events?.onChanged(change?.attribute));
    this.#observer.on('deleted', () => this.#end(undefined));
    this.#observer.on('failed', (error) => this.#end(error));
    // By the server's own word: a client that does not let itself be observed could go without being missed.
    this.#route('subscribe').catch((thrown) => this.#end(toConferenceError(thrown)));
  }

  #route(type: 'subscribe' | 'unsubscribe') {
    const { runtime, conferenceUrl } = this.#context;
    const to = wellKnown.subscriptions(runtime.domain);
    return runtime.bus.request({
      type,
      from: conferenceUrl,
      to,
      body: { resources: [changesOf(this.url)] },
    });
  }

  #end(error: ConferenceError | undefined): void {
    if (this.#ended !== undefined) return;
    this.#ended = { error };
    this.#events?.onEnded(error);
  }

  get url(): DataObjectUrl {
    return this.#observer.url;
  }

  get data(): ConnectionData {
    return this.#observer.data;
  }

  /** Who is told from now on; one at a time. An end that has come already is told soon. */
  listen(events: ClientConnectionEvents): void {
    this.#events = events;
    const ended = this.#ended;
    if (ended !== undefined) queueMicrotask(() => events.onEnded(ended.error));
  }

  /** May be called more than once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events = undefined;
    this.#observer.release();
    this.#context.seats.giveBack(sessionOf(this.hypertyUrl));
    // Refused where the client's Connection is gone, and with it what was subscribed to.
    this.#route('unsubscribe').catch(() => undefined);
  }
}

/** A session's addresses all begin with its id. */
function sessionOf(url: HypertyUrl): string {
  return splitAddress(url)?.path.split('/')[0] ?? url;
}
