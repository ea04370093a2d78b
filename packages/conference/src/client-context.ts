/**
 * A client's Context as the server observes it, from the request to join on: whether it waits in the lobby or is in the room.
 * Each takes one of the places that its session has.
 */
import {
  ConferenceError,
  type ConnectionFailure,
  type ConnectionSummary,
  type ContextData,
  type ContextSnapshot,
  contextSnapshotSchema,
  type DataObjectUrl,
  type HypertyUrl,
  splitAddress,
} from '@plenum/protocol';
import * as v from 'valibot';
import { ClientObject, type ClientObjectContext, type ClientObjectEvents } from './client-object.ts';
import type { Quota } from './quota.ts';

export interface ClientContextContext extends ClientObjectContext {
  /** Stays by session, in all rooms. */
  readonly seats: Quota;
  /** The client tells of a connection that has come about. */
  readonly onConnected: (summary: ConnectionSummary) => void;
  /** And of an attempt at one that failed. */
  readonly onConnectFailed: (failure: ConnectionFailure) => void;
}

/** What is only counted concerns nobody in the room. */
const counted: ReadonlySet<string | undefined> = new Set(['connected', 'failed']);

const parseContext = (value: unknown) => v.parse(contextSnapshotSchema, value);

export class ClientContext {
  readonly hypertyUrl: HypertyUrl;
  readonly #seats: Quota;
  readonly #onConnected: (summary: ConnectionSummary) => void;
  readonly #onConnectFailed: (failure: ConnectionFailure) => void;
  readonly #object: ClientObject<ContextData>;
  #isClosed = false;

  /** @throws ConferenceError `capacity-exceeded`; `address-taken` where it is observed already. */
  constructor(snapshot: ContextSnapshot, hypertyUrl: HypertyUrl, context: ClientContextContext) {
    this.hypertyUrl = hypertyUrl;
    this.#seats = context.seats;
    this.#onConnected = eachOnce(context.onConnected);
    this.#onConnectFailed = eachOnce(context.onConnectFailed);
    this.#object = new ClientObject(snapshot, parseContext, context);
    if (this.#seats.take(sessionOf(hypertyUrl))) return;
    this.#object.close();
    throw new ConferenceError('capacity-exceeded', 'You are in too many rooms.');
  }

  get url(): DataObjectUrl {
    return this.#object.url;
  }

  get data(): ContextData {
    return this.#object.data;
  }

  /** Who is told from now on; one at a time. An end that has come already is told soon. */
  listen(events: ClientObjectEvents): void {
    this.#object.listen({
      onChanged: (attribute) => {
        this.#tellCounted();
        if (!counted.has(attribute?.split('.')[0])) events.onChanged(attribute);
      },
      onEnded: (error) => events.onEnded(error),
    });
  }

  #tellCounted(): void {
    const { connected, failed } = this.data;
    if (connected !== undefined) this.#onConnected(connected);
    if (failed !== undefined) this.#onConnectFailed(failed);
  }

  /** May be called more than once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#object.close();
    this.#seats.giveBack(sessionOf(this.hypertyUrl));
  }
}

/** However often it is written. */
function eachOnce<Numbered extends { readonly number: number }>(tell: (one: Numbered) => void) {
  let told = 0;
  return (one: Numbered) => {
    if (one.number <= told) return;
    told = one.number;
    tell(one);
  };
}

/** A session's addresses all begin with its id. */
function sessionOf(url: HypertyUrl): string {
  return splitAddress(url)?.path.split('/')[0] ?? url;
}
