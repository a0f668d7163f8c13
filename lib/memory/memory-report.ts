/** What `/api/admin/memory` and `/api/admin/optimize-memory` answer. Bytes, milliseconds and times in UTC throughout. */
import { z } from 'zod';

const bytes = z.number().int().min(0);
const change = z.number().int().meta({ description: 'Bytes; negative where more is in use than before' });
const count = z.number().int().min(0);
const ms = z.number().min(0);
const time = z.iso.datetime();
const rate = z.number().meta({ description: 'Bytes an hour' });

export const memoryUse = z.strictObject({
  rss: bytes.meta({ description: 'The whole process, threads and native libraries included' }),
  heap_used: bytes,
  heap_total: bytes,
  external: bytes.meta({ description: 'Held outside the heap by objects in it, array buffers left out' }),
  array_buffers: bytes,
});
export type MemoryUse = z.infer<typeof memoryUse>;

const collected = z.strictObject({ count, pause_ms: ms, longest_pause_ms: ms });

export const optimiseReport = z
  .strictObject({
    at: time,
    before: memoryUse,
    after: memoryUse,
    freed_bytes: change.meta({ description: 'Of rss; negative where more is in use than before' }),
    longest_pause_ms: ms.meta({ description: 'The longest time in which the process answered nobody' }),
    ms,
    actions: z.array(
      z.strictObject({
        name: z.string().meta({ example: 'garbage' }),
        count: count.nullable().meta({ description: 'Of what was closed or removed; null where it is not counted' }),
        freed_bytes: change,
        ms,
        failed: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'OptimiseReport' });
export type OptimiseReport = z.infer<typeof optimiseReport>;

const leakKind = z.enum(['heap', 'external', 'array_buffers']);

export const memoryReport = z
  .strictObject({
    at: time,
    started_at: time,
    now: memoryUse.extend({
      system_used: bytes,
      caches: bytes.meta({ description: 'What the caches know they hold' }),
    }),
    peak: memoryUse,
    limit: z.strictObject({
      bytes,
      source: z.enum(['cgroup', 'machine']),
      heap_bytes: bytes.meta({ description: 'What V8 lets the heap grow to' }),
    }),
    pressure: z.strictObject({
      level: z.enum(['calm', 'high', 'critical']),
      share: z.number().meta({ description: 'Of the scarcer limit' }),
      high_from: bytes.meta({ description: 'Of rss' }),
      critical_from: bytes.meta({ description: 'Of rss' }),
    }),
    heap_spaces: z.array(z.strictObject({ name: z.string(), used: bytes, size: bytes })),
    collections: z.strictObject({ minor: collected, major: collected, incremental: collected, weakcb: collected }),
    event_loop: z
      .strictObject({ p50_ms: ms, p99_ms: ms, max_ms: ms })
      .meta({ description: 'How late it was, between the last two samples' }),
    leak: z.strictObject({
      verdict: z
        .enum(['learning', 'steady', 'leaking'])
        .meta({ description: 'learning until there are collections of nearly two hours' }),
      threshold: rate,
      trends: z.array(
        z.strictObject({
          kind: leakKind,
          finding: z.enum(['unknown', 'flat', 'bending', 'with_work', 'growing']),
          bytes_per_hour: rate.nullable(),
          low: rate.nullable(),
          high: rate.nullable(),
          from: z
            .strictObject({ at: time, bytes: z.number() })
            .nullable()
            .meta({ description: 'Where its line begins' }),
        }),
      ),
      episodes: z.array(
        z.strictObject({
          kind: leakKind,
          since: time,
          found_at: time,
          ended_at: time.nullable(),
          bytes_per_hour: rate,
        }),
      ),
    }),
    optimised: optimiseReport.nullable().meta({ description: 'The last time' }),
    history: z.array(
      z.strictObject({
        at: time,
        ...memoryUse.shape,
        live_heap: bytes.nullable().meta({ description: 'After a collection of the whole heap; null without one' }),
        minor: count,
        major: count,
        pause_ms: ms,
        delay_ms: ms,
      }),
    ),
  })
  .meta({ id: 'MemoryReport' });
export type MemoryReport = z.infer<typeof memoryReport>;
