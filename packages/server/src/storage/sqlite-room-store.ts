/**
 * Keeps rooms in an SQLite file. All that happens in one turn of the event loop is one transaction, written after it; and
 * of a room only the rows that are others than before: a line of chat costs a line.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type RoomRecord, type RoomStore, roomRecordSchema } from '@plenum/conference';
import type { Logger } from '@plenum/hyperty';
import * as v from 'valibot';
import { changedRows, type Rows } from './changed-rows.ts';
import { upgradeSchema } from './schema.ts';

export interface SqliteRoomStoreOptions {
  /** Of the file, which is made where it is not there; only its owner may read it. */
  readonly path: string;
  readonly logger: Logger;
}

/** @throws ConferenceError `version-mismatch` for a file of a newer version of the program, and as SQLite fails. */
export function openSqliteRoomStore(options: SqliteRoomStoreOptions): RoomStore {
  return new SqliteRoomStore(options);
}

/** Of a room what is written as one; the rest is rows. */
function settledPart({ members: _members, resources: _resources, id: _id, ...settled }: RoomRecord): string {
  return JSON.stringify(settled);
}

class SqliteRoomStore implements RoomStore {
  readonly #database: DatabaseSync;
  readonly #logger: Logger;
  readonly #putRoom: StatementSync;
  readonly #removeRoom: StatementSync;
  readonly #members: RowTable;
  readonly #resources: RowTable;
  /** What is in the file. */
  readonly #written = new Map<RoomRecord['id'], RoomRecord>();
  /** What is to be; undefined: nothing. */
  readonly #pending = new Map<RoomRecord['id'], RoomRecord | undefined>();
  #scheduled: NodeJS.Immediate | undefined;
  #isClosed = false;

  constructor({ path, logger }: SqliteRoomStoreOptions) {
    // The lines of a chat are nobody else's; the files beside it get the same mode. What is removed is overwritten
    // with the next checkpoint.
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    const database = new DatabaseSync(path);
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON',
    );
    upgradeSchema(database);
    this.#database = database;
    this.#logger = logger;
    this.#putRoom = database.prepare(
      'INSERT INTO room (id, settled) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET settled = excluded.settled',
    );
    this.#removeRoom = database.prepare('DELETE FROM room WHERE id = ?');
    this.#members = new RowTable(database, 'member');
    this.#resources = new RowTable(database, 'resource');
  }

  load(): readonly RoomRecord[] {
    this.#flush();
    const members = this.#members.readAll();
    const resources = this.#resources.readAll();
    for (const { id, settled } of this.#database.prepare('SELECT id, settled FROM room').all()) {
      const key = String(id);
      const rest = { id: key, members: members.get(key) ?? {}, resources: resources.get(key) ?? {} };
      const parsed = v.safeParse(roomRecordSchema, { ...parseObject(String(settled)), ...rest });
      if (parsed.success) this.#written.set(parsed.output.id, parsed.output);
      else this.#logger.warn('a stored room cannot be read', { path: v.getDotPath(parsed.issues[0]) });
    }
    return [...this.#written.values()];
  }

  save(record: RoomRecord): void {
    this.#schedule(record.id, record);
  }

  remove(roomId: RoomRecord['id']): void {
    this.#schedule(roomId, undefined);
  }

  #schedule(roomId: RoomRecord['id'], record: RoomRecord | undefined): void {
    if (this.#isClosed) return;
    this.#pending.set(roomId, record);
    this.#scheduled ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (this.#pending.size === 0 || this.#isClosed) return;
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      for (const [roomId, record] of this.#pending) this.#write(roomId, record);
      this.#database.exec('COMMIT');
      this.#settle();
    } catch (thrown) {
      // What is pending is tried again with what comes next; a full disk must not end calls.
      this.#logger.error('rooms could not be stored', { thrown });
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    }
  }

  #settle(): void {
    for (const [roomId, record] of this.#pending) {
      if (record === undefined) this.#written.delete(roomId);
      else this.#written.set(roomId, record);
    }
    this.#pending.clear();
  }

  #write(roomId: RoomRecord['id'], record: RoomRecord | undefined): void {
    const before = this.#written.get(roomId);
    // What is there of a room that was not read is none of this one's.
    if (record === undefined || before === undefined) this.#removeRoom.run(roomId);
    if (record === undefined) return;
    const settled = settledPart(record);
    if (before === undefined || settledPart(before) !== settled) this.#putRoom.run(roomId, settled);
    this.#members.write(roomId, before?.members ?? {}, record.members);
    this.#resources.write(roomId, before?.resources ?? {}, record.resources);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    this.#database.close();
  }
}

/** What a room has many of: one row each, in the order in which they came. */
class RowTable {
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #read: StatementSync;

  constructor(database: DatabaseSync, table: 'member' | 'resource') {
    this.#put = database.prepare(
      `INSERT INTO ${table} (room_id, id, content) VALUES (?, ?, ?)
       ON CONFLICT (room_id, id) DO UPDATE SET content = excluded.content`,
    );
    this.#remove = database.prepare(`DELETE FROM ${table} WHERE room_id = ? AND id = ?`);
    this.#read = database.prepare(`SELECT room_id, id, content FROM ${table} ORDER BY rowid`);
  }

  write(roomId: string, before: Rows, after: Rows): void {
    const { put, removed } = changedRows(before, after);
    for (const id of removed) this.#remove.run(roomId, id);
    for (const [id, value] of put) this.#put.run(roomId, id, JSON.stringify(value));
  }

  /** By room. */
  readAll(): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
    const rooms = new Map<string, Record<string, unknown>>();
    for (const { room_id, id, content } of this.#read.all()) {
      const rows = rooms.get(String(room_id)) ?? {};
      rows[String(id)] = parseObject(String(content));
      rooms.set(String(room_id), rows);
    }
    return rooms;
  }
}

/** What is no JSON becomes what no schema takes. */
function parseObject(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
