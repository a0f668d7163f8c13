/** Memory of the process, as it is now and as the monitor has seen it. */
import { singleton } from '#lib/base/singleton.ts';
import { COLLECTION_KINDS, type CollectionKind } from '#lib/memory/collections.ts';
import { LEAK_KINDS } from '#lib/memory/leak-rule.ts';
import type { MemoryObserver } from '#lib/memory/memory-observer.ts';
import { PRESSURE_LEVELS, type PressureLevel } from '#lib/memory/pressure.ts';
import { readMemory, systemUsed, type MemoryReading } from '#lib/memory/reading.ts';
import type { TrackedMemory } from '#lib/memory/track-memory.ts';
import { counter, gauge, histogram, readGauge } from './registry.ts';

type Bytes = Record<'rss' | 'heap_used' | 'heap_total' | 'external' | 'array_buffers' | 'system_used', number>;

function instruments() {
  return singleton('metrics.memory', () => ({
    collections: counter({
      name: 'gc_collections_total',
      help: 'Garbage collections: of the young generation (minor), of the whole heap (major), steps of marking, and callbacks of weak references.',
      labelNames: ['kind'],
    }),
    pauses: histogram(
      { name: 'gc_pause_seconds', help: 'How long they stopped the process.', labelNames: ['kind'] },
      // A young collection takes one or two milliseconds; a request notices from fifty on.
      [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    ),
    leaks: counter({
      name: 'memory_leaks_detected_total',
      help: 'Times that memory grew for hours and was not given back, by where it grew.',
      labelNames: ['kind'],
    }),
    pressure: gauge({
      name: 'memory_pressure',
      help: 'How close the process is to the memory that it may have: 0 calm, 1 high (caches shrink), 2 critical (uploads are refused).',
    }),
  }));
}

/** Tells the metrics what the monitor sees. What is used is read at each scrape; the monitor may look more seldom. */
export function memoryMetrics(): MemoryObserver {
  const { collections, pauses, leaks, pressure } = instruments();
  for (const kind of COLLECTION_KINDS) collections.inc({ kind }, 0);
  for (const kind of LEAK_KINDS) leaks.inc({ kind }, 0);
  const feel = (level: PressureLevel) => pressure.set(PRESSURE_LEVELS.indexOf(level));
  feel('calm');
  const peak = showUse();
  return {
    sampled(sample) {
      peak(bytesOf(sample.peak, sample.systemUsed));
      feel(sample.pressure);
    },
    pressureChanged: feel,
    collected(kind: CollectionKind, ms: number) {
      collections.inc({ kind });
      pauses.observe({ kind }, ms / 1000);
    },
    leakFound: ({ kind }) => leaks.inc({ kind }),
    tracked,
  };
}

/** @returns takes what was seen between scrapes */
function showUse(): (seen: Bytes) => void {
  const use = () => bytesOf(readMemory(), systemUsed());
  let highest = use();
  const peak = (seen: Bytes) => {
    for (const [type, value] of entriesOf(seen)) highest = { ...highest, [type]: Math.max(highest[type], value) };
  };
  const readings = (bytes: Bytes) => entriesOf(bytes).map(([type, value]) => ({ labels: { type }, value }));
  readGauge(
    {
      name: 'memory_usage_bytes',
      help: 'Memory in use: of the process (rss), of V8’s heap, outside of it (external, and array buffers apart), and of the machine by all programs.',
      labelNames: ['type'],
    },
    () => readings(use()),
  );
  readGauge(
    {
      name: 'memory_peak_bytes',
      help: 'The most of it since the process began, as often as was looked.',
      labelNames: ['type'],
    },
    () => {
      peak(use());
      return readings(highest);
    },
  );
  return peak;
}

function bytesOf({ rss, heapUsed, heapTotal, external, arrayBuffers }: MemoryReading, system: number): Bytes {
  return {
    rss,
    heap_used: heapUsed,
    heap_total: heapTotal,
    external,
    array_buffers: arrayBuffers,
    system_used: system,
  };
}

const entriesOf = (bytes: Bytes) => Object.entries(bytes) as [keyof Bytes, number][];

/** These metrics are there once a piece of work was tracked. */
function tracked({ name: work, outcome, ms, rss, heap }: TrackedMemory): void {
  histogram(
    {
      name: 'tracked_work_duration_seconds',
      help: 'How long pieces of work took whose memory is tracked.',
      labelNames: ['work', 'outcome'],
    },
    [0.01, 0.1, 1, 10, 60, 600, 3600],
  ).observe({ work, outcome }, ms / 1000);
  const memory = gauge({
    name: 'tracked_work_memory_bytes',
    help: 'Memory of the process before, at the peak of, and after such a piece of work, the last time.',
    labelNames: ['work', 'type', 'moment'],
  });
  for (const [type, bytes] of [
    ['rss', rss],
    ['heap_used', heap],
  ] as const) {
    memory.set({ work, type, moment: 'before' }, bytes.before);
    memory.set({ work, type, moment: 'peak' }, bytes.peak);
    memory.set({ work, type, moment: 'after' }, bytes.after);
  }
}
