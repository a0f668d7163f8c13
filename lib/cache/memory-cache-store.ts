import { LRUCache } from 'lru-cache';
import type { Clock } from '#lib/base/clock.ts';
import {
  sizeOf,
  type CacheEntry,
  type CacheStore,
  type EvictionReason,
  type Holdings,
  type Lookup,
  type StoreObserver,
} from './cache-store.ts';
import { TagStamps } from './tag-stamps.ts';

export interface MemoryCacheStoreOptions {
  maxEntries: number;
  /** As {@link sizeOf} counts. */
  maxBytes: number;
  clock: Clock;
  observer: StoreObserver;
}

interface Slot extends CacheEntry {
  bytes: number;
  /** Monotonic milliseconds. */
  staleFrom: number;
}

/** Answers in the memory of this process. */
export class MemoryCacheStore implements CacheStore {
  readonly backend = 'memory';
  readonly #slots: LRUCache<string, Slot>;
  readonly #keysByTag = new Map<string, Set<string>>();
  readonly #byName = new Map<string, { entries: number; bytes: number }>();
  readonly #stamps = new TagStamps();
  readonly #clock: Clock;
  readonly #observer: StoreObserver;
  /** Why slots are taken out at the moment; undefined while one is replaced. */
  #reason: EvictionReason | undefined = 'full';

  constructor({ maxEntries, maxBytes, clock, observer }: MemoryCacheStoreOptions) {
    this.#clock = clock;
    this.#observer = observer;
    this.#slots = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: slot => slot.bytes,
      // Monotonic, so that a clock which is set expires nothing and revives nothing; never 0, which means "no time" there.
      perf: { now: () => clock.monotonic() + 1 },
      ttlResolution: 0,
      dispose: (slot, key, reason) => this.#forget(slot, key, reason),
    });
  }

  lookup(key: string, tags: readonly string[]): Promise<Lookup> {
    const slot = this.#slots.get(key);
    const held = slot && { text: slot.text, etag: slot.etag, stale: this.#clock.monotonic() >= slot.staleFrom };
    return Promise.resolve({ held, stamp: this.#stamps.of(tags) });
  }

  store(key: string, entry: CacheEntry, stamp: string): Promise<boolean> {
    if (this.#stamps.of(entry.tags) !== stamp) return Promise.resolve(false);
    const slot = { ...entry, bytes: sizeOf(key, entry), staleFrom: this.#clock.monotonic() + entry.freshMs };
    this.#takeOut([key], undefined);
    if (slot.bytes > this.#slots.maxSize) {
      this.#observer.evicted(entry.name, 'full', 1);
      return Promise.resolve(false);
    }
    this.#remember(key, slot);
    this.#slots.set(key, slot, { ttl: entry.freshMs + entry.keepMs });
    return Promise.resolve(true);
  }

  prolong(key: string, keepMs: number): Promise<void> {
    const slot = this.#slots.peek(key);
    if (slot !== undefined && this.#slots.getRemainingTTL(key) < keepMs) {
      this.#slots.set(key, slot, { ttl: keepMs });
    }
    return Promise.resolve();
  }

  drop(tags: readonly string[]): Promise<number> {
    this.#stamps.drop(tags);
    const keys = new Set(tags.flatMap(tag => [...(this.#keysByTag.get(tag) ?? [])]));
    return Promise.resolve(this.#takeOut(keys, 'dropped'));
  }

  clear(): Promise<number> {
    this.#stamps.dropAll();
    return Promise.resolve(this.#takeOut([...this.#slots.keys()], 'dropped'));
  }

  sweep(): Promise<number> {
    const before = this.#slots.size;
    this.#slots.purgeStale();
    return Promise.resolve(before - this.#slots.size);
  }

  shrink(share: number): Promise<number> {
    const most = this.#slots.maxSize * share;
    let left = this.#slots.calculatedSize;
    const coldest: string[] = [];
    for (const key of this.#slots.rkeys()) {
      if (left <= most) break;
      coldest.push(key);
      left -= this.#slots.peek(key)?.bytes ?? 0;
    }
    return Promise.resolve(this.#takeOut(coldest, 'pressure'));
  }

  holdings(): Promise<Holdings> {
    return Promise.resolve({
      maxEntries: this.#slots.max,
      maxBytes: this.#slots.maxSize,
      byName: new Map([...this.#byName].map(([name, held]) => [name, { ...held }])),
    });
  }

  heldBytes(): number {
    return this.#slots.calculatedSize;
  }

  close(): Promise<void> {
    this.#takeOut([...this.#slots.keys()], 'dropped');
    return Promise.resolve();
  }

  #takeOut(keys: Iterable<string>, reason: EvictionReason | undefined): number {
    let count = 0;
    this.#reason = reason;
    for (const key of keys) if (this.#slots.delete(key)) count += 1;
    this.#reason = 'full';
    return count;
  }

  #remember(key: string, { name, bytes, tags }: Slot): void {
    const held = this.#byName.get(name) ?? { entries: 0, bytes: 0 };
    this.#byName.set(name, { entries: held.entries + 1, bytes: held.bytes + bytes });
    for (const tag of tags) {
      const keys = this.#keysByTag.get(tag);
      if (keys === undefined) this.#keysByTag.set(tag, new Set([key]));
      else keys.add(key);
    }
  }

  #forget({ name, bytes, tags }: Slot, key: string, reason: LRUCache.DisposeReason): void {
    const held = this.#byName.get(name);
    if (held !== undefined) {
      held.entries -= 1;
      held.bytes -= bytes;
    }
    for (const tag of tags) {
      const keys = this.#keysByTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysByTag.delete(tag);
    }
    const why = reason === 'expire' ? 'expired' : this.#reason;
    if (why !== undefined) this.#observer.evicted(name, why, 1);
  }
}
