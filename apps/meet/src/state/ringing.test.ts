import { ConferenceError, type InvitationResult } from '@plenum/client';
import { expect, test } from 'vitest';
import { createRingingModel, type RingingClient } from './ringing.ts';
import { settled } from './settled.ts';
import { signal } from './signal.ts';

const ben = 'user://example.org/ben';

function aClient(answer: (user: string, signal: AbortSignal) => Promise<InvitationResult>) {
  const asked: string[] = [];
  const client: RingingClient = {
    userUrl: signal(undefined),
    invite: async ([user = ''], _room, { signal: ending = new AbortController().signal }) => {
      asked.push(user);
      return [await answer(user, ending)];
    },
  };
  return { model: createRingingModel(client, 'blue'), asked };
}

test.each<readonly [Omit<InvitationResult, 'user'>, string]>([
  [{ outcome: 'accepted' }, 'Accepted'],
  [{ outcome: 'declined' }, 'Declined'],
  [{ outcome: 'declined', reason: 'I am on a train.' }, 'Declined: “I am on a train.”'],
  [{ outcome: 'unanswered' }, 'No answer'],
  [{ outcome: 'unreachable' }, 'Cannot be reached now'],
])('%j is told as %s', async (result, words) => {
  const { model } = aClient(async (user) => ({ user, ...result }));
  model.ring(` ${ben} `);
  expect(model.rings.current).toMatchObject([{ user: ben, isRinging: true, words: 'Ringing…' }]);
  await settled();
  expect(model.rings.current).toMatchObject([{ user: ben, isRinging: false, words }]);
});

test('who is being rung at is not rung at twice, but again once it is over', async () => {
  const answers: ((result: InvitationResult) => void)[] = [];
  const { model, asked } = aClient(() => new Promise((resolve) => answers.push(resolve)));
  model.ring(ben);
  model.ring(ben);
  model.ring('');
  expect(asked).toEqual([ben]);
  answers[0]?.({ user: ben, outcome: 'unanswered' });
  await settled();
  model.ring(ben);
  expect(model.rings.current.map(({ words }) => words)).toEqual(['Ringing…', 'No answer']);
});

test('what is no address is rung at by nobody', () => {
  const { model, asked } = aClient(() => Promise.reject(new ConferenceError('internal')));
  model.ring('ben');
  expect(asked).toEqual([]);
  expect(model.rings.current).toMatchObject([{ user: 'ben', isRinging: false }]);
});

test('what fails says why, and what is called off says nothing', async () => {
  const { model } = aClient(() => Promise.reject(new ConferenceError('timeout')));
  model.ring(ben);
  await settled();
  expect(model.rings.current).toMatchObject([{ isRinging: false, words: 'No answer came in time.' }]);
  const left = aClient(
    (_user, signal) =>
      new Promise((_resolve, reject) => {
        signal.onabort = () => reject(new ConferenceError('aborted'));
      }),
  );
  left.model.ring(ben);
  left.model.close();
  await settled();
  expect(left.model.rings.current).toMatchObject([{ isRinging: true }]);
});
