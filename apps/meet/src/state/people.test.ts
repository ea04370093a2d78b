import { expect, test } from 'vitest';
import { aParticipant, aPublication, asModerator, asOwner, asParticipant } from './fake-room.ts';
import { handOrder, listPeople, searchPeople } from './people.ts';
import { actionWords, personActions } from './person-actions.ts';

const at = (second: number) => `2026-11-20T10:00:0${second}.000Z`;

test('raised hands come first in their order, then oneself, then the others by name', () => {
  const people = [
    aParticipant('me', { isLocal: true, name: 'Me' }),
    aParticipant('z', { name: 'Zoë', hand: at(1) }),
    aParticipant('b', { name: 'ben' }),
    aParticipant('a', { name: 'Ann' }),
    aParticipant('c', { name: 'Cleo', hand: at(0) }),
  ];
  expect(listPeople(people, asParticipant).map(({ name, handOrder: order }) => [name, order])).toEqual([
    ['Cleo', 1],
    ['Zoë', 2],
    ['Me', undefined],
    ['Ann', undefined],
    ['ben', undefined],
  ]);
  expect([...handOrder(people)]).toEqual([
    ['c', 1],
    ['z', 2],
  ]);
});

test('people are found by parts of their names, whatever the accents', () => {
  const rows = listPeople([aParticipant('z', { name: 'Zoë Østergård' }), aParticipant('b')], asParticipant);
  expect(searchPeople(rows, ' ZOE ard').map(({ id }) => id)).toEqual(['z']);
  expect(searchPeople(rows, '')).toHaveLength(2);
});

test('a participant can only write to another', () => {
  expect(personActions(aParticipant('ben'), asParticipant)).toEqual(['message']);
  expect(personActions(aParticipant('me', { isLocal: true }), asOwner)).toEqual([]);
});

test('a moderator is offered what there is to do', () => {
  expect(personActions(aParticipant('ben', { hand: at(0) }), asModerator)).toEqual([
    'message',
    'mute',
    'stop-video',
    'forbid-speaking',
    'lower-hand',
    'make-listener',
    'remove',
  ]);
  const listener = aParticipant('ben', {
    role: 'listener',
    mayPublish: [],
    microphone: undefined,
    camera: aPublication('camera', { muted: true }),
  });
  expect(personActions(listener, asModerator)).toEqual([
    'message',
    'allow-speaking',
    'make-participant',
    'remove',
  ]);
});

test('a moderator does not remove a host nor change their role, but may mute them', () => {
  expect(personActions(aParticipant('ben', { role: 'owner' }), asModerator)).toEqual([
    'message',
    'mute',
    'stop-video',
  ]);
});

test('who moderates stops a screen that is shared', () => {
  const sharing = aParticipant('ben', { screen: aPublication('screen') });
  expect(personActions(sharing, asModerator)).toContain('stop-screen');
  expect(personActions(sharing, asParticipant)).not.toContain('stop-screen');
  expect(personActions(aParticipant('ben'), asModerator)).not.toContain('stop-screen');
});

test('a host gives any role', () => {
  const actions = personActions(aParticipant('ben', { role: 'moderator' }), asOwner);
  expect(actions).toEqual(expect.arrayContaining(['make-owner', 'make-participant', 'make-listener']));
  expect(actions).not.toContain('make-moderator');
});

test('no menu item is called as a button of the bar is', () => {
  const buttons = ['Mute', 'Unmute', 'Stop video', 'Start video', 'Stop sharing', 'Leave', 'Join'];
  const ben = aParticipant('ben', { hand: at(0), screen: aPublication('screen') });
  for (const action of personActions(ben, asOwner)) {
    expect(actionWords(action, 'Ben')).toContain('Ben');
    expect(buttons).not.toContain(actionWords(action, 'Ben'));
  }
});
