import type { CacheStore } from './cache-store.ts';

/** Whether the store answers now. Asks it, under a key that nothing is held under; a store in this process always does. */
export async function isReachable(store: CacheStore): Promise<boolean> {
  const { stamp } = await store.lookup('trial', ['trial']);
  return stamp !== undefined;
}
