import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HISTORY_SLOTS, MemoryHistory, type HistoryRow } from './memory-history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const row = (rss: number, more: Partial<HistoryRow> = {}): HistoryRow => ({
  rss,
  heapUsed: rss / 2,
  heapTotal: rss,
  external: 1,
  arrayBuffers: 2,
  live: NaN,
  share: 0.1,
  minor: 1,
  major: 0,
  pause: 0.5,
  delay: 1,
  ...more,
});

describe('the history', () => {
  it('keeps a day and forgets what is older', () => {
    const history = new MemoryHistory();
    for (let minute = 0; minute < 3 * HISTORY_SLOTS; minute += 1) history.add(minute * MINUTE, row(minute));
    const now = (3 * HISTORY_SLOTS - 1) * MINUTE;
    const points = history.read(now, 48 * HOUR, HISTORY_SLOTS);
    expect(points).toHaveLength(HISTORY_SLOTS);
    expect(points[0]).toMatchObject({ at: 2 * HISTORY_SLOTS * MINUTE, rss: 2 * HISTORY_SLOTS });
    expect(points.at(-1)).toMatchObject({ at: now, rss: 3 * HISTORY_SLOTS - 1 });
  });

  it('keeps the highest level of a minute, the lowest that lives, and every collection', () => {
    const history = new MemoryHistory();
    history.add(1000, row(10, { live: 8 }));
    history.add(2000, row(30, { live: 6, major: 1 }));
    history.add(3000, row(20));
    expect(history.read(3000, HOUR, 60)).toEqual([{ at: 0, ...row(30, { live: 6, minor: 3, major: 1, pause: 1.5 }) }]);
  });

  it('says nothing of times in which nothing was sampled', () => {
    const history = new MemoryHistory();
    history.add(0, row(1));
    history.add(10 * MINUTE, row(2));
    expect(history.read(10 * MINUTE, HOUR, 60).map(({ at }) => at)).toEqual([0, 10 * MINUTE]);
    expect(history.read(10 * MINUTE, 5 * MINUTE, 60).map(({ at }) => at)).toEqual([10 * MINUTE]);
    expect(new MemoryHistory().read(0, HOUR, 60)).toEqual([]);
  });

  it('loses no peak and no collection, however few points are asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 10, max: 100 }),
        (values, points) => {
          const history = new MemoryHistory();
          for (const [minute, rss] of values.entries()) history.add(minute * MINUTE, row(rss));
          const read = history.read((values.length - 1) * MINUTE, values.length * MINUTE, points + 1);
          expect(read.length).toBeLessThanOrEqual(points + 1);
          expect(Math.max(...read.map(({ rss }) => rss))).toBe(Math.max(...values));
          const times = read.map(({ at }) => at);
          expect(times).toEqual([...times].sort((a, b) => a - b));
          expect(read.reduce((sum, { minor }) => sum + minor, 0)).toBe(values.length);
        },
      ),
    );
  });
});
