import { type Deployed, silentLogger } from '@plenum/hyperty';
import { ConferenceError, type HypertyDescriptor } from '@plenum/protocol';
import { FakeClock, settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { KeptHyperty } from './kept-hyperty.ts';

type Ended = (error: ConferenceError) => void;

function aHyperty(outcomes: readonly ('runs' | 'fails')[]) {
  const clock = new FakeClock();
  const tries: number[] = [];
  let closed = 0;
  let end: Ended = () => undefined;
  const kept = new KeptHyperty({
    clock,
    logger: silentLogger,
    deploy: async ({ signal, onEnded }) => {
      const outcome = outcomes[tries.length] ?? 'runs';
      tries.push(clock.now());
      end = onEnded;
      signal.throwIfAborted();
      if (outcome === 'fails') throw new ConferenceError('disconnected');
      const close = async () => {
        closed += 1;
      };
      const descriptor = {} as HypertyDescriptor;
      const deployed: Deployed = {
        name: 'bot',
        url: 'hyperty://acme.test/bot',
        descriptor,
        instance: undefined,
        close,
      };
      return deployed;
    },
  });
  return { clock, kept, tries, end: (error: ConferenceError) => end(error), closed: () => closed };
}

test('[DE12] one that cannot be had keeps nobody waiting, and is tried again, ever later', async () => {
  const { clock, kept, tries } = aHyperty(['fails', 'fails', 'fails']);
  await kept.start();
  for (const delayMs of [1_000, 2_000, 4_000]) {
    clock.advance(delayMs);
    await settle();
  }
  expect(tries).toEqual([0, 1_000, 3_000, 7_000]);
  expect(clock.pendingTimers).toBe(0);
});

test('[DE12] one that ends is started again, at once almost where it had run for long', async () => {
  const { clock, kept, tries, end } = aHyperty(['fails']);
  await kept.start();
  clock.advance(1_000);
  await settle();
  clock.advance(60_000);
  end(new ConferenceError('internal'));
  end(new ConferenceError('internal'));
  clock.advance(1_000);
  await settle();
  expect(tries).toEqual([0, 1_000, 62_000]);
});

test('a closed one ends, and is not tried again', async () => {
  const { clock, kept, tries, end, closed } = aHyperty([]);
  await kept.start();
  await kept.close();
  await kept.close();
  end(new ConferenceError('internal'));
  expect(closed()).toBeGreaterThan(0);
  const failing = aHyperty(['fails']);
  await failing.kept.start();
  await failing.kept.close();
  clock.advance(60_000);
  failing.clock.advance(60_000);
  expect([tries.length, failing.tries.length]).toEqual([1, 1]);
});
