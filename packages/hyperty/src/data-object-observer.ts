/**
 * A copy of a data object that somebody else reports. Deltas are applied in order; a gap in the versions or a new
 * epoch makes it read the object again. SPEC.md rules O.
 */
import {
  type Address,
  applyChange,
  bodyToDelta,
  type Change,
  ConferenceError,
  changesOf,
  type DataObjectUrl,
  type Delta,
  isErrorCode,
  type Json,
  type MessageOf,
  type Request,
  type Snapshot,
  subscriptionOf,
  toConferenceError,
} from '@plenum/protocol';
import { Emitter } from './emitter.ts';
import type { Logger } from './logger.ts';
import type { MessageBus } from './message-bus.ts';

export interface ObserverEvents<T> {
  /** After each delta, and after a re-read (without a change). */
  readonly changed: readonly [data: T, change: Change | undefined];
  /** The reporter deleted the object, or lets one observe it no more; the error says why, where it said so. Final. */
  readonly deleted: readonly [reason: ConferenceError | undefined];
  /** The reporter wrote what the schema refuses, or cannot be read any more; the copy stays as it was. Final. */
  readonly failed: readonly [error: ConferenceError];
}

/** Turns what a reporter wrote into a snapshot, or throws. */
export type ParseSnapshot<T> = (value: unknown) => Snapshot<T>;

export interface ObserverOptions<T> {
  readonly snapshot: Snapshot<T>;
  readonly parse: ParseSnapshot<T>;
  /** The hyperty that observes. */
  readonly observer: Address;
}

interface ObserverContext {
  readonly bus: MessageBus;
  readonly logger: Logger;
  readonly onClosed: () => void;
}

type Update = MessageOf<'update'>['body'];

/** Updates that come during one read. */
const maxHeld = 256;
const readAttempts = 4;

export class DataObjectObserver<T> {
  readonly url: DataObjectUrl;
  readonly #options: ObserverOptions<T>;
  readonly #context: ObserverContext;
  readonly #events: Emitter<ObserverEvents<T>>;
  readonly #stopListening: () => void;
  #snapshot: Snapshot<T>;
  /** What came while the object is being read again; undefined when it is not. */
  #held: Update[] | undefined;
  /** More may have been missed since the read that is under way was asked for. */
  #isOutdated = false;
  #closed = false;

  constructor(options: ObserverOptions<T>, context: ObserverContext) {
    this.url = options.snapshot.url;
    this.#options = options;
    this.#context = context;
    this.#snapshot = options.snapshot;
    this.#events = new Emitter((thrown) => context.logger.error('an observer listener failed', { thrown }));
    this.#stopListening = context.bus.listen(changesOf(this.url), (message) => {
      this.handleMessage(message);
      return undefined;
    });
  }

  get data(): T {
    return this.#snapshot.data;
  }

  get version(): number {
    return this.#snapshot.version;
  }

  on<E extends keyof ObserverEvents<T>>(
    event: E,
    listener: (...args: ObserverEvents<T>[E]) => void,
  ): () => void {
    return this.#events.on(event, listener);
  }

  /** What the reporter published. */
  handleMessage(message: Request): void {
    if (this.#closed || message.from !== this.url) return;
    if (message.type === 'delete') this.#handleDelete(message.body);
    if (message.type === 'update') this.#handleUpdate(message.body);
  }

  /** The reporter tells this observer alone that it is one no more, and why. */
  handleDismissal(message: Request): void {
    if (this.#closed || message.type !== 'delete' || message.from !== subscriptionOf(this.url)) return;
    this.#handleDelete(message.body);
  }

  #handleUpdate(body: Update): void {
    if (this.#closed) return;
    if (this.#held !== undefined) return this.#hold(body);
    try {
      if (body.attribute === undefined) this.#handleAnnouncement(body);
      else this.#handleDelta(bodyToDelta(body), body);
    } catch (thrown) {
      this.#fail(toConferenceError(thrown, 'invalid-object'));
    }
  }

  /** Bounded, since a flood during a slow read must not grow without end; a further read then heals it. */
  #hold(body: Update): void {
    if (this.#held === undefined || this.#held.length >= maxHeld) this.#isOutdated = true;
    else this.#held.push(body);
  }

  #handleDelete({ epoch, description, error }: MessageOf<'delete'>['body']): void {
    // Of an object that was at this address before.
    if (epoch !== undefined && epoch !== this.#snapshot.epoch) return;
    const known = error !== undefined && isErrorCode(error.code) ? error.code : 'internal';
    const reason = error === undefined ? undefined : new ConferenceError(known, description);
    this.#end();
    this.#events.emit('deleted', reason);
  }

  #handleDelta(delta: Delta, body: Update): void {
    const isSameEpoch = delta.epoch === this.#snapshot.epoch;
    if (isSameEpoch && delta.version <= this.version) return;
    if (isSameEpoch && delta.version === this.version + 1) this.#apply(delta);
    else void this.#readAgain([body]);
  }

  /** The reporter says at which version the object is, without a change. */
  #handleAnnouncement({ epoch, version = 0 }: Update): void {
    const isNews = epoch !== this.#snapshot.epoch || version > this.version;
    if (isNews) void this.#readAgain([]);
  }

  /** Reads the object again: what was published may have been missed, also by a read that is under way. */
  refresh(): void {
    if (this.#closed) return;
    if (this.#held === undefined) void this.#readAgain([]);
    else this.#isOutdated = true;
  }

  #apply(delta: Delta): void {
    const { attribute, version, lastModified } = delta;
    const data = applyChange(this.#snapshot.data as Json, delta);
    this.#snapshot = this.#options.parse({ ...this.#snapshot, version, lastModified, data });
    const change = delta.value === undefined ? { attribute } : { attribute, value: delta.value };
    this.#events.emit('changed', this.data, change);
  }

  async #readAgain(held: Update[]): Promise<void> {
    this.#held = held;
    this.#context.logger.debug('data object read again', { url: this.url, version: this.version });
    try {
      const value = await this.#read(readAttempts);
      if (!this.#closed) this.#replace(this.#options.parse(value));
    } catch (thrown) {
      this.#fail(toConferenceError(thrown, 'invalid-object'));
    }
  }

  /** The reporter may be without its link for a while. */
  async #read(attempts: number): Promise<unknown> {
    const draft = { type: 'read', from: this.#options.observer, to: this.url, body: {} } as const;
    try {
      return (await this.#context.bus.request(draft)).value;
    } catch (thrown) {
      const isSilent =
        thrown instanceof ConferenceError &&
        (thrown.code === 'timeout' || thrown.code === 'user-unreachable');
      if (!isSilent || attempts <= 1 || this.#closed) throw thrown;
      return this.#read(attempts - 1);
    }
  }

  #replace(snapshot: Snapshot<T>): void {
    const held = this.#held ?? [];
    const isOutdated = this.#isOutdated;
    this.#held = undefined;
    this.#isOutdated = false;
    this.#snapshot = snapshot;
    this.#events.emit('changed', this.data, undefined);
    // A delta of another epoch than the snapshot just read is history.
    const isHistory = ({ attribute, epoch }: Update) => attribute !== undefined && epoch !== snapshot.epoch;
    for (const body of held) if (!isHistory(body)) this.#handleUpdate(body);
    if (isOutdated) this.refresh();
  }

  #fail(error: ConferenceError): void {
    if (this.#closed) return;
    this.#end();
    this.#events.emit('failed', error);
  }

  #end(): void {
    this.#closed = true;
    this.#stopListening();
    this.#context.onClosed();
  }

  /** Stops observing here, but says nothing: another copy takes its place. The data stays. May be called more than once. */
  release(): void {
    if (this.#closed) return;
    this.#end();
    this.#events.clear();
  }

  /** Stops observing; nothing is emitted any more. May be called more than once. */
  close(): void {
    if (this.#closed) return;
    this.release();
    this.#context.bus.send({
      type: 'unsubscribe',
      from: this.#options.observer,
      to: subscriptionOf(this.url),
      body: {},
    });
  }
}
