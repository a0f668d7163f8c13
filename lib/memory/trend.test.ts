import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noiseOf, slopeError, trendOf, type Point } from './trend.ts';
import { randomNumbers } from '#lib/base/random.ts';

const line = (slope: number, count: number): Point[] =>
  Array.from({ length: count }, (_, at) => ({ at, value: slope * at }));
const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

describe('a trend', () => {
  it('is the slope of a line, whatever the spacing of its points', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(times, fc.integer({ min: -1000, max: 1000 }), (at, slope) => {
        const points = at.sort((a, b) => a - b).map(t => ({ at: t, value: slope * t + 5 }));
        const trend = trendOf(points, 2);
        expect(trend.slope).toBeCloseTo(slope, 6);
        expect(trend.low).toBeCloseTo(slope, 6);
        expect(trend.high).toBeCloseTo(slope, 6);
      }),
    );
  });

  it('does not follow a few wild points', () => {
    const points = line(3, 20).map((point, i) => (i % 5 === 0 ? { ...point, value: point.value + 1e6 } : point));
    expect(trendOf(points, 2).slope).toBeCloseTo(3, 0);
  });

  it('has the score that Mann and Kendall give, ties included', () => {
    // Five of five pairs of four different values rise: S = 6, variance 4·3·13/18.
    expect(trendOf(line(1, 4), 1).score).toBeCloseTo((6 - 1) / Math.sqrt((4 * 3 * 13) / 18), 10);
    const tied = [1, 1, 2, 3].map((value, at) => ({ at, value }));
    expect(trendOf(tied, 1).score).toBeCloseTo((5 - 1) / Math.sqrt((4 * 3 * 13 - 2 * 1 * 9) / 18), 10);
    const same = [7, 7, 7, 7].map((value, at) => ({ at, value }));
    expect(trendOf(same, 1)).toMatchObject({ slope: 0, score: 0 });
  });

  it('has limits that hold the true slope as often as they say', () => {
    const random = randomNumbers(11);
    let [inside, high] = [0, 0];
    for (let run = 0; run < 2000; run += 1) {
      const points = line(0, 20).map(({ at }) => ({ at, value: 0.3 * at + 4 * normal(random) }));
      const trend = trendOf(points, 1.64);
      if (trend.low <= 0.3 && trend.high >= 0.3) inside += 1;
      if (
        trendOf(
          points.map(p => ({ ...p, value: p.value - 0.3 * p.at })),
          1.64,
        ).score > 2
      )
        high += 1;
    }
    expect(inside / 2000).toBeGreaterThan(0.88);
    expect(inside / 2000).toBeLessThan(0.93);
    // One in 44 without a trend.
    expect(high / 2000).toBeGreaterThan(0.01);
    expect(high / 2000).toBeLessThan(0.035);
  });
});

describe('noise', () => {
  it('is told from a trend that bends and from jumps', () => {
    const random = randomNumbers(12);
    const points = Array.from({ length: 400 }, (_, at) => ({
      at,
      value: 0.001 * at * at + (at > 200 ? 1e6 : 0) + 5 * normal(random),
    }));
    expect(noiseOf(points)).toBeGreaterThan(4.3);
    expect(noiseOf(points)).toBeLessThan(5.7);
    expect(noiseOf(line(2, 10))).toBe(0);
    expect(noiseOf(line(2, 2))).toBe(0);
  });

  it('says how far a slope may be off', () => {
    const random = randomNumbers(13);
    const errors = Array.from({ length: 1000 }, () => {
      const points = Array.from({ length: 20 }, (_, at) => ({ at, value: 3 * normal(random) }));
      return trendOf(points, 1).slope;
    });
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(deviation / slopeError(3, 20, 19)).toBeGreaterThan(0.8);
    expect(deviation / slopeError(3, 20, 19)).toBeLessThan(1.2);
  });
});
