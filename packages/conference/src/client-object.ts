/** A data object that a client reports and the conference server observes: by it is seen also that its client has gone. */
import type { DataObjectObserver, HypertyRuntime, ParseSnapshot } from '@plenum/hyperty';
import {
  type ConferenceError,
  changesOf,
  type DataObjectUrl,
  type HypertyUrl,
  type Snapshot,
  toConferenceError,
  wellKnown,
} from '@plenum/protocol';

export interface ClientObjectContext {
  readonly runtime: HypertyRuntime;
  readonly conferenceUrl: HypertyUrl;
}

export interface ClientObjectEvents {
  /** Something in it changed; undefined: perhaps everything. */
  onChanged(attribute: string | undefined): void;
  /** The client has gone, with or without a word, or wrote what may not be written. Final. */
  onEnded(error: ConferenceError | undefined): void;
}

export class ClientObject<T> {
  readonly #context: ClientObjectContext;
  readonly #observer: DataObjectObserver<T>;
  #events: ClientObjectEvents | undefined;
  #ended: { readonly error: ConferenceError | undefined } | undefined;
  #isClosed = false;

  /** @throws ConferenceError `address-taken` where it is observed already. */
  constructor(snapshot: Snapshot<T>, parse: ParseSnapshot<T>, context: ClientObjectContext) {
    this.#context = context;
    this.#observer = context.runtime.syncher.adopt(snapshot, context.conferenceUrl, parse);
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

  get data(): T {
    return this.#observer.data;
  }

  /** Who is told from now on; one at a time. An end that has come already is told soon. */
  listen(events: ClientObjectEvents): void {
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
    // Refused where the client's object is gone, and with it what was subscribed to.
    this.#route('unsubscribe').catch(() => undefined);
  }
}
