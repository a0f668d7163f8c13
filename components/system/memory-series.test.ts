import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memorySeries, roundUp } from './memory-series.ts';
import { systemReport } from './system.fixture.ts';

const MIB = 1024 * 1024;
const { memory } = systemReport(3600);
const points = [0, 1200, 2400].map(seconds => {
  const { at, now } = systemReport(seconds).memory;
  return { at, minor: 1, major: 0, ...now };
});

test('what is true now ends the lines', () => {
  const { times, resident, heap, buffers } = memorySeries(points, memory);
  expect(times).toHaveLength(4);
  expect(times.at(-1)! - times[0]!).toBe(3600);
  expect([resident, heap, buffers].map(line => line.at(-1))).toEqual([200, 80, 15]);
});

test('a history of the same moment is not told twice', () => {
  const { times } = memorySeries([...points, { at: memory.at, minor: 0, major: 0, ...memory.now }], memory);
  expect(new Set(times).size).toBe(times.length);
});

test('the trend is a line from where it begins, at its rate', () => {
  const from = { at: systemReport(1200).at, bytes: 70 * MIB };
  const trends = [{ kind: 'heap' as const, finding: 'flat' as const, bytes_per_hour: 6 * MIB, low: 0, high: 0, from }];
  const { trend } = memorySeries(points, { ...memory, leak: { ...memory.leak, trends } });
  expect(trend[0]).toBeNull();
  expect(trend[1]).toBeCloseTo(70);
  expect(trend[3]).toBeCloseTo(74);
});

test('the limit is the top, unless it is far above everything', () => {
  expect(memorySeries(points, memory).top).toBe(512);
  const roomy = { ...memory, limit: { ...memory.limit, bytes: 24_000 * MIB } };
  expect(memorySeries(points, roomy).top).toBe(384);
});

test('an axis ends at a power of two, or at one and a half times it', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 100_000, noNaN: true }), value => {
      const top = roundUp(value);
      expect(top).toBeGreaterThanOrEqual(value);
      expect(top).toBeLessThan(value * 1.51);
      expect(Number.isInteger(Math.log2(top)) || Number.isInteger(Math.log2(top / 1.5))).toBe(true);
    }),
  );
});
