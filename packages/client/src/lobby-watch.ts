/** Who waits to be let in: observed while one moderates. */
import type { DataObjectObserver } from '@plenum/hyperty';
import { childOf, type LobbyData, lobbySnapshotSchema, type ParticipantId } from '@plenum/protocol';
import * as v from 'valibot';
import type { Signal, WaitingPerson } from './conference-client-types.ts';
import { createSignal } from './signal.ts';
import type { Stay } from './stay.ts';

export class LobbyWatch {
  readonly waiting: Signal<readonly WaitingPerson[]>;
  readonly #waiting = createSignal<readonly WaitingPerson[]>([]);
  #stay: Stay;
  #isFollowed = false;
  #lobby: DataObjectObserver<LobbyData> | undefined;

  constructor(stay: Stay) {
    this.#stay = stay;
    this.waiting = this.#waiting;
  }

  /** Whether one moderates. */
  follow(isModerator: boolean): void {
    if (isModerator === this.#isFollowed) return;
    this.#isFollowed = isModerator;
    if (isModerator) void this.#observe(this.#stay);
    else this.#stop();
  }

  /** One is in the room anew. */
  replace(stay: Stay): void {
    this.#stop();
    this.#stay = stay;
    if (this.#isFollowed) void this.#observe(stay);
  }

  async #observe(stay: Stay): Promise<void> {
    const { runtime, hypertyUrl } = stay.session;
    const url = childOf(stay.communication.url, 'lobby');
    try {
      const lobby = await runtime.syncher.subscribe(url, hypertyUrl, (value) =>
        v.parse(lobbySnapshotSchema, value),
      );
      if (!this.#isFollowed || this.#stay !== stay) return lobby.release();
      this.#lobby = lobby;
      lobby.on('changed', (data) => this.#show(data));
      lobby.on('deleted', () => this.#waiting.set([]));
      this.#show(lobby.data);
    } catch {
      // Who has stopped moderating meanwhile may not see it; who still does is told again when that changes.
      this.#waiting.set([]);
    }
  }

  #show({ waiting }: LobbyData): void {
    const people = Object.entries(waiting).map(([id, { name, userURL, since }]) => ({
      participantId: id as ParticipantId,
      name,
      userUrl: userURL,
      since,
    }));
    this.#waiting.set(people.toSorted((a, b) => a.since.localeCompare(b.since)));
  }

  #stop(): void {
    // Who does not moderate any more, or has left, is not told any more anyway.
    this.#lobby?.release();
    this.#lobby = undefined;
    if (this.#waiting.current.length > 0) this.#waiting.set([]);
  }

  /** May be called more than once. */
  close(): void {
    this.#isFollowed = false;
    this.#stop();
  }
}
