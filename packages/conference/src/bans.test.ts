/** A ban holds for the user, by whatever device, in the lobby, and under whatever id they had. */
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import {
  aConference,
  type Conference,
  joins,
  known,
  namesIn,
  standup,
} from './testing/conference-fixture.ts';

const eve = known('Eve');
const elsewhere = '198.18.0.9';

async function aRoom() {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bans = (participantId: string) => ann.asks('removeParticipant', { participantId, isBanned: true });
  return { conference, ann, bans };
}

/** Asks to join and waits; what became of it. */
async function knocks(conference: Conference, name: string, options: Parameters<typeof joins>[2] = {}) {
  const outcome = joins(conference, name, options).then(
    () => 'in',
    (error: { code: string }) => error.code,
  );
  await settle();
  return outcome;
}

test('[C18] all devices of who is banned are removed', async () => {
  const { conference, ann, bans } = await aRoom();
  const laptop = await joins(conference, 'Eve', { identity: eve });
  const phone = await joins(conference, 'Eve', { identity: eve });
  await bans(laptop.id);
  await settle();
  expect(namesIn(ann)).toEqual(['Ann']);
  expect([laptop.endings, phone.endings]).toEqual([['banned'], ['banned']]);
});

test('[C18] who is banned waits no more, and learns why', async () => {
  const { conference, ann, bans } = await aRoom();
  const inside = await joins(conference, 'Eve', { identity: eve, origin: elsewhere });
  const guest = await joins(conference, 'Guest', { origin: elsewhere });
  await ann.asks('changeSettings', { settings: { hasLobby: true } });
  const byAnotherRequest = joins(conference, 'Bob', { origin: elsewhere });
  byAnotherRequest.catch(() => undefined);
  conference.conference.onJoinRoom(() => ({ admit: 'wait' }));
  const asTheSameUser = joins(conference, 'Eve', { identity: eve, origin: elsewhere });
  asTheSameUser.catch(() => undefined);
  await settle();
  expect(conference.conference.dump().waiting).toBe(2);
  await bans(inside.id);
  await expect(asTheSameUser).rejects.toMatchObject({ code: 'banned' });
  expect(conference.conference.dump().waiting).toBe(1);
  await bans(guest.id);
  await expect(byAnotherRequest).rejects.toMatchObject({ code: 'banned' });
  expect(conference.conference.dump().waiting).toBe(0);
});

test('[C18] a guest who got lost does not come back by the ban of another from the same place', async () => {
  const { conference, bans } = await aRoom();
  const first = await joins(conference, 'Eve', { origin: elsewhere, identity: asGuest('eve1') });
  first.runtime.close();
  await settle();
  const second = await joins(conference, 'Eve', { origin: elsewhere, identity: asGuest('eve2') });
  await bans(second.id);
  const again = { origin: elsewhere, identity: asGuest('eve1'), participantId: first.id };
  expect(await knocks(conference, 'Eve', again)).toBe('banned');
});

function asGuest(name: string) {
  return { userURL: `user://acme.test/${name}`, isGuest: true } as const;
}

test('[C18] a guest who is in the room when another from the same place is banned stays, and may get lost', async () => {
  const { conference, ann, bans } = await aRoom();
  const identity = asGuest('bob');
  const bob = await joins(conference, 'Bob', { origin: elsewhere, identity });
  const other = await joins(conference, 'Eve', { origin: elsewhere, identity: asGuest('eve') });
  await bans(other.id);
  await settle();
  expect(namesIn(ann)).toEqual(['Ann', 'Bob']);
  bob.runtime.close();
  await settle();
  const again = await joins(conference, 'Bob', { origin: elsewhere, identity, participantId: bob.id });
  expect(again.id).toBe(bob.id);
});

test('[C16] [C18] by a ban nobody removes what they may not: their own devices, or an owner’s', async () => {
  const { conference, ann, bans } = await aRoom();
  const mod = await joins(conference, 'Mod', { identity: known('Mod', { role: 'moderator' }) });
  const owning = await joins(conference, 'Ola', { identity: known('Ola') });
  const listening = await joins(conference, 'Ola', { identity: known('Ola') });
  await ann.asks('setRole', { participantId: owning.id, role: 'owner' });
  const refused = { code: 'not-authorized' };
  const asked = mod.asks('removeParticipant', { participantId: listening.id, isBanned: true });
  await expect(asked).rejects.toMatchObject(refused);
  const phone = await joins(conference, 'Mod', { identity: known('Mod', { role: 'moderator' }) });
  const own = mod.asks('removeParticipant', { participantId: phone.id, isBanned: true });
  await expect(own).rejects.toMatchObject(refused);
  expect(conference.conference.room(standup)?.participants.size).toBe(5);
  await bans(listening.id);
  expect(conference.conference.room(standup)?.participants.size).toBe(3);
});

test('[C18] [C34] a private chat with who was put aside ends with the ban', async () => {
  const { conference, ann, bans } = await aRoom();
  const lost = await joins(conference, 'Eve', { identity: eve });
  lost.runtime.bus.listen(lost.url, () => ({ code: 200 }));
  await ann.asks('openPrivateChat', { participantId: lost.id });
  lost.runtime.close();
  await settle();
  const back = await joins(conference, 'Eve', { identity: eve });
  expect(back.id).not.toBe(lost.id);
  await bans(back.id);
  expect(conference.conference.room(standup)?.privateChats.size).toBe(0);
});

test('[C18] an owner or moderator who is away is not banned by the ban of a guest from the same place', async () => {
  const { conference, ann, bans } = await aRoom();
  const identity = asGuest('olga');
  const olga = await joins(conference, 'Olga', { origin: elsewhere, identity });
  await ann.asks('setRole', { participantId: olga.id, role: 'owner' });
  olga.runtime.close();
  await settle();
  const eve = await joins(conference, 'Eve', { origin: elsewhere, identity: asGuest('eve') });
  await bans(eve.id);
  const again = await joins(conference, 'Olga', { origin: elsewhere, identity, participantId: olga.id });
  expect(again.id).toBe(olga.id);
});
