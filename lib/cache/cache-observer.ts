import type { StoreObserver } from './cache-store.ts';

/** What a lookup found. */
export type CacheResult = 'hit' | 'stale' | 'miss';

/** Told everything that happens in the cache: the statistics of `/api/cache/status` and the metrics listen. */
export interface CacheObserver extends StoreObserver {
  requested(name: string, result: CacheResult): void;
  /** A value was computed, or could not be. Seconds. */
  computed(name: string, outcome: 'ok' | 'failed', seconds: number): void;
  stored(name: string): void;
  /** A stale value stays, because its refresh failed. The next one is tried after so many milliseconds. */
  refreshFailed(name: string, error: unknown, retryMs: number): void;
  /** Tags were dropped; undefined stands for all. */
  invalidated(tags: readonly string[] | undefined): void;
}

/** One observer that tells all of these. */
export function observers(all: readonly CacheObserver[]): CacheObserver {
  return {
    evicted: (...facts) => all.forEach(one => one.evicted(...facts)),
    reachable: (...facts) => all.forEach(one => one.reachable(...facts)),
    requested: (...facts) => all.forEach(one => one.requested(...facts)),
    computed: (...facts) => all.forEach(one => one.computed(...facts)),
    stored: (...facts) => all.forEach(one => one.stored(...facts)),
    refreshFailed: (...facts) => all.forEach(one => one.refreshFailed(...facts)),
    invalidated: (...facts) => all.forEach(one => one.invalidated(...facts)),
  };
}
