import { expect, test } from 'vitest';
import { atEase, type ProbeState, probe } from './prober.ts';

const wantedBps = 600_000;

/** Tells the same estimate every 100 ms for some time; the ceilings that were set meanwhile. */
function follow(state: ProbeState, availableBps: number, from: number, ms: number) {
  const ceilings: number[] = [];
  let now = state;
  for (let at = from; at < from + ms; at += 100) {
    const before = ceilingOf(now);
    now = probe(now, { availableBps, wantedBps }, at);
    const after = ceilingOf(now);
    if (after !== before && after !== undefined) ceilings.push(after);
  }
  return { state: now, ceilings };
}

const ceilingOf = (state: ProbeState) => (state.name === 'probing' ? state.ceilingBps : undefined);

test('a link that carries what is wanted is left in peace', () => {
  expect(follow(atEase, 700_000, 0, 60_000)).toEqual({ state: atEase, ceilings: [] });
});

test('a narrow link is tried again and again, each time with another ceiling, less and less often', () => {
  const { ceilings } = follow(atEase, 80_000, 0, 20_000);
  expect(ceilings.length).toBeGreaterThanOrEqual(5);
  expect(ceilings.length).toBeLessThanOrEqual(7);
  for (const [index, ceiling] of ceilings.slice(1).entries()) {
    const ratio = ceiling / (ceilings[index] ?? 0);
    expect(Math.max(ratio, 1 / ratio)).toBeGreaterThan(1.1);
  }
});

test('what a probe brought is followed by the next at once, until all that is wanted goes through', () => {
  const { state } = follow(atEase, 80_000, 0, 20_000);
  const first = follow(state, 300_000, 20_000, 1_000);
  expect(first.ceilings).toEqual([600_000]);
  expect(follow(first.state, 700_000, 21_000, 1_000).state).toBe(atEase);
});

test('the ceiling is never too low to find anything, nor higher than anybody needs', () => {
  const first = probe(
    probe(atEase, { availableBps: 5_000, wantedBps }, 0),
    { availableBps: 5_000, wantedBps },
    5_000,
  );
  expect(ceilingOf(first)).toBe(200_000);
  const most = { availableBps: 15_000_000, wantedBps: 30_000_000 };
  expect(ceilingOf(probe(probe(atEase, most, 0), most, 5_000))).toBe(20_000_000);
});
