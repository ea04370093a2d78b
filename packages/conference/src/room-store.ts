/** What is kept of a room, so that it outlives its server, and the port to where it is kept. */
import {
  participantKeySchema,
  type Resource,
  type Role,
  type RoomId,
  type RoomSettings,
  randomWord,
  resourceIdSchema,
  resourceSchema,
  roleSchema,
  roomIdSchema,
  roomSettingsSchema,
  type Topology,
  topologies,
} from '@plenum/protocol';
import * as v from 'valibot';

const word = v.pipe(v.string(), v.maxLength(512));

export const memberSchema = v.object({
  userUrl: word,
  name: v.string(),
  /** A hash of where a guest comes from, as in `bans`. */
  origin: v.optional(word),
});
/** Whom a participantId belongs to. */
export type Member = v.InferOutput<typeof memberSchema>;

/** Another for each room, so that nobody is known by their origin from one room to the other. */
export function createOriginSalt(): string {
  return randomWord(26);
}

export const roomRecordSchema = v.object({
  id: roomIdSchema,
  topology: v.picklist(topologies),
  settings: roomSettingsSchema,
  /** Whether the application made it, and no visit. */
  isByApplication: v.boolean(),
  /** By user URL: who was given a role, or owned the room. */
  roles: v.record(word, roleSchema),
  /** User URLs, and hashes of where guests came from. */
  bans: v.object({ users: v.array(word), origins: v.array(word) }),
  /** Goes into those hashes. */
  originSalt: word,
  /** User URLs. */
  invited: v.array(word),
  members: v.record(participantKeySchema, memberSchema),
  /** The chat and what else everybody in the room sees, oldest first. */
  resources: v.record(resourceIdSchema, resourceSchema),
});

/** A value that never changes: of what is the same as before, the parts are the same objects. */
export interface RoomRecord {
  readonly id: RoomId;
  readonly topology: Topology;
  readonly settings: Readonly<RoomSettings>;
  readonly isByApplication: boolean;
  readonly roles: Readonly<Record<string, Role>>;
  readonly bans: { readonly users: readonly string[]; readonly origins: readonly string[] };
  readonly originSalt: string;
  readonly invited: readonly string[];
  readonly members: Readonly<Record<string, Member>>;
  readonly resources: Readonly<Record<string, Resource>>;
}

/** Keeps rooms. What it is told last before a crash may be lost, but nothing is ever half there. */
export interface RoomStore {
  /** All that is kept; what cannot be read is left out. */
  load(): readonly RoomRecord[];
  /** Keeps a room, or what became of it. Returns before it is written. */
  save(record: RoomRecord): void;
  /** Forgets a room; one that is not kept is no error. */
  remove(roomId: RoomRecord['id']): void;
  /** Writes what is not written yet. May be called more than once; nothing is kept afterwards. */
  close(): void;
}

/** Keeps rooms as long as the program runs. */
export function createMemoryRoomStore(): RoomStore {
  const records = new Map<RoomRecord['id'], RoomRecord>();
  return {
    load: () => [...records.values()],
    save: (record) => void records.set(record.id, record),
    remove: (roomId) => void records.delete(roomId),
    close: () => undefined,
  };
}
