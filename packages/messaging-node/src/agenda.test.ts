import { FakeClock } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { Agenda } from './agenda.ts';

function anAgenda() {
  const clock = new FakeClock();
  const due: (readonly [number, string])[] = [];
  const agenda: Agenda<string> = new Agenda<string>(clock, () => {
    for (const key of agenda.takeDue()) due.push([clock.now(), key]);
  });
  return { clock, agenda, due };
}

test('what is due is told at the end of its second, each once, in order', () => {
  const { clock, agenda, due } = anAgenda();
  agenda.enter('late', 5_500);
  agenda.enter('soon', 1_200);
  agenda.enter('with soon', 1_900);
  clock.advance(10_000);
  expect(due).toEqual([
    [2_000, 'soon'],
    [2_000, 'with soon'],
    [6_000, 'late'],
  ]);
  expect(clock.pendingTimers).toBe(0);
});

test('what is struck, or put before, is not told at its former time', () => {
  const { clock, agenda, due } = anAgenda();
  agenda.enter('struck', 1_000);
  agenda.enter('put before', 9_000);
  agenda.enter('put before', 2_000);
  agenda.strike('struck');
  clock.advance(20_000);
  expect(due).toEqual([[2_000, 'put before']]);
});

test('an agenda without entries asks for no timer, and a closed one for none either', () => {
  const { clock, agenda } = anAgenda();
  agenda.enter('a', 1_000);
  agenda.strike('a');
  expect(clock.pendingTimers).toBe(0);
  agenda.enter('b', 1_000);
  agenda.close();
  agenda.close();
  expect(clock.pendingTimers).toBe(0);
});
