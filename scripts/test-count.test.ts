import { describe, expect, it } from 'vitest';
import { add, countPlaywright, countVitest, CRASHED } from './test-count.ts';

const quiet = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

describe('the last line of npm test', () => {
  it('adds up all runners', () => {
    const vitest = countVitest({ ...quiet, numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 });
    const playwright = countPlaywright({ stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 1 }, errors: [] });
    expect(add([vitest, playwright])).toEqual({ passed: 8, failed: 2, skipped: 4 });
  });

  it('counts a crashed runner as a failure', () => {
    expect(add([countVitest({ ...quiet, numPassedTests: 3 }), CRASHED])).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }];
    expect(countVitest({ ...quiet, testResults }).failed).toBe(1);
  });

  it('counts a failing file once for each failed test, not once more for the file', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] }];
    expect(countVitest({ ...quiet, numPassedTests: 1, numFailedTests: 1, testResults })).toMatchObject({ failed: 1 });
  });

  it('counts an error outside any browser test as a failure', () => {
    const stats = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
    expect(countPlaywright({ stats, errors: [{}] }).failed).toBe(1);
  });
});
