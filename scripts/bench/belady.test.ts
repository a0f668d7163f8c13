import fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { expect, test } from 'vitest';
import { beladyHits } from './belady.ts';

/** Every choice of what to let go of, tried. */
function bestHits(trace: readonly number[], entries: number, held: ReadonlySet<number> = new Set()): number {
  const [key, ...rest] = trace;
  if (key === undefined) return 0;
  if (held.has(key)) return 1 + bestHits(rest, entries, held);
  if (held.size < entries) return bestHits(rest, entries, new Set([...held, key]));
  return Math.max(
    ...[...held].map(gone => bestHits(rest, entries, new Set([...held, key].filter(one => one !== gone)))),
  );
}

test("Belady's bound is what the best of all choices reaches", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), (trace, entries) => {
      expect(beladyHits(Uint32Array.from(trace), entries)).toBe(bestHits(trace, entries));
    }),
  );
});

test('no least-recently-used cache beats it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 500 }), fc.integer({ min: 1, max: 10 }), (trace, entries) => {
      const lru = new LRUCache<number, true>({ max: entries });
      let hits = 0;
      for (const key of trace) {
        if (lru.get(key) === true) hits += 1;
        else lru.set(key, true);
      }
      expect(beladyHits(Uint32Array.from(trace), entries)).toBeGreaterThanOrEqual(hits);
    }),
  );
});
