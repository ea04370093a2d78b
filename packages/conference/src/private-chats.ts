/** Chats that two people see: child objects of the room, each with the two as its only observers. */
import type { Clock, DataObjectReporter, HypertyRuntime, Logger } from '@plenum/hyperty';
import {
  type CommunicationData,
  ConferenceError,
  type HypertyUrl,
  type ParticipantId,
  type ResourceCollection,
  type ResourceCollectionSnapshot,
  randomWord,
} from '@plenum/protocol';
import { type Author, Resources } from './resources.ts';

/** Somebody in the room. */
export interface Chatter extends Author {
  readonly hypertyUrl: HypertyUrl | undefined;
}

export interface PrivateChatsContext {
  readonly runtime: Pick<HypertyRuntime, 'syncher'> & { readonly clock: Clock };
  readonly communication: DataObjectReporter<CommunicationData>;
  readonly limits: { readonly privateChatsPerParticipant: number; readonly privateChatsPerRoom: number };
  readonly chatterAt: (hypertyUrl: string) => Chatter | undefined;
  readonly isPresent: (id: ParticipantId) => boolean;
  readonly logger: Logger;
}

/** UTF-16 units of what is kept of one: there may be many, and of each only two have use. */
const maxContent = 50_000;

interface PrivateChat {
  /** For whom it counts. */
  readonly opener: ParticipantId;
  readonly members: readonly ParticipantId[];
  readonly report: DataObjectReporter<ResourceCollection>;
}

export class PrivateChats {
  readonly #context: PrivateChatsContext;
  readonly #chats = new Set<PrivateChat>();

  constructor(context: PrivateChatsContext) {
    this.#context = context;
  }

  /**
   * The chat of these two, whoever opened it; the other is told of a new one.
   * @throws ConferenceError `capacity-exceeded` where the one who asks has opened too many, or the room has.
   */
  open(opener: Chatter, other: Chatter): ResourceCollectionSnapshot {
    const known = this.#chatsOf(opener.id).find(({ members }) => members.includes(other.id));
    if (known !== undefined) {
      if (opener.hypertyUrl !== undefined) known.report.addObserver(opener.hypertyUrl);
      return known.report.snapshot();
    }
    this.#checkSpace(opener.id);
    const chat = this.#create(opener.id, other.id);
    if (opener.hypertyUrl !== undefined) chat.report.addObserver(opener.hypertyUrl);
    this.#tell(chat, other);
    return chat.report.snapshot();
  }

  #checkSpace(opener: ParticipantId): void {
    const { privateChatsPerParticipant, privateChatsPerRoom } = this.#context.limits;
    const opened = [...this.#chats].filter((chat) => chat.opener === opener).length;
    if (opened >= privateChatsPerParticipant) {
      throw new ConferenceError('capacity-exceeded', 'You have opened too many private chats.');
    }
    if (this.size >= privateChatsPerRoom && !this.#endAbandoned()) {
      throw new ConferenceError('capacity-exceeded', 'There are too many private chats in this room.');
    }
  }

  /** The oldest whose members have both got lost: of two who come back, each finds the other's words only. Whether there was one. */
  #endAbandoned(): boolean {
    const { isPresent } = this.#context;
    const abandoned = [...this.#chats].find(({ members }) => !members.some(isPresent));
    if (abandoned !== undefined) this.#close(abandoned);
    return abandoned !== undefined;
  }

  #close(chat: PrivateChat): void {
    this.#chats.delete(chat);
    chat.report.close();
  }

  #create(opener: ParticipantId, other: ParticipantId): PrivateChat {
    const members = [opener, other];
    const { runtime, communication, chatterAt } = this.#context;
    const memberAt = (url: string) => {
      const chatter = chatterAt(url);
      return chatter !== undefined && members.includes(chatter.id) ? chatter : undefined;
    };
    const { clock } = runtime;
    const resources = new Resources({ clock, authorAt: memberAt, isModerated: false, maxContent });
    const name = `private-${randomWord(10)}`;
    const report = runtime.syncher.createChild<ResourceCollection>(communication, name, {
      schema: 'ResourceCollection',
      name,
      data: { resources: {}, members },
      mayObserve: ({ from }) => memberAt(from) !== undefined,
      onRequest: (message) => resources.handle(message),
    });
    resources.keepIn(report);
    const chat = { opener, members, report };
    this.#chats.add(chat);
    return chat;
  }

  /** Brings somebody the snapshot, by a `create` from the object's `/subscription`. */
  #tell({ report }: PrivateChat, { hypertyUrl }: Chatter): void {
    if (hypertyUrl === undefined) return;
    report.inviteObserver(hypertyUrl).catch((error: ConferenceError) => {
      this.#context.logger.debug('a private chat could not be told of', { code: error.code });
    });
  }

  #chatsOf(id: ParticipantId): readonly PrivateChat[] {
    return [...this.#chats].filter(({ members }) => members.includes(id));
  }

  /** Somebody came back by a hyperty that knows nothing yet: it is told once it knows that it is in. */
  welcomeBack(chatter: Chatter): void {
    if (this.#chatsOf(chatter.id).length === 0) return;
    this.#context.runtime.clock.after(0, () => {
      for (const chat of this.#chatsOf(chatter.id)) this.#tell(chat, chatter);
    });
  }

  /** A hyperty has gone, its participant may come back. */
  lose(id: ParticipantId, hypertyUrl: HypertyUrl): void {
    for (const { report } of this.#chatsOf(id)) report.removeObserver(hypertyUrl);
  }

  /** Somebody has left for good: with them go the chats that they had. */
  end(id: ParticipantId): void {
    for (const chat of this.#chatsOf(id)) this.#close(chat);
  }

  get size(): number {
    return this.#chats.size;
  }
}
