import { expect, test } from 'vitest';
import { toneBlock } from '../testing/tones.ts';
import { isLoud } from './loudness.ts';

test('speech is loud, and what a quiet room leaves is not', () => {
  const tone = toneBlock(440, 1);
  expect(isLoud(tone)).toBe(true);
  expect(isLoud(tone.map((sample) => sample / 500))).toBe(false);
  expect(isLoud(new Int16Array(0))).toBe(false);
});
