import 'server-only';
import type { CacheStatus } from '#lib/cache/cache-status.ts';
import type { ResponseCache } from '#lib/cache/response-cache.ts';
import type { SpeechStore } from '#lib/engines/speech-store.ts';

export interface CachesOptions {
  cache: Pick<ResponseCache, 'status'>;
  speech: Pick<SpeechStore, 'status'>;
}

/** Everything that this server keeps so as not to do it again: answers, and speech. */
export class Caches {
  readonly #options: CachesOptions;

  constructor(options: CachesOptions) {
    this.#options = options;
  }

  async status(): Promise<CacheStatus> {
    const { cache, speech } = this.#options;
    const [{ caches }, kept] = await Promise.all([cache.status(), speech.status()]);
    const { entries, bytes, maxBytes, hits, misses, sets, failures, evictions, damaged } = kept;
    const asked = hits + misses;
    return {
      caches: [
        ...caches,
        {
          name: 'speech',
          entries,
          max_entries: null,
          bytes,
          max_bytes: maxBytes,
          hits,
          misses,
          // It is what it is for as long as it is there.
          stale_hits: 0,
          hit_ratio: asked === 0 ? null : hits / asked,
          sets,
          failures,
          evictions,
          expirations: 0,
          invalidations: damaged,
          ttl: null,
          backend: 'disk',
        },
      ],
    };
  }
}
