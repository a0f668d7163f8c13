import 'server-only';
import { LRUCache } from 'lru-cache';
import type { CachedReads } from '#lib/cache/cached-reads.ts';
import { singleton } from '#lib/base/singleton.ts';
import { readsUnderWay } from './cached-read.ts';

/** What `cache-handler.mjs` passes on: the part of Next's `CacheHandler` that is called. */
export interface NextCache {
  get(key: string, context: { kind?: string }): Promise<unknown>;
  set(key: string, data: unknown, context: { fetchCache?: boolean }): Promise<void>;
  revalidateTag(tags: string | string[]): Promise<void>;
}

/** Pages that Next made at the build, an icon for instance: few, small, and never changed by data. */
const MAX_PAGES = 50;

/** Puts the cache where `cache-handler.mjs` finds it. Before that, and at build time, nothing is cached. */
export function connectNextCache(reads: CachedReads): void {
  singleton('next-cache', () => nextCache(reads));
}

function nextCache(reads: CachedReads): NextCache {
  const pages = new LRUCache<string, { value: unknown; lastModified: number }>({ max: MAX_PAGES });
  return {
    async get(key, context) {
      if (context.kind !== 'FETCH') return pages.get(key) ?? null;
      const underWay = readsUnderWay().getStore();
      if (underWay === undefined) return null;
      const { held, stamp } = await reads.look(underWay.read);
      underWay.stamp = stamp;
      if (held === undefined) return null;
      underWay.held = held;
      return {
        // Always of this moment, so that Next leaves it to us what is stale.
        lastModified: now(),
        value: {
          kind: 'FETCH',
          data: { headers: {}, body: JSON.stringify(held.etag), status: 200, url: '' },
          revalidate: underWay.read.freshMs / 1000,
        },
      };
    },
    set(key, data, context) {
      // A cached read is held by its computation, before anyone is given it.
      if (context.fetchCache !== true && data !== null) pages.set(key, { value: data, lastModified: now() });
      return Promise.resolve();
    },
    async revalidateTag(tags) {
      await reads.drop([tags].flat());
    },
  };
}

/** Milliseconds since the epoch, never set back; what Next compares with. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
