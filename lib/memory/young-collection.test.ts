import { constants, PerformanceObserver } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { bytesPassed, COLLECT_EVERY } from './young-collection.ts';

it('collects the young generation once in so many bytes, and never the whole heap', async () => {
  const kinds: number[] = [];
  const observer = new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      const { kind, flags } = (entry as unknown as { detail: { kind: number; flags: number } }).detail;
      // Collections that V8 makes by itself are not counted.
      if ((flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0) kinds.push(kind);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  for (let passed = 0; passed < 10 * COLLECT_EVERY; passed += COLLECT_EVERY / 8) bytesPassed(COLLECT_EVERY / 8);
  await expect.poll(() => kinds).toHaveLength(10);
  expect(new Set(kinds)).toEqual(new Set([constants.NODE_PERFORMANCE_GC_MINOR]));
  observer.disconnect();
});
