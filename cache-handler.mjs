/**
 * Next's door to the cache. It makes several of these for each request, so this one holds nothing and passes on to what
 * `instrumentation.ts` has put on `globalThis`; see `lib/server/next-cache.ts`. At build time there is nothing there.
 */
const CACHE = Symbol.for('talk2me.next-cache');

export default class CacheHandler {
  async get(key, context) {
    return globalThis[CACHE]?.value.get(key, context) ?? null;
  }

  async set(key, data, context) {
    await globalThis[CACHE]?.value.set(key, data, context);
  }

  async revalidateTag(tags) {
    await globalThis[CACHE]?.value.revalidateTag(tags);
  }

  resetRequestCache() {}
}
