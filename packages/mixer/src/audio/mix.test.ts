import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleRate, sumOf, without } from './mix.ts';
import { SampleQueue } from './sample-queue.ts';

const voice = (...samples: number[]) => Int16Array.from(samples);

test('everybody hears the others, and not themselves', () => {
  const [ann, ben, cleo] = [voice(100, 200), voice(-50, 5), voice(1, 1)];
  const sum = sumOf([ann, ben, cleo], 2);
  expect([...without(sum, undefined)]).toEqual([51, 206]);
  expect([...without(sum, ann)]).toEqual([-49, 6]);
  expect([...without(sum, ben)]).toEqual([101, 201]);
});

test('where one is as loud as can be, another is heard as they are', () => {
  const [loud, other] = [voice(32_767), voice(1_234)];
  expect([...without(sumOf([loud, other], 1), loud)]).toEqual([1_234]);
});

test('many at once are louder than one, and never over the top', () => {
  const samples = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(samples, (loud) => {
      const sum = sumOf(
        loud.map((one) => voice(one)),
        1,
      );
      const [heard = 0] = without(sum, undefined);
      expect(Math.abs(heard)).toBeLessThanOrEqual(32_768);
      expect(Math.abs(heard)).toBeLessThanOrEqual(Math.abs(sum[0] ?? 0));
      expect(Math.sign(heard)).toBe(Math.sign(sum[0] ?? 0));
    }),
  );
});

describe('what somebody says', () => {
  const ms = (count: number) => (count * sampleRate) / 1_000;
  const chunk = (value: number) => new Int16Array(ms(20)).fill(value);

  test('is heard once a little has come, and then in order', () => {
    const queue = new SampleQueue();
    queue.push(chunk(1));
    expect(queue.take(ms(20))).toBeUndefined();
    queue.push(chunk(2));
    expect(queue.take(ms(20))).toEqual(chunk(1));
    expect(queue.take(ms(20))).toEqual(chunk(2));
    expect(queue.take(ms(20))).toBeUndefined();
    queue.push(chunk(3));
    expect(queue.take(ms(20))).toBeUndefined();
  });

  test('is cut where it comes too much at once, so that it is not late for ever', () => {
    const queue = new SampleQueue();
    for (let count = 1; count <= 7; count++) queue.push(chunk(count));
    expect(queue.length).toBe(ms(40));
    expect(queue.take(ms(20))).toEqual(chunk(6));
  });

  test('comes back to its picture in the next pause, once it came late', () => {
    const queue = new SampleQueue();
    const talk = (value: number, times: number) => {
      for (let time = 0; time < times; time++) {
        queue.push(chunk(value));
        queue.take(ms(20));
      }
    };
    // Of four at once the mixer was late.
    for (let count = 0; count < 4; count++) queue.push(chunk(8_000));
    talk(8_000, 200);
    expect(queue.length).toBe(ms(80));
    talk(10, 200);
    expect(queue.length).toBe(ms(40));
  });

  test('is heard in full where now and then little waits', () => {
    const queue = new SampleQueue();
    for (let count = 0; count < 4; count++) queue.push(chunk(10));
    for (let round = 0; round < 20; round++) {
      for (let count = 0; count < 3; count++) queue.take(ms(20));
      for (let count = 0; count < 3; count++) queue.push(chunk(10));
    }
    expect(queue.length).toBe(ms(80));
  });

  test('is the same however it is cut into packets', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 960 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 480 }), (lengths, block) => {
        const queue = new SampleQueue();
        let next = 0;
        for (const length of [1_920, ...lengths].map((one) => Math.min(one, 1_920)).slice(0, 3)) {
          queue.push(Int16Array.from({ length }, () => next++));
        }
        const heard: number[] = [];
        for (let taken = queue.take(block); taken !== undefined; taken = queue.take(block))
          heard.push(...taken);
        expect(heard).toEqual(Array.from({ length: heard.length }, (_, index) => index));
      }),
    );
  });
});
