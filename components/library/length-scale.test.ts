import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LengthBucket } from '#lib/sounds/sound.ts';
import {
  edgeAt,
  edgeBeside,
  edgesOf,
  isWithin,
  lengthScale,
  placeOf,
  rangeInWords,
  secondsInWords,
  secondsOf,
  withHandleAt,
  type LengthRange,
  type LengthScale,
} from './length-scale.ts';

const EDGES = [0, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 21_600];
const histogram = (counts: readonly number[]): LengthBucket[] =>
  counts.map((count, i) => ({ kind: 'effects', from: EDGES[i]!, to: EDGES[i + 1]!, count }));
const counts = fc
  .array(fc.nat({ max: 50 }), { minLength: 11, maxLength: 11 })
  .filter(list => list.some(count => count > 0));
const scales = counts.map(list => lengthScale(histogram(list))!);
const side = fc.constantFrom('min' as const, 'max' as const);

describe('the axis of lengths', () => {
  it('reaches from the shortest to the longest that there is', () => {
    const scale = lengthScale(histogram([0, 0, 3, 0, 7, 0, 0, 0, 0, 0, 0]))!;
    expect(edgesOf(scale)).toEqual([0.5, 1, 2, 5]);
    expect(scale.most).toBe(7);
    expect(lengthScale(histogram(Array<number>(11).fill(0)))).toBeUndefined();
  });

  it('gives each bucket the same room, and a length its place within', () => {
    fc.assert(
      fc.property(scales, scale => {
        const edges = edgesOf(scale);
        for (const [i, edge] of edges.entries()) expect(placeOf(scale, edge)).toBeCloseTo(i / (edges.length - 1), 10);
        expect(placeOf(scale, 1e9)).toBe(1);
      }),
    );
    const scale = lengthScale(histogram([0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0]))!;
    expect(placeOf(scale, 1.5)).toBe(0.75);
    expect(placeOf(scale, 0.2)).toBe(0);
  });
});

describe('a handle', () => {
  it('lands on an edge, stays on its side of the other one, and bounds nothing at its end', () => {
    const moves = fc.array(fc.tuple(side, fc.double({ min: -0.5, max: 1.5, noNaN: true })), { maxLength: 20 });
    fc.assert(
      fc.property(scales, moves, (scale, list) => {
        let range: LengthRange = { min: null, max: null };
        const edges = edgesOf(scale);
        for (const [which, place] of list) {
          range = withHandleAt(scale, range, which, edgeAt(scale, place));
          const { min, max } = range;
          if (min !== null) expect(edges.slice(1)).toContain(min);
          if (max !== null) expect(edges.slice(0, -1)).toContain(max);
          expect(min ?? edges[0]!).toBeLessThan(max ?? edges.at(-1)!);
        }
        expect(withHandleAt(scale, range, 'min', 0).min).toBeNull();
        expect(withHandleAt(scale, range, 'max', edges.length - 1).max).toBeNull();
      }),
    );
  });

  it('goes by steps from edge to edge, from wherever it is', () => {
    fc.assert(
      fc.property(scales, fc.double({ min: 0, max: 30_000, noNaN: true }), (scale: LengthScale, seconds) => {
        const edges = edgesOf(scale);
        const above = edges.find(edge => edge > seconds) ?? edges.at(-1)!;
        const below = edges.findLast(edge => edge < seconds) ?? edges[0]!;
        expect(edges[edgeBeside(scale, seconds, 1)]).toBe(above);
        expect(edges[edgeBeside(scale, seconds, -1)]).toBe(below);
        expect(edgeBeside(scale, seconds, 100)).toBe(edges.length - 1);
        expect(edgeBeside(scale, seconds, -100)).toBe(0);
      }),
    );
  });
});

describe('lengths in words', () => {
  it('name the unit that fits', () => {
    const words = [0.3, 0.25, 2, 45, 60, 90, 125.5, 3600, 5400, 21_600].map(secondsInWords);
    expect(words).toEqual(['0.3 s', '0.25 s', '2 s', '45 s', '1 min', '1:30 min', '2:05 min', '1 h', '1:30 h', '6 h']);
  });

  it('say which side is bounded', () => {
    expect(rangeInWords({ min: null, max: null })).toBe('Length');
    expect(rangeInWords({ min: null, max: 30 })).toBe('up to 30 s');
    expect(rangeInWords({ min: 120, max: null })).toBe('from 2 min');
    expect(rangeInWords({ min: 2, max: 30 })).toBe('2 s to 30 s');
  });

  it('are read where they are lengths', () => {
    expect(['', '3', '0.25', '-1', '1e3', 'x', '3.'].map(secondsOf)).toEqual([null, 3, 0.25, null, null, null, null]);
  });

  it('mark the buckets that a range has a part of', () => {
    const [first, second] = histogram([1, 1]);
    expect(isWithin(first!, { min: null, max: 0.1 })).toBe(true);
    expect(isWithin(second!, { min: null, max: 0.1 })).toBe(false);
    expect(isWithin(first!, { min: 0.1, max: null })).toBe(false);
    expect(isWithin(second!, { min: 0.2, max: 0.3 })).toBe(true);
  });
});
