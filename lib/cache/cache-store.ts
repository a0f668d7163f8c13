/**
 * Where cached answers are held. Every backend passes `cache-store.suite.ts`.
 *
 * An answer carries the *tags* of what it was computed from. A *stamp* stands for the state of a set of tags at one moment: equal stamps
 * mean that none of the tags was dropped in between. Who computes an answer takes the stamp before it begins and hands it in with
 * the answer, so that one which a change has overtaken is never held.
 */
export interface CacheStore {
  readonly backend: 'memory' | 'redis';

  /**
   * What is held under the key and still holds, and the stamp of the tags now. Never throws: a backend that cannot answer holds
   * nothing.
   *
   * @param tags those that the answer has, or would get
   */
  lookup(key: string, tags: readonly string[]): Promise<Lookup>;

  /**
   * Holds an answer, unless one of its tags was dropped since the stamp was taken. Never throws.
   *
   * @returns whether it is held now
   */
  store(key: string, entry: CacheEntry, stamp: string): Promise<boolean>;

  /** Lets what is held under the key last at least so much longer, from now on. Milliseconds. Never throws. */
  prolong(key: string, keepMs: number): Promise<void>;

  /**
   * Lets go of every answer that has one of the tags, in every process that shares the store, before it returns.
   *
   * @returns how many were held, where the backend knows
   */
  drop(tags: readonly string[]): Promise<number>;

  /** As {@link drop}, of everything. */
  clear(): Promise<number>;

  /** Takes out what has expired. @returns how many */
  sweep(): Promise<number>;

  /** Takes out the least recently used until at most this share, 0…1, of the bytes is left. @returns how many */
  shrink(share: number): Promise<number>;

  /** What is held now, and the bounds. */
  holdings(): Promise<Holdings>;

  /** Bytes that this process's own memory holds for the cache. */
  heldBytes(): number;

  close(): Promise<void>;
}

export interface CacheEntry {
  /** The read that it answers, `sounds.list`: one of few, for the statistics. */
  name: string;
  /** JSON. */
  text: string;
  /** Weak entity tag of the text. */
  etag: string;
  tags: readonly string[];
  /** Milliseconds until it is stale. */
  freshMs: number;
  /** Milliseconds for which it may still be given once it is stale. */
  keepMs: number;
}

export interface Held extends Pick<CacheEntry, 'text' | 'etag'> {
  stale: boolean;
}

export interface Lookup {
  held: Held | undefined;
  /** Undefined where the backend cannot say, because it is out of reach. */
  stamp: string | undefined;
}

export interface Holdings {
  maxEntries: number;
  maxBytes: number;
  /** By the name of the read. */
  byName: ReadonlyMap<string, { entries: number; bytes: number }>;
}

/** Why an answer left the cache: bounds, time, a dropped tag, or too little memory in the process. */
export type EvictionReason = 'full' | 'expired' | 'dropped' | 'pressure';

/** Told what happens in a store. */
export interface StoreObserver {
  evicted(name: string, reason: EvictionReason, count: number): void;
  /** The backend went out of reach (`false`) or came back. */
  reachable(backend: string, reachable: boolean, error?: unknown): void;
}

/** What one answer takes in memory, beside its text: keys, tags, and the bookkeeping of the maps. Estimated. */
const OVERHEAD_BYTES = 400;

/** Bytes that an answer counts for. */
export function sizeOf(key: string, { text, tags }: Pick<CacheEntry, 'text' | 'tags'>): number {
  return Buffer.byteLength(text) + 2 * key.length + tags.reduce((sum, tag) => sum + tag.length, 0) + OVERHEAD_BYTES;
}
