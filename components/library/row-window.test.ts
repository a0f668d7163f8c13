import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topToShow } from './row-window.ts';

const view = fc.record({
  top: fc.double({ min: 0, max: 4e7, noNaN: true }),
  height: fc.double({ min: 80, max: 3000, noNaN: true }),
});
const rowHeight = fc.double({ min: 20, max: 80, noNaN: true });

describe('showing a row', () => {
  it('brings all of it into a view that it fits into', () => {
    fc.assert(
      fc.property(view, rowHeight, fc.nat({ max: 1_000_000 }), (seen, high, index) => {
        const top = topToShow(index, seen, high);
        expect(top).toBeLessThanOrEqual(index * high);
        expect(top + seen.height).toBeGreaterThanOrEqual((index + 1) * high - 1e-6);
      }),
    );
  });

  it('leaves a view alone that shows it already', () => {
    expect(topToShow(5, { top: 200, height: 400 }, 40)).toBe(200);
    expect(topToShow(14, { top: 200, height: 400 }, 40)).toBe(200);
  });

  it('moves by no more than it takes', () => {
    expect(topToShow(4, { top: 200, height: 400 }, 40)).toBe(160);
    expect(topToShow(15, { top: 200, height: 400 }, 40)).toBe(240);
  });
});
