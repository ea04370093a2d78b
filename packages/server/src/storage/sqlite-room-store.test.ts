import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { aLine, aRecord, describeRoomStore } from '@plenum/conference/store-contract';
import { type LogFields, silentLogger } from '@plenum/hyperty';
import { expect, onTestFinished, test } from 'vitest';
import { changedRows } from './changed-rows.ts';
import { upgradeSchema } from './schema.ts';
import { openSqliteRoomStore } from './sqlite-room-store.ts';

function aFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-store-'));
  return { path: join(folder, 'rooms.sqlite'), remove: () => rmSync(folder, { recursive: true }) };
}

function aFile(): string {
  const { path, remove } = aFolder();
  onTestFinished(remove);
  return path;
}

describeRoomStore('a store in a file', () => {
  const { path, remove } = aFolder();
  const open = () => openSqliteRoomStore({ path, logger: silentLogger });
  const stores = [open()];
  const current = () => stores.at(-1) ?? open();
  return {
    store: current(),
    reopen: () => {
      current().close();
      stores.push(open());
      return current();
    },
    close: () => {
      current().close();
      remove();
    },
  };
});

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('[C29] what was saved is written after the turn, also where the program is killed then', async () => {
  const path = aFile();
  const killed = openSqliteRoomStore({ path, logger: silentLogger });
  killed.save(aRecord('daily'));
  await nextTurn();
  const next = openSqliteRoomStore({ path, logger: silentLogger });
  expect(next.load()).toEqual([aRecord('daily')]);
  next.close();
  killed.close();
});

test('[C29] a line of chat is a row, and costs no more than itself', async () => {
  const path = aFile();
  const store = openSqliteRoomStore({ path, logger: silentLogger });
  const resources = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`ann1-${index}`, aLine(`Line ${index}.`)] as const),
  );
  const record = aRecord('daily', { resources });
  store.save(record);
  await nextTurn();
  const changes = () => {
    const reader = new DatabaseSync(path);
    const { rows } = reader.prepare('SELECT count(*) AS rows FROM resource').get() ?? {};
    reader.close();
    return rows;
  };
  expect(changes()).toBe(500);
  const more = { ...resources, 'ann1-500': aLine('One more.') };
  expect(changedRows(resources, more).put).toHaveLength(1);
  store.save({ ...record, resources: more });
  await nextTurn();
  expect(changes()).toBe(501);
  store.close();
});

test('nobody else on the machine reads the file', () => {
  const path = aFile();
  openSqliteRoomStore({ path, logger: silentLogger }).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('what cannot be read is left out and said, and the rest is there', async () => {
  const path = aFile();
  const warned: (LogFields | undefined)[] = [];
  const logger = { ...silentLogger, warn: (_message: string, fields?: LogFields) => warned.push(fields) };
  const store = openSqliteRoomStore({ path, logger });
  for (const name of ['daily', 'weekly', 'monthly']) store.save(aRecord(name));
  store.close();
  const vandal = new DatabaseSync(path);
  vandal.exec(`UPDATE room SET settled = '{' WHERE id = 'daily'`);
  vandal.exec(`UPDATE resource SET content = '{}' WHERE room_id = 'monthly'`);
  vandal.close();
  const reopened = openSqliteRoomStore({ path, logger });
  expect(reopened.load()).toEqual([aRecord('weekly')]);
  expect(warned).toHaveLength(2);
  reopened.close();
});

test('a file of an earlier version is upgraded step by step, one of a later is refused', () => {
  const database = new DatabaseSync(':memory:');
  const first = 'CREATE TABLE a (x INTEGER)';
  upgradeSchema(database, [first]);
  upgradeSchema(database, [first, 'ALTER TABLE a ADD COLUMN y INTEGER; INSERT INTO a VALUES (1, 2)']);
  expect(database.prepare('SELECT y FROM a').get()).toEqual({ y: 2 });
  expect(() => upgradeSchema(database, [first])).toThrow(
    expect.objectContaining({ code: 'version-mismatch' }),
  );
});

test('what cannot be read is let be', () => {
  const path = aFile();
  const store = openSqliteRoomStore({ path, logger: silentLogger });
  for (const name of ['daily', 'weekly']) store.save(aRecord(name));
  store.close();
  const damaged = new DatabaseSync(path);
  damaged.exec("UPDATE room SET settled = '{' WHERE id = 'weekly'");
  damaged.close();
  const opened = openSqliteRoomStore({ path, logger: silentLogger });
  expect(opened.load().map(({ id }) => id)).toEqual(['daily']);
  opened.close();
});

test('what could not be stored is tried again, and the call goes on', async () => {
  const path = aFile();
  const failures: string[] = [];
  const logger = { ...silentLogger, error: (message: string) => failures.push(message) };
  const store = openSqliteRoomStore({ path, logger });
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  store.save(aRecord('daily'));
  await nextTurn();
  expect(failures).toEqual(['rooms could not be stored']);
  other.exec('ROLLBACK');
  store.save(aRecord('weekly'));
  await nextTurn();
  const ids = other.prepare('SELECT id FROM room ORDER BY id').all();
  expect(ids.map((row) => row['id'])).toEqual(['daily', 'weekly']);
  other.close();
  store.close();
});
