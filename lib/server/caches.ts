import 'server-only';
import type { CacheStatus } from '#lib/cache/cache-status.ts';
import type { ResponseCache } from '#lib/cache/response-cache.ts';
import type { SpeechStore } from '#lib/engines/speech-store.ts';
import type { PcmStore } from '#lib/mixdown/pcm-store.ts';

export interface CachesOptions {
  cache: Pick<ResponseCache, 'status'>;
  speech: Pick<SpeechStore, 'status'>;
  recordings: Pick<PcmStore, 'status'>;
}

/** What a store on disk says of itself. */
interface DiskStatus {
  entries: number;
  bytes: number;
  maxBytes: number;
  hits: number;
  misses: number;
  sets?: number;
  failures?: number;
  evictions: number;
  damaged: number;
}

/** Everything that this server keeps so as not to do it again: answers, speech, and recordings as they are mixed. */
export class Caches {
  readonly #options: CachesOptions;

  constructor(options: CachesOptions) {
    this.#options = options;
  }

  async status(): Promise<CacheStatus> {
    const { cache, speech, recordings } = this.#options;
    const [{ caches }, spoken, decoded] = await Promise.all([cache.status(), speech.status(), recordings.status()]);
    return { caches: [...caches, onDisk('speech', spoken), onDisk('recordings', decoded)] };
  }
}

function onDisk(
  name: string,
  { entries, bytes, maxBytes, hits, misses, sets = misses, failures = 0, evictions, damaged }: DiskStatus,
): CacheStatus['caches'][number] {
  const asked = hits + misses;
  return {
    name,
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
  };
}
