/** What happens in the response cache, by the name of the read. */
import { singleton } from '#lib/base/singleton.ts';
import type { CacheObserver, CacheResult } from '#lib/cache/cache-observer.ts';
import type { CacheStore, EvictionReason } from '#lib/cache/cache-store.ts';
import { isReachable } from '#lib/cache/reachable.ts';
import { countObjects } from './objects.ts';
import { counter, histogram, readGauge } from './registry.ts';

const RESULTS: readonly CacheResult[] = ['hit', 'stale', 'miss'];
const REASONS: readonly EvictionReason[] = ['full', 'expired', 'dropped', 'pressure'];

function instruments() {
  return singleton('metrics.caches', () => ({
    seen: new Set<string>(),
    requests: counter({
      name: 'cache_requests_total',
      help: 'Lookups: answered while fresh (hit), answered while a refresh ran (stale), or computed (miss).',
      labelNames: ['cache', 'result'],
    }),
    evictions: counter({
      name: 'cache_evictions_total',
      help: 'Answers that left: for lack of room (full), by age (expired), because of a change (dropped), or to free memory (pressure).',
      labelNames: ['cache', 'reason'],
    }),
    computations: histogram(
      {
        name: 'cache_computations_seconds',
        help: 'How long an answer that was not held took to compute, and whether it could be.',
        labelNames: ['cache', 'outcome'],
      },
      // A query by its index takes under a millisecond, a search in a large library tens.
      [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    ),
  }));
}

/** Tells the metrics what happens. */
export function cacheMetrics(): CacheObserver {
  const { seen, requests, evictions, computations } = instruments();
  return {
    requested(cache, result) {
      if (!seen.has(cache)) beginAtZero(cache);
      requests.inc({ cache, result });
    },
    computed: (cache, outcome, seconds) => computations.observe({ cache, outcome }, seconds),
    evicted: (cache, reason, count) => evictions.inc({ cache, reason }, count),
    reachable() {},
    stored() {},
    refreshFailed() {},
    invalidated() {},
  };
}

/** A rate needs the zero before the first event. */
function beginAtZero(cache: string): void {
  const { seen, requests, evictions } = instruments();
  seen.add(cache);
  for (const result of RESULTS) requests.inc({ cache, result }, 0);
  for (const reason of REASONS) evictions.inc({ cache, reason }, 0);
}

/** Asks the store for what it holds whenever somebody looks. */
export function observeCache(store: CacheStore): void {
  const held = async () => [...(await store.holdings()).byName];
  readGauge({ name: 'cache_entries', help: 'Answers that are held.', labelNames: ['cache'] }, async () =>
    (await held()).map(([cache, { entries }]) => ({ labels: { cache }, value: entries })),
  );
  readGauge({ name: 'cache_bytes', help: 'Bytes that they take.', labelNames: ['cache'] }, async () =>
    (await held()).map(([cache, { bytes }]) => ({ labels: { cache }, value: bytes })),
  );
  countObjects('cache_entries', async () => (await held()).reduce((sum, [, { entries }]) => sum + entries, 0));
  readGauge(
    {
      name: 'cache_backend_reachable',
      help: 'Whether what holds the cache answers: 1, or 0, where every answer is computed.',
      labelNames: ['backend'],
    },
    async () => [{ labels: { backend: store.backend }, value: Number(await isReachable(store)) }],
  );
}
