/**
 * A client's Context as the server observes it, from the request to join on: whether it waits in the lobby or is in the room.
 * Each takes one of the places that its session has.
 */
import {
  ConferenceError,
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
}

const parseContext = (value: unknown) => v.parse(contextSnapshotSchema, value);

export class ClientContext {
  readonly hypertyUrl: HypertyUrl;
  readonly #seats: Quota;
  readonly #onConnected: ClientContextContext['onConnected'];
  readonly #object: ClientObject<ContextData>;
  /** The number of the last connection that was told of. */
  #told = 0;
  #isClosed = false;

  /** @throws ConferenceError `capacity-exceeded`; `address-taken` where it is observed already. */
  constructor(snapshot: ContextSnapshot, hypertyUrl: HypertyUrl, context: ClientContextContext) {
    this.hypertyUrl = hypertyUrl;
    this.#seats = context.seats;
    this.#onConnected = context.onConnected;
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
        this.#tellConnected();
        // What is only counted concerns nobody in the room.
        if (attribute?.split('.')[0] !== 'connected') events.onChanged(attribute);
      },
      onEnded: (error) => events.onEnded(error),
    });
  }

  /** Each once, however often it is written. */
  #tellConnected(): void {
    const { connected } = this.data;
    if (connected === undefined || connected.number <= this.#told) return;
    this.#told = connected.number;
    this.#onConnected(connected);
  }

  /** May be called more than once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#object.close();
    this.#seats.giveBack(sessionOf(this.hypertyUrl));
  }
}

/** A session's addresses all begin with its id. */
function sessionOf(url: HypertyUrl): string {
  return splitAddress(url)?.path.split('/')[0] ?? url;
}
