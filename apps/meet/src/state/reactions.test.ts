import { ConferenceError, type ParticipantId } from '@plenum/client';
import { expect, test } from 'vitest';
import { createFakeData } from './fake-files.ts';
import { createReactions } from './reactions.ts';

const self = 'self' as ParticipantId;
const ben = 'ben' as ParticipantId;

function aModel() {
  const data = createFakeData(() => []);
  const timers = new Map<() => void, number>();
  const names: Readonly<Record<string, string>> = { ben: 'Ben', cleo: 'Cleo', dan: 'Dan' };
  const reactions = createReactions({
    room: { ...data.room, localParticipantId: self },
    nameOf: (id) => names[id],
    after: (delayMs, callback) => {
      timers.set(callback, delayMs);
      return () => timers.delete(callback);
    },
  });
  const pass = (ms: number) => {
    for (const [callback, delayMs] of [...timers]) {
      if (delayMs <= ms && timers.delete(callback)) callback();
    }
  };
  return { data, reactions, pass, timers };
}

const emojiOver = (model: ReturnType<typeof aModel>, id: ParticipantId) =>
  model.reactions.of(id).current.map(({ emoji }) => emoji);

test('a reaction floats over whom it is from, and goes', () => {
  const model = aModel();
  model.data.show({ from: ben, emoji: '👍' });
  model.reactions.react('🎉');
  expect([emojiOver(model, ben), emojiOver(model, self)]).toEqual([['👍'], ['🎉']]);
  model.reactions.dismiss(model.reactions.of(ben).current[0]?.key ?? 0);
  expect(emojiOver(model, ben)).toEqual([]);
  model.pass(6_000);
  expect(emojiOver(model, self)).toEqual([]);
});

test('of a burst the latest five float', () => {
  const model = aModel();
  for (const emoji of ['👍', '❤️', '😂', '😮', '🎉', '👏', '👏']) model.data.show({ from: ben, emoji });
  expect(emojiOver(model, ben)).toEqual(['😂', '😮', '🎉', '👏', '👏']);
});

test('applause of several is said once, without one’s own', () => {
  const model = aModel();
  for (const name of ['ben', 'cleo', 'dan', 'ben']) {
    model.data.show({ from: name as ParticipantId, emoji: '👏' });
  }
  model.data.show({ from: ben, emoji: '❤️' });
  model.reactions.react('👍');
  expect(model.reactions.words.current).toBe('');
  model.pass(1_500);
  expect(model.reactions.words.current).toBe('Applause from Ben and 2 others, Heart from Ben');
});

test('one too many does no harm', () => {
  const data = createFakeData(() => []);
  const react = () => {
    throw new ConferenceError('rate-limited');
  };
  const room = { ...data.room, react, localParticipantId: self };
  const reactions = createReactions({ room, nameOf: () => undefined, after: () => () => undefined });
  reactions.react('👍');
  expect(reactions.of(self).current).toEqual([]);
});

test('nothing is left when it is closed', () => {
  const { data, reactions, timers } = aModel();
  data.show({ from: ben, emoji: '👍' });
  reactions.close();
  expect(timers.size).toBe(0);
});
