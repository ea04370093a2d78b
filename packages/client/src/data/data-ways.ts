/**
 * The ways by which data goes: by the media server, which hands it on, or straight to each of the others, as the room's plan says;
 * while a room changes over, by whichever is there.
 */
import {
  ConferenceError,
  type DataChannelName,
  formatAddressed,
  type ParticipantId,
  type Plan,
  parseForwarded,
} from '@plenum/protocol';
import type { DataLink } from './data-link.ts';

export interface DataWaysEvents {
  onMessage(from: ParticipantId, payload: Uint8Array, channel: DataChannelName): void;
  /** Somebody can be sent something who could not before, or more. */
  onReady(): void;
}

export class DataWays {
  readonly #plan: () => Plan;
  #events: DataWaysEvents | undefined;
  #star: DataLink | undefined;
  readonly #pairs = new Map<ParticipantId, DataLink>();

  constructor(plan: () => Plan) {
    this.#plan = plan;
  }

  /** From now on in place of whoever listened before; undefined: nobody. */
  listen(events: DataWaysEvents | undefined): void {
    this.#events = events;
    events?.onReady();
  }

  /** Goes on by that link to the media server, or without any. */
  useStar(link: DataLink | undefined): void {
    this.#star = link;
    link?.listen({
      onMessage: (message, channel) => this.#handleForwarded(message, channel),
      onReady: () => this.#events?.onReady(),
    });
  }

  /** The link to somebody, or none any more. */
  usePair(id: ParticipantId, link: DataLink | undefined): void {
    if (link === undefined) this.#pairs.delete(id);
    else this.#pairs.set(id, link);
    link?.listen({
      onMessage: (message, channel) => this.#events?.onMessage(id, message, channel),
      onReady: () => this.#events?.onReady(),
    });
  }

  #handleForwarded(message: Uint8Array, channel: DataChannelName): void {
    try {
      const { from, payload } = parseForwarded(message);
      this.#events?.onMessage(from, payload, channel);
    } catch (thrown) {
      // Of a server that says something else nothing is to be had.
      if (!(thrown instanceof ConferenceError)) throw thrown;
    }
  }

  #wayTo(id: ParticipantId): DataLink | undefined {
    const ways = [this.#star, this.#pairs.get(id)];
    if (this.#plan() === 'mesh') ways.reverse();
    return ways.find((link) => link?.isOpen === true);
  }

  canSend(to: ParticipantId, channel: DataChannelName): boolean {
    return this.#wayTo(to)?.canSend(channel) === true;
  }

  /** One message for all who are reached by the media server, and one for each of the others. */
  send(to: readonly ParticipantId[], payload: Uint8Array<ArrayBuffer>, channel: DataChannelName): void {
    const byStar = to.filter((id) => this.#star !== undefined && this.#wayTo(id) === this.#star);
    if (byStar.length > 0) this.#star?.send(formatAddressed({ to: byStar, payload }), channel);
    for (const id of to) {
      const way = this.#wayTo(id);
      if (way !== this.#star) way?.send(payload, channel);
    }
  }

  /** To everybody else, whoever that is. */
  broadcast(payload: Uint8Array<ArrayBuffer>, channel: DataChannelName): void {
    const isByStar = this.#star?.isOpen === true && this.#plan() === 'sfu';
    if (isByStar) return this.#star?.send(formatAddressed({ to: [], payload }), channel);
    for (const link of this.#pairs.values()) link.send(payload, channel);
  }
}
