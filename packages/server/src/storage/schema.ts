/** The tables, and how a file of an earlier version becomes one of this. */
import type { DatabaseSync } from 'node:sqlite';
import { ConferenceError } from '@plenum/protocol';

/** Each brings a file from the version that is its place in the list to the next; none is ever changed. */
const upgrades: readonly string[] = [
  `
  CREATE TABLE room (id TEXT PRIMARY KEY, settled TEXT NOT NULL) STRICT;
  CREATE TABLE member (
    room_id TEXT NOT NULL REFERENCES room (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (room_id, id)
  ) STRICT;
  CREATE TABLE resource (
    room_id TEXT NOT NULL REFERENCES room (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (room_id, id)
  ) STRICT;
  `,
];

/** @throws ConferenceError `version-mismatch` for a file of a newer version of the program. */
export function upgradeSchema(database: DatabaseSync, steps: readonly string[] = upgrades): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > steps.length) {
    throw new ConferenceError('version-mismatch', 'The stored rooms are of a newer version of the program.');
  }
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    // All or nothing: a program that is killed in between finds the version before.
    database.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
