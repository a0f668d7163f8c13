import { expect, it } from 'vitest';
import { exposition } from './exposition.ts';
import { memoryMetrics } from './memory.ts';

const MIB = 1024 * 1024;

async function value(series: string): Promise<number> {
  const line = (await exposition('text')).split('\n').find(one => one.startsWith(`${series} `));
  return Number(line?.split(' ').at(-1));
}

it('what the monitor sees is in the metrics, and zero before it has seen anything', async () => {
  const observer = memoryMetrics();
  expect(await value('gc_collections_total{kind="major"}')).toBe(0);
  expect(await value('memory_leaks_detected_total{kind="heap"}')).toBe(0);
  expect(await value('memory_pressure')).toBe(0);
  observer.collected?.('major', 20);
  observer.collected?.('major', 30);
  observer.pressureChanged?.('critical', 'calm');
  observer.leakFound?.({ kind: 'heap', since: 0, foundAt: 1, endedAt: undefined, slope: 2 * MIB });
  expect(await value('gc_collections_total{kind="major"}')).toBe(2);
  expect(await value('gc_pause_seconds_sum{kind="major"}')).toBeCloseTo(0.05);
  expect(await value('memory_pressure')).toBe(2);
  expect(await value('memory_leaks_detected_total{kind="heap"}')).toBe(1);
});

it('memory is read when it is asked for, and its peak is what the monitor or a scrape has seen', async () => {
  const observer = memoryMetrics();
  const rss = await value('memory_usage_bytes{type="rss"}');
  expect(Math.abs(rss - process.memoryUsage.rss())).toBeLessThan(200 * MIB);
  expect(await value('memory_peak_bytes{type="rss"}')).toBeGreaterThanOrEqual(rss);
  expect(await value('memory_usage_bytes{type="system_used"}')).toBeGreaterThan(rss / 2);
  const reading = { rss: 2 ** 45, heapUsed: 1, heapTotal: 1, external: 1, arrayBuffers: 1 };
  const delay = { p50: 0, p99: 0, max: 0 };
  observer.sampled?.({ ...reading, systemUsed: 1, peak: reading, delay, pressure: 'high', share: 0.8 });
  expect(await value('memory_peak_bytes{type="rss"}')).toBe(2 ** 45);
  expect(await value('memory_peak_bytes{type="heap_used"}')).toBeGreaterThan(MIB);
  expect(await value('memory_pressure')).toBe(1);
});

it('a piece of work whose memory is tracked has its metrics from then on', async () => {
  const observer = memoryMetrics();
  expect(await exposition('text')).not.toContain('tracked_work');
  const bytes = { before: 1, peak: 3, after: 2 };
  observer.tracked?.({ name: 'render', outcome: 'done', ms: 1500, rss: bytes, heap: bytes });
  expect(await value('tracked_work_memory_bytes{work="render",type="rss",moment="peak"}')).toBe(3);
  expect(await value('tracked_work_duration_seconds_sum{work="render",outcome="done"}')).toBe(1.5);
});
