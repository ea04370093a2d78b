/** Whatever people do in whatever order: the room is consistent meanwhile, and nothing is left when they have gone. */
import { ConferenceError, roles, sources } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import {
  aClient,
  aConference,
  type Conference,
  joins,
  known,
  resourcesOf,
  standup,
  type Visitor,
  writes,
} from './testing/conference-fixture.ts';

/** Numbers that look random, and are the same in every run. */
function numbersFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const names = ['Ann', 'Bob', 'Cyd', 'Dan', 'Eve'];

class Crowd {
  readonly conference: Conference;
  readonly pick: (below: number) => number;
  readonly inside = new Map<string, Visitor>();
  readonly refused: string[] = [];
  readonly #pending: Promise<unknown>[] = [];
  readonly #sessions = new Set<Visitor['runtime']>();

  constructor(conference: Conference, seed: number) {
    this.conference = conference;
    this.pick = numbersFrom(seed);
  }

  oneOf<T>(all: readonly T[]): T | undefined {
    return all[this.pick(all.length)];
  }

  /** Anybody, to do something or to have it done to. */
  get anybody(): Visitor | undefined {
    return this.oneOf([...this.inside.values()]);
  }

  /** What is refused with a code is refused; anything else is a fault. */
  async asks(asked: Promise<unknown> | undefined): Promise<void> {
    await asked?.catch((thrown: unknown) => {
      if (!(thrown instanceof ConferenceError) || thrown.code === 'internal') throw thrown;
      this.refused.push(thrown.code);
    });
  }

  comes(name: string): void {
    const before = this.inside.get(name);
    const isSameSession = before !== undefined && this.pick(2) === 0;
    const client = isSameSession ? before : aClient(this.conference, name, undefined, known(name));
    this.#sessions.add(client.runtime);
    const joined = joins(this.conference, name, { client, participantId: before?.id ?? ('0' as never) });
    this.#pending.push(this.asks(joined.then((visitor) => this.inside.set(name, visitor))));
  }

  async step(): Promise<void> {
    const [actor, target] = [this.anybody, this.anybody];
    const participantId = target?.id;
    switch (this.pick(13)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return this.comes(this.oneOf(names) ?? '');
      case 4:
        return this.asks(actor?.asks('leaveRoom'));
      case 5:
        return actor?.runtime.close();
      case 6:
        return this.asks(actor?.asks('setRole', { participantId, role: this.oneOf(roles) }));
      case 7:
        return this.asks(actor?.asks('allowSources', { participantId, sources: [this.oneOf(sources)] }));
      case 8:
        return this.asks(actor?.asks('removeParticipant', { participantId }));
      case 9:
        return this.asks(actor?.asks('changeSettings', { settings: { hasLobby: this.pick(2) === 0 } }));
      case 10:
        return this.asks(actor?.asks('openPrivateChat', { participantId }));
      case 11:
        return this.asks(actor && writes(actor, 'create', `${actor.id}-${this.pick(99)}`, 'Hello.'));
      default:
        this.admitsAll();
    }
  }

  admitsAll(): void {
    const lobby = this.conference.conference.room(standup)?.lobby;
    for (const { id } of lobby?.waiting ?? []) lobby?.decide(id, true, undefined);
  }

  check(): void {
    const room = this.conference.conference.room(standup);
    if (room === undefined) return;
    const described = Object.entries(room.communication.participants);
    const present = [...room.participants.values()].filter(({ link }) => link?.report !== undefined);
    expect(described.map(([id]) => id).toSorted()).toEqual(present.map(({ id }) => id).toSorted());
    for (const { id, role } of present) expect(room.communication.participants[id]?.role).toBe(role);
    // One that is opened again waits a while for its owners.
    if (present.length > 0 && !room.isReopened) expect(present.map(({ role }) => role)).toContain('owner');
  }

  async ends(): Promise<void> {
    for (const runtime of this.#sessions) runtime.close();
    await settle();
    await Promise.all(this.#pending);
  }
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('[C4] [C19] [C25] a crowd, number %i', async (seed) => {
  const conference = await aConference({ privateChatsPerParticipant: 3 });
  const crowd = new Crowd(conference, seed);
  crowd.comes('Ann');
  await settle();
  for (let step = 0; step < 120; step++) {
    await crowd.step();
    if (crowd.pick(2) === 0) await settle();
    crowd.check();
    conference.clock.advance(crowd.pick(500));
  }
  const [anybody] = crowd.inside.values();
  if (anybody !== undefined) await crowd.asks(resourcesOf(anybody));
  await crowd.ends();
  expect(await conference.counts()).toMatchObject({
    rooms: 0,
    participants: 0,
    waiting: 0,
    connectionObjects: 0,
    communicationObjects: 0,
    subscriptions: 0,
    routers: 0,
    transports: 0,
  });
});
