import { expect, test } from 'vitest';
import { atEase, type ProbeState, probe } from './prober.ts';

const wantedBps = 600_000;

/** Tells the same estimate every 100 ms for some time; when probes were sent meanwhile. */
function follow(state: ProbeState, availableBps: number, from: number, ms: number) {
  const probedAt: number[] = [];
  let now = state;
  for (let at = from; at < from + ms; at += 100) {
    const before = ceilingOf(now);
    now = probe(now, { availableBps, wantedBps, leftOutBps: 0 }, at);
    if (ceilingOf(now) !== before) probedAt.push(at);
  }
  return { state: now, probedAt };
}

const ceilingOf = (state: ProbeState) => (state.name === 'short' ? state.ceilingBps : undefined);

test('a link that carries what is wanted is left in peace', () => {
  expect(follow(atEase, 700_000, 0, 60_000)).toEqual({ state: atEase, probedAt: [] });
});

test('a narrow link is tried soon, and again and again', () => {
  expect(follow(atEase, 80_000, 0, 15_000).probedAt).toEqual([1_500, 6_500, 11_500]);
});

test('what a probe brought is followed by the next soon, until all that is wanted goes through', () => {
  const { state } = follow(atEase, 80_000, 0, 2_000);
  const next = follow(state, 400_000, 2_000, 1_000);
  expect(next.probedAt).toEqual([2_500]);
  expect(follow(next.state, 700_000, 3_000, 1_000).state).toBe(atEase);
});

test.each([
  [1_000_000, 1_147_500],
  [50_000, 510_000],
])('where %i bit/s are wanted a probe is of %i bit/s', (wanted, ceilingBps) => {
  const estimate = { availableBps: 30_000, wantedBps: wanted, leftOutBps: 0 };
  expect(probe(probe(atEase, estimate, 0), estimate, 1_500)).toMatchObject({ ceilingBps });
});

test('what is left out is wanted too', () => {
  const estimate = { availableBps: 200_000, wantedBps: 100_000, leftOutBps: 240_000 };
  expect(probe(atEase, estimate, 0)).toMatchObject({ name: 'short' });
});
