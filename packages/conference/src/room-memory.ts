/** What a room remembers of people, whether they are there or not: roles, bans, invitations, whose which id was. */
import type { ParticipantId, Role } from '@plenum/protocol';
import { createOriginSalt, type Member, type RoomRecord } from './room-store.ts';
import { sha256 } from './sha256.ts';

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

  /** @param origin Of a guest, who could come back as another. */
  ban(userUrl: string, origin: string | undefined): void {
    const { users, origins } = this.#record.bans;
    this.forgetMembersOf(userUrl);
    const isKnown = origin !== undefined && origin !== '';
    this.#change({
      bans: {
        users: withWord(users, userUrl),
        origins: isKnown ? withWord(origins, this.#hashed(origin)) : origins,
      },
      invited: this.#record.invited.filter((invited) => invited !== userUrl),
    });
  }

  /** Guests whom the room knows are told apart from others of their origin. */
  isBanned(who: { readonly userUrl: string; readonly isGuest: boolean; readonly origin: string }): boolean {
    const { users, origins } = this.#record.bans;
    if (users.includes(who.userUrl)) return true;
    if (!who.isGuest || origins.length === 0 || this.isMember(who.userUrl)) return false;
    return origins.includes(this.#hashed(who.origin));
  }

  /** An origin is an address, which says where somebody is: what is kept is enough to know it again. */
  #hashed(origin: string): string {
    return sha256(`${this.#record.originSalt} ${origin}`);
  }

  invite(userUrl: string): void {
    if (!this.isInvited(userUrl)) this.#change({ invited: withWord(this.#record.invited, userUrl) });
  }

  isInvited(userUrl: string): boolean {
    return this.#record.invited.includes(userUrl);
  }

  /** Somebody came in. */
  remember(id: ParticipantId, member: Member): void {
    this.#change({ members: bounded({ ...this.#record.members, [id]: member }) });
  }

  /** Somebody left for good; whoever is only lost stays known. */
  forget(id: ParticipantId): void {
    if (this.memberOf(id) === undefined) return;
    const { [id]: _gone, ...members } = this.#record.members;
    this.#change({ members });
  }

  forgetMembersOf(userUrl: string): void {
    for (const [id, member] of Object.entries(this.#record.members)) {
      if (member.userUrl === userUrl) this.forget(id as ParticipantId);
    }
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
