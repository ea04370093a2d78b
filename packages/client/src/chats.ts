/** The chats of one room: everybody's, and those of two. Each is a child object of the Communication object. */
import type { DataObjectObserver } from '@plenum/hyperty';
import {
  ConferenceError,
  childOf,
  type DataObjectUrl,
  type ParticipantId,
  type ResourceCollection,
  type ResourceCollectionSnapshot,
  resourceCollectionSnapshotSchema,
} from '@plenum/protocol';
import * as v from 'valibot';
import type { Chat, ChatMessage, PrivateChat, Signal } from './conference-client-types.ts';
import { createSignal, type WritableSignal } from './signal.ts';
import type { Stay } from './stay.ts';

const parseCollection = (value: unknown): ResourceCollectionSnapshot =>
  v.parse(resourceCollectionSnapshotSchema, value);

/** One child object with lines of chat, whichever stay it is observed by. */
class ChatObject implements Chat {
  readonly messages: WritableSignal<readonly ChatMessage[]> = createSignal<readonly ChatMessage[]>([]);
  readonly url: DataObjectUrl;
  readonly #nextNumber: () => number;
  #stay: Stay;
  #object: DataObjectObserver<ResourceCollection> | undefined;

  constructor(url: DataObjectUrl, stay: Stay, nextNumber: () => number) {
    this.url = url;
    this.#stay = stay;
    this.#nextNumber = nextNumber;
  }

  observe(stay: Stay, object: DataObjectObserver<ResourceCollection>): void {
    this.close();
    this.#stay = stay;
    this.#object = object;
    object.on('changed', (data) => this.#show(data));
    this.#show(object.data);
  }

  moveTo(stay: Stay): void {
    this.#stay = stay;
  }

  #show({ resources }: ResourceCollection): void {
    const lines = Object.entries(resources).flatMap(
      ([id, { type, content, participantId, author, authorName, created }]) => {
        // Also what one wrote before one left and came again.
        const isOwn = author === this.#stay.session.runtime.userUrl;
        return type === 'chat' ? [{ id, text: content, participantId, authorName, isOwn, created }] : [];
      },
    );
    // Of the same moment in the order in which they came.
    this.messages.set(lines.toSorted((a, b) => a.created.localeCompare(b.created)));
  }

  async send(text: string): Promise<void> {
    const resource = `${this.#stay.participantId}-${this.#nextNumber()}`;
    await this.#ask('create', { resource, value: { type: 'chat', content: text } });
  }

  async remove(messageId: string): Promise<void> {
    await this.#ask('delete', { resource: messageId });
  }

  async #ask(
    type: 'create' | 'delete',
    body: { readonly resource: string; readonly value?: unknown },
  ): Promise<void> {
    const { runtime, hypertyUrl } = this.#stay.session;
    await runtime.bus.request({ type, from: hypertyUrl, to: this.url, body } as const);
  }

  /** The server stops telling who has left by itself. */
  close(): void {
    this.#object?.release();
    this.#object = undefined;
  }
}

export class RoomChats {
  readonly everybody: Chat;
  readonly private: Signal<readonly PrivateChat[]>;
  readonly #private = createSignal<readonly (PrivateChat & { readonly url: DataObjectUrl })[]>([]);
  readonly #everybody: ChatObject;
  readonly #objects = new Map<DataObjectUrl, ChatObject>();
  #stay: Stay;
  #isClosed = false;
  // Not from 1: one may have been here before, and the numbers then used are taken.
  #number = Math.floor(Math.random() * 900_000_000);

  constructor(stay: Stay) {
    this.#stay = stay;
    this.private = this.#private;
    const url = childOf(stay.communication.url, 'resources');
    this.#everybody = new ChatObject(url, stay, () => this.#nextNumber());
    this.everybody = this.#everybody;
    void this.#observeEverybody(stay);
  }

  #nextNumber(): number {
    this.#number += 1;
    return this.#number;
  }

  /** One is in the room anew. What two said to each other is gone with a server that restarted. */
  follow(stay: Stay): void {
    const isSameSession = this.#stay.session === stay.session;
    this.#stay = stay;
    for (const [url, chat] of this.#objects) {
      if (isSameSession) chat.moveTo(stay);
      else this.#forget(url);
    }
    void this.#observeEverybody(stay);
  }

  async #observeEverybody(stay: Stay): Promise<void> {
    const { runtime, hypertyUrl } = stay.session;
    try {
      this.#everybody.close();
      const object = await runtime.syncher.subscribe(this.#everybody.url, hypertyUrl, parseCollection);
      if (this.#stay === stay && !this.#isClosed) this.#everybody.observe(stay, object);
      else object.release();
    } catch (thrown) {
      // Whoever sends is told that they may not.
      if (!(thrown instanceof ConferenceError)) throw thrown;
    }
  }

  /** @throws ConferenceError `participant-not-found`, `not-authorized`. */
  async open(participantId: ParticipantId): Promise<PrivateChat> {
    const known = this.#private.current.find((chat) => chat.participantId === participantId);
    if (known !== undefined) return known;
    const snapshot = await this.#stay.execute('openPrivateChat', { participantId });
    return this.#adopt(snapshot);
  }

  /** Somebody opened a chat with us; says whether it is of this room. */
  handleOffered(url: string, value: unknown): boolean {
    if (!url.startsWith(`${this.#stay.communication.url}/children/private-`)) return false;
    this.#adopt(parseCollection(value));
    return true;
  }

  #adopt(snapshot: ResourceCollectionSnapshot): PrivateChat {
    const known = this.#private.current.find(({ url }) => url === snapshot.url);
    if (known !== undefined) return known;
    const stay = this.#stay;
    const { runtime, hypertyUrl } = stay.session;
    const participantId = snapshot.data.members?.find((member) => member !== stay.participantId);
    if (participantId === undefined) throw new ConferenceError('invalid-object');
    const object = runtime.syncher.adopt(snapshot, hypertyUrl, parseCollection);
    const chat = new ChatObject(snapshot.url, stay, () => this.#nextNumber());
    chat.observe(stay, object);
    object.on('deleted', () => this.#forget(snapshot.url));
    this.#objects.set(snapshot.url, chat);
    const shown = {
      url: snapshot.url,
      participantId,
      messages: chat.messages,
      send: (text: string) => chat.send(text),
      remove: (messageId: string) => chat.remove(messageId),
    };
    this.#private.set([...this.#private.current, shown]);
    return shown;
  }

  #forget(url: DataObjectUrl): void {
    this.#objects.delete(url);
    this.#private.set(this.#private.current.filter((chat) => chat.url !== url));
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#everybody.close();
    for (const chat of this.#objects.values()) chat.close();
    this.#objects.clear();
  }
}
