import type { CacheObserver, CacheResult } from './cache-observer.ts';
import type { EvictionReason } from './cache-store.ts';

/** Of one read, since the process began. */
export interface CacheCounts {
  hits: number;
  stale_hits: number;
  misses: number;
  sets: number;
  failures: number;
  /** Left because the cache was full or memory short. */
  evictions: number;
  expirations: number;
  invalidations: number;
}

const COUNTED: Record<CacheResult, keyof CacheCounts> = { hit: 'hits', stale: 'stale_hits', miss: 'misses' };
const LEFT: Record<EvictionReason, keyof CacheCounts> = {
  full: 'evictions',
  pressure: 'evictions',
  expired: 'expirations',
  dropped: 'invalidations',
};

/** Counts by the name of the read. */
export class CacheStatistics implements CacheObserver {
  readonly #counts = new Map<string, CacheCounts>();

  of(name: string): CacheCounts {
    return { ...this.#of(name) };
  }

  names(): string[] {
    return [...this.#counts.keys()];
  }

  requested(name: string, result: CacheResult): void {
    this.#of(name)[COUNTED[result]] += 1;
  }

  computed(name: string, outcome: 'ok' | 'failed'): void {
    if (outcome === 'failed') this.#of(name).failures += 1;
  }

  stored(name: string): void {
    this.#of(name).sets += 1;
  }

  evicted(name: string, reason: EvictionReason, count: number): void {
    this.#of(name)[LEFT[reason]] += count;
  }

  refreshFailed(): void {}

  invalidated(): void {}

  reachable(): void {}

  #of(name: string): CacheCounts {
    let counts = this.#counts.get(name);
    if (counts === undefined) {
      counts = {
        hits: 0,
        stale_hits: 0,
        misses: 0,
        sets: 0,
        failures: 0,
        evictions: 0,
        expirations: 0,
        invalidations: 0,
      };
      this.#counts.set(name, counts);
    }
    return counts;
  }
}
