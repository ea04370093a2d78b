import { expect, test } from 'vitest';
import { type CostResult, type ForwardingResult, medianOf } from './measure.ts';
import { formatReport } from './report.ts';
import type { Sample } from './run.ts';

function aSample(microsecondsPerPacket: number, more: Partial<Sample> = {}): Sample {
  const quiet = {
    receivers: 50,
    core: 0.1,
    clientCore: 0.1,
    packetsPerSecond: 10_000,
    loss: 0,
    otherWork: 0,
  };
  return { ...quiet, microsecondsPerPacket, ...more };
}

function aCost(server: CostResult['server'], samples: readonly Sample[]): CostResult {
  return { server, transportCc: false, receivers: 50, samples, median: medianOf(samples) };
}

function aReport(costs: readonly CostResult[], more: Partial<ForwardingResult> = {}): string {
  return formatReport({ costs, capacities: [], memory: [], notes: [], ...more });
}

test('the median is taken of the runs without other work, if there are any', () => {
  expect(medianOf([aSample(3), aSample(9), aSample(5)]).microsecondsPerPacket).toBe(5);
  expect(medianOf([aSample(9, { otherWork: 0.5 }), aSample(5)]).microsecondsPerPacket).toBe(5);
  expect(
    medianOf([aSample(9, { otherWork: 0.5 }), aSample(8, { otherWork: 0.9 })]).microsecondsPerPacket,
  ).toBe(8);
});

test('each server is shown as a share of Janus at the same load', () => {
  const report = aReport([aCost('plenum', [aSample(4)]), aCost('janus', [aSample(16)])]);
  expect(report).toContain('| 50 | no | plenum | 4.00 | 0.25 |');
});

test('a comparison with a saturated Janus is marked as such', () => {
  const report = aReport([aCost('plenum', [aSample(4)]), aCost('janus', [aSample(16, { loss: 0.3 })])]);
  expect(report).toContain('0.25 (saturated)');
});

test('a search that found no end says so', () => {
  const carried = aSample(4, { receivers: 1_600, core: 0.8 });
  const report = aReport([], {
    capacities: [{ server: 'plenum', transportCc: false, carried, failed: undefined }],
  });
  expect(report).toContain('| plenum | no | 1600 | 10000 | 80 % | not reached |');
});
