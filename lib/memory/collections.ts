/** What the garbage collector does, from V8's own notes. */
import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { readMemory, type MemoryReading } from './reading.ts';

export const COLLECTION_KINDS = ['minor', 'major', 'incremental', 'weakcb'] as const;
/** Of the young generation, of the whole heap, a step of marking, or of callbacks of weak references. */
export type CollectionKind = (typeof COLLECTION_KINDS)[number];

const KIND_OF: Readonly<Record<number, CollectionKind>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

export interface CollectionListener {
  /** @param ms in which nothing else ran */
  collected(kind: CollectionKind, ms: number): void;
  /** The whole heap was collected: what is there now lives, but for what was made in the moments since. */
  live(reading: MemoryReading): void;
}

/**
 * Tells of every collection from now on.
 *
 * `v8.GCProfiler` would give the heap at the very end of each, but costs 0.7 ms for every young collection, and reading what it
 * gathered in a busy minute blocks for 20 ms. Reading in the observer costs 10 µs, for major ones only.
 *
 * @returns ends it
 */
export function observeCollections(listener: CollectionListener): () => void {
  const observer = new PerformanceObserver(list => {
    let major = false;
    for (const entry of list.getEntries()) {
      const kind = kindOf(entry);
      if (kind === undefined) continue;
      listener.collected(kind, entry.duration);
      major ||= kind === 'major';
    }
    if (major) listener.live(readMemory());
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}

function kindOf({ detail }: PerformanceEntry & { detail?: unknown }): CollectionKind | undefined {
  return KIND_OF[(detail as { kind: number }).kind];
}
