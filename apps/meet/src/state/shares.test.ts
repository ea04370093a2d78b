import type { Participant } from '@plenum/client';
import { expect, test } from 'vitest';
import { aParticipant, aPublication } from './fake-room.ts';
import { createShares } from './shares.ts';
import { derived, signal } from './signal.ts';

const track = (id: string) => ({ id }) as MediaStreamTrack;
const sharing = (id: string, facts: Partial<Participant> = {}) =>
  aParticipant(id, { screen: aPublication('screen', { track: track(`screen of ${id}`) }), ...facts });

function sharesOf(...people: readonly Participant[]) {
  const participants = signal(people);
  const byId = derived(
    [participants],
    () => new Map(participants.current.map((person) => [person.id, person])),
  );
  const shares = createShares(participants, byId);
  return { participants, shares, names: () => shares.all.current.map(({ name }) => name.current) };
}

test('a screen is shown while it is shared and not stopped, and one’s own is not', () => {
  const stopped = { screen: aPublication('screen', { muted: true }) };
  const { names, shares } = sharesOf(
    sharing('me', { isLocal: true }),
    sharing('ann'),
    aParticipant('ben'),
    aParticipant('cleo', stopped),
  );
  expect(names()).toEqual(['ann']);
  expect(shares.all.current[0]?.picture.current?.id).toBe('screen of ann');
});

test('who shares later comes last, whoever joined first, and nobody’s model changes', () => {
  const { participants, shares, names } = sharesOf(aParticipant('ann'), sharing('ben'));
  const [first] = shares.all.current;
  participants.set([sharing('ann'), sharing('ben')]);
  expect(names()).toEqual(['ben', 'ann']);
  expect(shares.all.current[0]).toBe(first);
  participants.set([sharing('ann'), aParticipant('ben')]);
  expect(names()).toEqual(['ann']);
});

test('one of several is enlarged until it is pressed again, or is the only one', () => {
  const { participants, shares } = sharesOf(sharing('ann'), sharing('ben'));
  const [ann, ben] = shares.all.current.map(({ id }) => id);
  expect(shares.enlarged.current).toBeUndefined();
  if (ben !== undefined) shares.toggleEnlarged(ben);
  expect(shares.enlarged.current).toBe(1);
  if (ann !== undefined) shares.toggleEnlarged(ann);
  expect(shares.enlarged.current).toBe(0);
  if (ann !== undefined) shares.toggleEnlarged(ann);
  expect(shares.enlarged.current).toBeUndefined();
  if (ann !== undefined) shares.toggleEnlarged(ann);
  participants.set([sharing('ann'), aParticipant('ben')]);
  expect(shares.enlarged.current).toBeUndefined();
});
