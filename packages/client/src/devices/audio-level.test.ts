import { describe, expect, test } from 'vitest';
import { amplitudeOf, meterLevelOf, rootMeanSquare } from './audio-level.ts';

describe('the level of sound', () => {
  test('is the root mean square of the samples', () => {
    expect(rootMeanSquare(new Float32Array([0.5, -0.5, 0.5, -0.5]))).toBeCloseTo(0.5);
    expect(rootMeanSquare(new Float32Array())).toBe(0);
  });

  test('is on a meter 0 for silence, 1 for full scale and more than half for speech', () => {
    expect(meterLevelOf(0)).toBe(0);
    expect(meterLevelOf(0.0001)).toBe(0);
    expect(meterLevelOf(1)).toBe(1);
    expect(meterLevelOf(0.05)).toBeGreaterThan(0.5);
  });

  test('goes from amplitude to meter and back', () => {
    for (const amplitude of [0, 0.01, 0.3, 1]) {
      expect(amplitudeOf(meterLevelOf(amplitude))).toBeCloseTo(amplitude);
    }
  });
});
