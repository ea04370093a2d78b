import { silentLogger } from '@plenum/hyperty';
import type { ParticipantId } from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { CompositeSizes } from './composite-sizes.ts';

const [ann, ben] = ['ann', 'ben'] as ParticipantId[] as [ParticipantId, ParticipantId];

function someSizes() {
  const clock = new FakeClock();
  const due: ParticipantId[] = [];
  const sizes = new CompositeSizes({ clock, logger: silentLogger, onDue: (id) => due.push(id) });
  onTestFinished(() => sizes.close());
  const loses = (id: ParticipantId) => {
    for (let step = 0; step < 4; step++) {
      sizes.handleEstimate(id, { availableBps: 50_000, lostShare: 0.4 });
      clock.advance(500);
    }
  };
  return { clock, due, sizes, loses };
}

test('[C88] each is tried in their own time, although nothing is estimated of them', () => {
  const { clock, due, sizes, loses } = someSizes();
  loses(ann);
  clock.advance(5_000);
  loses(ben);
  expect([sizes.of(ann), sizes.of(ben)]).toEqual(['none', 'none']);
  clock.advance(5_000);
  expect(due).toEqual([ann]);
  expect([sizes.of(ann), sizes.of(ben)]).toEqual(['small', 'none']);
  clock.advance(7_000);
  expect(due).toEqual([ann, ben]);
});

test('[C88] of who looks away nothing is tried, and nothing is known later', () => {
  const { clock, due, sizes, loses } = someSizes();
  loses(ann);
  sizes.keep(new Set([ben]));
  clock.advance(60_000);
  expect(due).toEqual([]);
  expect(sizes.of(ann)).toBe('large');
});
