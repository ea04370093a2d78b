/** What a room remembers of people, whether they are there or not: roles, bans, invitations, whose which id was. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ParticipantId, Role } from '@plenum/protocol';
import { createOriginSalt, type Member, type RoomRecord } from './room-store.ts';

export type MemoryRecord = Pick<RoomRecord, 'roles' | 'bans' | 'originSalt' | 'invited' | 'members'>;

export function emptyMemory(): MemoryRecord {
  return {
    roles: {},
    bans: { users: [], origins: [] },
    originSalt: createOriginSalt(),
    invited: [],
    members: {},
  };
}

/** Where somebody comes from. Of a guest it counts, who could come back as another. */
interface Origin {
  readonly isGuest: boolean;
  readonly origin: string;
}

/** Of each kind; the oldest are forgotten first. All but members are the doing of who moderates. */
const maxRemembered = 2_000;

export class RoomMemory {
  #record: MemoryRecord;
  readonly #onChanged: () => void;

  constructor(record: MemoryRecord, onChanged: () => void = () => undefined) {
    const { roles, bans, originSalt, invited, members } = record;
    this.#record = { roles, bans, originSalt, invited, members };
    this.#onChanged = onChanged;
  }

  get record(): MemoryRecord {
    return this.#record;
  }

  #change(changed: Partial<MemoryRecord>): void {
    this.#record = { ...this.#record, ...changed };
    this.#onChanged();
  }

  roleOf(userUrl: string): Role | undefined {
    return this.#record.roles[userUrl];
  }

  /** For as long as the room lives. */
  giveRole(userUrl: string, role: Role): void {
    if (this.roleOf(userUrl) === role) return;
    this.#change({ roles: bounded({ ...this.#record.roles, [userUrl]: role }) });
  }

  /**
   * Who is banned is not known any more, nor are guests put aside who may be the same person; but for owners and moderators,
   * whom nobody may remove in passing.
   * @param isPresent Others may come from the same place: those who are in the room stay known.
   * @returns Who is known no more.
   */
  ban(
    banned: Origin & { readonly userUrl: string },
    isPresent: (id: ParticipantId) => boolean,
  ): readonly ParticipantId[] {
    const { users, origins } = this.#record.bans;
    const { userUrl } = banned;
    const origin = this.#markOf(banned);
    const mayBeThem = (member: Member, id: ParticipantId) => {
      if (member.userUrl === userUrl) return true;
      const hosts = ['owner', 'moderator'].includes(this.roleOf(member.userUrl) ?? '');
      return origin !== undefined && member.origin === origin && !isPresent(id) && !hosts;
    };
    const members = Object.entries(this.#record.members) as [ParticipantId, Member][];
    const forgotten = members.filter(([id, member]) => mayBeThem(member, id)).map(([id]) => id);
    for (const id of forgotten) this.forget(id);
    this.#change({
      bans: {
        users: withWord(users, userUrl),
        origins: origin === undefined ? origins : withWord(origins, origin),
      },
      invited: this.#record.invited.filter((invited) => invited !== userUrl),
    });
    return forgotten;
  }

  /** Guests whom the room knows are told apart from others of their origin. */
  isBanned(who: Origin & { readonly userUrl: string }): boolean {
    const { users, origins } = this.#record.bans;
    if (users.includes(who.userUrl)) return true;
    if (origins.length === 0 || this.isMember(who.userUrl)) return false;
    const origin = this.#markOf(who);
    return origin !== undefined && origins.includes(origin);
  }

  /** An origin is an address, which says where somebody is: what is kept is enough to know a guest's again. */
  #markOf({ isGuest, origin }: Origin): string | undefined {
    return isGuest && origin !== '' ? hashOf(`${this.#record.originSalt} ${origin}`) : undefined;
  }

  invite(userUrl: string): void {
    if (!this.isInvited(userUrl)) this.#change({ invited: withWord(this.#record.invited, userUrl) });
  }

  isInvited(userUrl: string): boolean {
    return this.#record.invited.includes(userUrl);
  }

  /** Somebody came in, or came back. */
  remember(id: ParticipantId, who: Origin & Omit<Member, 'origin'>): void {
    const { userUrl, name } = who;
    const origin = this.#markOf(who);
    const known = this.memberOf(id);
    if (known !== undefined && known.userUrl === userUrl && known.origin === origin) return;
    const member = { userUrl, name, ...(origin === undefined ? {} : { origin }) };
    this.#change({ members: bounded({ ...this.#record.members, [id]: member }) });
  }

  /** Somebody left for good; whoever is only lost stays known. */
  forget(id: ParticipantId): void {
    if (this.memberOf(id) === undefined) return;
    const { [id]: _gone, ...members } = this.#record.members;
    this.#change({ members });
  }

  memberOf(id: ParticipantId): Member | undefined {
    return Object.hasOwn(this.#record.members, id) ? this.#record.members[id] : undefined;
  }

  /** Whether a user was let in before and did not leave for good. */
  isMember(userUrl: string): boolean {
    return Object.values(this.#record.members).some((member) => member.userUrl === userUrl);
  }
}

function withWord(words: readonly string[], word: string): readonly string[] {
  return words.includes(word) ? words : [...words, word].slice(-maxRemembered);
}

function bounded<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const list = Object.entries(entries);
  return list.length <= maxRemembered ? entries : Object.fromEntries(list.slice(-maxRemembered));
}

/** At once: the platform's own hash answers only later, and meanwhile who was banned could come in. */
function hashOf(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
