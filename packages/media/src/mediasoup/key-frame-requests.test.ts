import { expect, test } from 'vitest';
import { KeyFrameRequests } from './key-frame-requests.ts';

function aPicture() {
  const passedOn: string[] = [];
  const due = new Set<() => void>();
  const requests = new KeyFrameRequests({
    after: (_ms, run) => {
      due.add(run);
      return () => due.delete(run);
    },
    passOn: (picture) => {
      if (picture !== 'gone') passedOn.push(picture);
      return picture !== 'gone';
    },
  });
  const pass = () => {
    const now = [...due];
    due.clear();
    for (const run of now) run();
  };
  return { requests, passedOn, due, pass };
}

test('a few are passed on at once, and of all that come then one each time', () => {
  const { requests, passedOn, pass } = aPicture();
  const askOften = () => {
    for (let count = 0; count < 100; count++) requests.request('one');
    return passedOn.length;
  };
  expect(askOften()).toBe(4);
  pass();
  expect(passedOn).toHaveLength(5);
  expect(askOften()).toBe(5);
  pass();
  expect(askOften()).toBe(6);
});

test('who comes after a pause is not made to wait, and nothing is passed on that was not asked for', () => {
  const { requests, passedOn, pass, due } = aPicture();
  const ask = () => requests.request('one');
  for (let count = 0; count < 4; count++) ask();
  pass();
  ask();
  expect(passedOn).toHaveLength(5);
  for (let count = 0; count < 4; count++) pass();
  expect([passedOn.length, due.size]).toEqual([5, 0]);
  for (let count = 0; count < 5; count++) ask();
  expect(passedOn).toHaveLength(9);
});

test('pictures do not wait for one another', () => {
  const { requests, passedOn } = aPicture();
  const ones = ['one', 'one', 'one', 'one'];
  for (const picture of [...ones, 'one', 'other']) requests.request(picture);
  expect(passedOn).toEqual([...ones, 'other']);
});

test('what nobody could be asked for keeps nobody waiting', () => {
  const { requests, due } = aPicture();
  requests.request('gone');
  expect(due.size).toBe(0);
});

test('nothing is passed on after the end', () => {
  const { requests, passedOn, due } = aPicture();
  for (let count = 0; count < 5; count++) requests.request('one');
  requests.close();
  requests.close();
  expect([passedOn.length, due.size]).toEqual([4, 0]);
});
