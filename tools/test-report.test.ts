import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countPhase, formatCounts, listFailures } from './test-report.ts';

const fileOf = (status: string, ...statuses: string[]) => ({
  name: join(process.cwd(), 'some.test.ts'),
  status,
  message: status === 'failed' ? 'it could not be read\nat line 1' : '',
  assertionResults: statuses.map((one, index) => ({
    status: one,
    fullName: `it does ${index}`,
    failureMessages: one === 'failed' ? ['Error: it does not\nat line 2'] : [],
  })),
});

describe('the count of a phase', () => {
  test('adds up the tests of all files', () => {
    const testResults = [fileOf('passed', 'passed', 'pending'), fileOf('failed', 'passed', 'failed', 'todo')];
    expect(countPhase({ testResults }, false)).toEqual({ passed: 2, failed: 1, skipped: 2 });
  });

  test('counts a file that could not be loaded as a failure', () => {
    expect(countPhase({ testResults: [fileOf('failed')] }, false).failed).toBe(1);
  });

  test('a phase that ran nothing has failed', () => {
    expect(countPhase({ testResults: [] }, true).failed).toBe(1);
  });

  test('a phase without a report has failed', () => {
    expect(countPhase(undefined, false).failed).toBe(1);
  });

  test('a failure outside the tests is not lost', () => {
    expect(countPhase({ testResults: [fileOf('passed', 'passed')] }, false)).toMatchObject({ failed: 1 });
  });
});

describe('what failed', () => {
  test('is named with its file, and why', () => {
    const testResults = [fileOf('failed', 'passed', 'failed'), fileOf('passed', 'passed'), fileOf('failed')];
    expect(listFailures({ testResults })).toEqual([
      'some.test.ts: it does 1: Error: it does not',
      'some.test.ts: it could not be read',
    ]);
  });

  test('is nothing without a report', () => {
    expect(listFailures(undefined)).toEqual([]);
  });
});

describe('the last line', () => {
  test('is what passed and failed', () => {
    expect(formatCounts({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  });

  test('names skipped tests only if there are any', () => {
    expect(formatCounts({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped');
  });
});
