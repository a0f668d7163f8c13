import 'server-only';
import { AsyncLocalStorage } from 'node:async_hooks';
import { unstable_cache } from 'next/cache';
import { singleton } from '#lib/base/singleton.ts';
import { cacheKey } from '#lib/cache/cache-key.ts';
import type { Answer, Read } from '#lib/cache/cached-reads.ts';
import { services, type Services } from './services.ts';

/** How a read is cached. */
interface CachedReadOptions<A extends readonly unknown[]> {
  /** Names the read in keys, statistics and metrics: `sounds.list`. */
  name: string;
  /** Raised when what is answered changes its shape, so that no older answer is given. Default 1. */
  version?: number;
  /** Seconds until an answer is stale; not given: `CACHE_TTL`. */
  ttl?: number;
  /** What the answer is computed from. Whoever changes that drops these tags. At most 128, of at most 256 characters. */
  tags: (...args: A) => readonly string[];
}

/** An answer of type `T` as JSON. */
export interface Cached<T> {
  readonly text: string;
  /** Weak entity tag of the text. */
  readonly etag: string;
  /** Parsed anew for everyone who asks, so that nobody can change another's. */
  value(): Parsed<T>;
}

/** What is left of a value once it was written as JSON and parsed. */
type Parsed<T> = T extends { toJSON(): infer J }
  ? Parsed<J>
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends ((...args: never) => unknown) | symbol | bigint | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
      ? never
      : { [K in keyof T]: Parsed<T[K]> };

/** A read under way, between `cachedRead` and the cache handler that Next calls in between. */
export interface ReadUnderWay {
  read: Read;
  /** What the handler found. */
  held?: Answer;
  /** From the handler's lookup. */
  stamp?: string | undefined;
}

/** Next hands its handler a hash for a key. What is being read reaches it through the asynchronous context instead. */
export const readsUnderWay = () => singleton('server.reads', () => new AsyncLocalStorage<ReadUnderWay>());

/**
 * Makes a cached read of a function, over `unstable_cache`: Next asks the cache handler, and calls the function where nothing is held.
 * Only within a request; elsewhere the services are called directly, or `CachedReads` is.
 *
 * What `unstable_cache` carries is the entity tag. The text, which it would parse and write anew each time, goes beside it. Nor is it
 * asked what is stale: it would refresh once for each request, and this cache does so once.
 *
 * @param compute what is cached; its arguments are the key: plain objects, lists, text, numbers, booleans, null, undefined
 * @returns a function that throws what `compute` throws, where nothing is held
 */
export function cachedRead<A extends readonly unknown[], T>(
  { name, version = 1, ttl, tags }: CachedReadOptions<A>,
  compute: (services: Services, ...args: A) => T | Promise<T>,
): (...args: A) => Promise<Cached<T>> {
  return async (...args) => {
    const all = await services();
    const key = cacheKey(name, version, args);
    const tagList = tags(...args);
    const seconds = ttl ?? all.config.cache.ttl;
    all.cache.announce(name, seconds);
    const underWay: ReadUnderWay = {
      read: {
        name,
        key,
        tags: tagList,
        freshMs: seconds * 1000,
        compute: () => Promise.resolve(compute(all, ...args)),
      },
    };
    let computed: Answer | undefined;
    const ask = unstable_cache(
      async () => {
        computed = await all.cache.reads.compute(underWay.read, underWay.stamp);
        return computed.etag;
      },
      [key],
      { tags: [...tagList], revalidate: seconds },
    );
    await readsUnderWay().run(underWay, ask);
    const answer = computed ?? underWay.held;
    if (answer === undefined) throw new Error(`${name}: neither computed nor held`);
    return { text: answer.text, etag: answer.etag, value: () => JSON.parse(answer.text) as Parsed<T> };
  };
}
