import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantile } from './request-statistics.ts';

const BOUNDS = [0.01, 0.1, 1, 10];

function upTo(seconds: readonly number[]): [number, number][] {
  return BOUNDS.map(bound => [bound, seconds.filter(one => one <= bound).length]);
}

test('a quantile lies in the bucket of the request that it is about', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 9.9, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.5, 0.95, 0.99),
      (seconds, share) => {
        const sorted = seconds.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(sorted.length * share) - 1]!;
        const bound = BOUNDS.find(one => exact <= one)!;
        const below = BOUNDS[BOUNDS.indexOf(bound) - 1] ?? 0;
        const answer = quantile(upTo(seconds), seconds.length, share)! / 1000;
        expect(answer).toBeGreaterThanOrEqual(below);
        expect(answer).toBeLessThanOrEqual(bound + 1e-9);
      },
    ),
  );
});

test('past the last bound nothing can be said, and nothing of no requests', () => {
  expect(quantile(upTo([20, 30]), 2, 0.5)).toBeNull();
  expect(quantile(upTo([0.005, 30]), 2, 0.5)).toBe(10);
  expect(quantile(upTo([0.005, 30]), 2, 0.95)).toBeNull();
  expect(quantile(upTo([]), 0, 0.5)).toBeNull();
});
