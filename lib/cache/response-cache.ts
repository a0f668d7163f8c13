import type { Clock } from '#lib/base/clock.ts';
import { observers, type CacheObserver } from './cache-observer.ts';
import { CacheStatistics } from './cache-statistics.ts';
import type { CacheStatus } from './cache-status.ts';
import type { CacheStore, StoreObserver } from './cache-store.ts';
import { CachedReads } from './cached-reads.ts';

export interface ResponseCacheOptions {
  /** Makes the store, which tells what happens in it. */
  store: (observer: StoreObserver) => CacheStore;
  clock: Clock;
  /** Told beside the statistics. */
  observers: readonly CacheObserver[];
  /** Seconds. */
  cleanupInterval: number;
}

/** The cache of a process: its store, the reads over it, and what happened. */
export class ResponseCache {
  readonly reads: CachedReads;
  readonly store: CacheStore;
  readonly #statistics = new CacheStatistics();
  readonly #ttls = new Map<string, number>();
  readonly #sweeping: NodeJS.Timeout;

  constructor({ store, clock, observers: others, cleanupInterval }: ResponseCacheOptions) {
    const observer = observers([this.#statistics, ...others]);
    this.store = store(observer);
    this.reads = new CachedReads({ store: this.store, clock, observer });
    this.#sweeping = setInterval(() => void this.store.sweep(), cleanupInterval * 1000).unref();
  }

  /** Lists a read in the status before its first use. @param ttl seconds */
  announce(name: string, ttl: number): void {
    this.#ttls.set(name, ttl);
  }

  /** By name; counts are of this process, entries and bytes of the store. */
  async status(): Promise<CacheStatus> {
    const { maxEntries, maxBytes, byName } = await this.store.holdings();
    const names = new Set([...this.#ttls.keys(), ...this.#statistics.names(), ...byName.keys()]);
    return {
      caches: [...names].sort().map(name => {
        const counts = this.#statistics.of(name);
        const { entries, bytes } = byName.get(name) ?? { entries: 0, bytes: 0 };
        const answered = counts.hits + counts.stale_hits;
        const asked = answered + counts.misses;
        return {
          name,
          entries,
          max_entries: maxEntries,
          bytes,
          max_bytes: maxBytes,
          ...counts,
          hit_ratio: asked === 0 ? null : answered / asked,
          ttl: this.#ttls.get(name) ?? 0,
          backend: this.store.backend,
        };
      }),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeping);
    await this.store.close();
  }
}
