import type { Logger } from '#lib/logging/logger.ts';
import type { CacheObserver } from './cache-observer.ts';

/** Writes to the log what an operator should see: refreshes that fail, and a backend that goes or comes back. */
export function cacheLog(logger: Logger): CacheObserver {
  return {
    requested() {},
    computed() {},
    stored() {},
    evicted() {},
    invalidated() {},
    refreshFailed(name, error, retryMs) {
      logger.warn(
        { cache: name, err: error, retry_ms: retryMs },
        'a cached answer could not be refreshed, the old one stays',
      );
    },
    reachable(backend, reachable, error) {
      if (reachable) logger.info({ backend }, 'the cache is back');
      else logger.warn({ backend, err: error }, 'the cache cannot be reached; answers are computed until it can');
    },
  };
}
