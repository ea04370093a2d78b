/** What every store of rooms does: the suite that the one in memory and the one in a file both pass. */
import { type ParticipantId, parseRoomId, type Resource } from '@plenum/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoomRecord, RoomStore } from './room-store.ts';

export interface StoreStage {
  readonly store: RoomStore;
  /** The store as the next program finds it; the one before is closed. */
  reopen(): RoomStore;
  close(): void;
}

export function aLine(content: string): Resource {
  return {
    type: 'chat',
    content,
    author: 'user://acme.test/ann',
    authorName: 'Ann',
    participantId: 'ann1' as ParticipantId,
    created: '2026-01-01T00:00:00.000Z',
  };
}

export function aRecord(name: string, changed: Partial<RoomRecord> = {}): RoomRecord {
  return {
    id: parseRoomId(name),
    topology: 'sfu',
    settings: {
      title: 'Daily — “Ünïcode”',
      isLocked: true,
      hasLobby: false,
      guests: 'lobby',
      capacity: 12,
      defaultRole: 'listener',
    },
    isByApplication: false,
    roles: { 'user://acme.test/ann': 'owner' },
    bans: { users: ['user://acme.test/eve'], origins: ['a0b1c2'] },
    originSalt: 'salt',
    invited: ['user://acme.test/bob'],
    members: { ann1: { userUrl: 'user://acme.test/ann', name: 'Ann' } },
    resources: { 'ann1-1': aLine('Hello.') },
    ...changed,
  };
}

const byId = (records: readonly RoomRecord[]) => records.toSorted((a, b) => a.id.localeCompare(b.id));

/** Runs the suite; `createStage` is called for each test. */
export function describeRoomStore(name: string, createStage: () => StoreStage): void {
  describe(name, () => {
    let stage: StoreStage;
    beforeEach(() => {
      stage = createStage();
    });
    afterEach(() => stage.close());

    test('[C29] gives back what it was told, room by room', () => {
      const records = [aRecord('daily'), aRecord('weekly', { isByApplication: true, resources: {} })];
      expect(stage.store.load()).toEqual([]);
      for (const record of records) stage.store.save(record);
      expect(byId(stage.reopen().load())).toEqual(records);
    });

    test('[C29] keeps what became of a room, and nothing of what it was', () => {
      stage.store.save(aRecord('daily'));
      const later = aRecord('daily', {
        roles: {},
        bans: { users: [], origins: [] },
        members: { bob1: { userUrl: 'user://acme.test/bob', name: 'Bob' } },
        resources: { 'bob1-1': aLine('Bye.') },
      });
      const reopened = stage.reopen();
      reopened.load();
      reopened.save(later);
      expect(stage.reopen().load()).toEqual([later]);
    });

    test('[C29] keeps the lines of a chat in their order, also those that were changed', () => {
      const { resources } = aRecord('daily');
      const second = { ...resources, 'ann1-2': aLine('Second.') };
      const changed = {
        ...second,
        'ann1-1': { ...aLine('First.'), lastModified: '2026-01-01T00:00:01.000Z' },
      };
      const third = { ...changed, 'ann1-3': aLine('Third.') };
      for (const each of [resources, second, changed, third]) {
        stage.store.save(aRecord('daily', { resources: each }));
      }
      const [record] = stage.reopen().load();
      expect(Object.entries(record?.resources ?? {})).toEqual(Object.entries(third));
    });

    test('[C29] takes a room by its name, whether it is kept or not', () => {
      stage.store.save(aRecord('daily'));
      stage.store.save(aRecord('weekly'));
      stage.store.remove(parseRoomId('daily'));
      stage.store.remove(parseRoomId('monthly'));
      expect(stage.reopen().load()).toEqual([aRecord('weekly')]);
    });

    test('[C29] carries out in its order what it is told in one turn', () => {
      stage.store.save(aRecord('daily'));
      stage.store.remove(parseRoomId('daily'));
      stage.store.save(aRecord('weekly'));
      stage.store.remove(parseRoomId('weekly'));
      stage.store.save(aRecord('weekly', { resources: {} }));
      expect(stage.reopen().load()).toEqual([aRecord('weekly', { resources: {} })]);
    });

    test('[C29] may be closed more than once, and keeps nothing afterwards', () => {
      stage.store.save(aRecord('daily'));
      stage.store.close();
      stage.store.close();
      expect(stage.reopen().load()).toEqual([aRecord('daily')]);
    });
  });
}
