import { expect, test } from 'vitest';
import { createReceivedCounter } from './peer-connection.ts';

const report = (pairs: Readonly<Record<string, number>>) =>
  new Map(
    Object.entries(pairs).map(([id, bytesReceived]) => [id, { id, type: 'candidate-pair', bytesReceived }]),
  ) as RTCStatsReport;

test('what came by a way that is no more still counts', () => {
  const { count } = createReceivedCounter();
  expect(count(report({ old: 1_000 }))).toBe(1_000);
  expect(count(report({ old: 1_010, new: 5 }))).toBe(1_015);
  expect(count(report({ new: 20 }))).toBe(1_030);
});

test('of two reports in the wrong order nothing is counted twice', () => {
  const { count } = createReceivedCounter();
  count(report({ one: 100 }));
  expect(count(report({ one: 90 }))).toBe(100);
  expect(count(report({ one: 100 }))).toBe(100);
});

test('answers to the checks of the connection count', () => {
  const { count } = createReceivedCounter();
  const pair = { id: 'one', type: 'candidate-pair', responsesReceived: 2, requestsReceived: 3 };
  expect(count(new Map([['one', pair]]) as RTCStatsReport)).toBe(5);
});
