import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '#lib/base/clock.ts';
import type { CacheObserver } from './cache-observer.ts';
import type { CacheStore, Held, Lookup } from './cache-store.ts';
import { Flights } from './flights.ts';
import type { Invalidation } from './invalidation.ts';

/** One wish for a cached value. */
export interface Read {
  /** One of few: `sounds.list`. */
  readonly name: string;
  /** From `cacheKey`. */
  readonly key: string;
  /** What the value is computed from; dropped by whoever changes that. */
  readonly tags: readonly string[];
  /** Milliseconds until the value is stale. */
  readonly freshMs: number;
  /** What `JSON.stringify` can write; not undefined. */
  compute(): Promise<unknown>;
}

/** A value as JSON. Every reader parses its own, so none can change another's. */
export type Answer = Pick<Held, 'text' | 'etag'>;

export interface CachedReadsOptions {
  store: CacheStore;
  clock: Clock;
  observer: CacheObserver;
}

/** How long a stale value may be given while it is refreshed, or while that fails, from the last time it was asked for. */
const KEEP_STALE_MS = 3_600_000;

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

/** Keys whose refresh failed lately that are remembered; each is small. */
const MAX_FAILURES = 1000;

/**
 * Cached reads over a store.
 *
 * - One computation for a key, however many ask.
 * - A stale value is given at once while one refresh runs. A refresh that fails leaves it, and the next is tried after a second, two,
 *   four, … a minute.
 * - A first computation that fails is not held; its error goes to everyone who waited for it.
 * - After {@link drop} nobody is given a value, held or being computed, that began before it and has one of its tags.
 *
 * {@link look} and {@link compute} are the two halves of {@link read}, for a caller that has something between them.
 */
export class CachedReads implements Invalidation {
  readonly #store: CacheStore;
  readonly #clock: Clock;
  readonly #observer: CacheObserver;
  readonly #flights = new Flights<Answer>();
  readonly #refreshing = new Set<string>();
  readonly #failures = new LRUCache<string, { count: number; retryAt: number }>({ max: MAX_FAILURES });

  constructor({ store, clock, observer }: CachedReadsOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#observer = observer;
  }

  /** @throws what `compute` throws, where nothing is held */
  async read(read: Read): Promise<Answer> {
    const { held, stamp } = await this.look(read);
    return held ?? this.compute(read, stamp);
  }

  /** What is held; a refresh of it begins where it is stale. Never throws. */
  async look(read: Read): Promise<Lookup> {
    const found = await this.#store.lookup(read.key, read.tags);
    this.#observer.requested(read.name, found.held === undefined ? 'miss' : found.held.stale ? 'stale' : 'hit');
    if (found.held?.stale === true && found.stamp !== undefined) void this.#refresh(read, found.stamp);
    return found;
  }

  /**
   * Computes a value, or joins who does, and holds it.
   *
   * @param stamp from {@link look}
   * @throws what the computation throws
   */
  async compute(read: Read, stamp: string | undefined): Promise<Answer> {
    if (stamp === undefined) return this.#flights.queue(read.key, () => this.#run(read, undefined));
    const running = this.#flights.running(read.key, stamp);
    if (running !== undefined) return running;
    // A computation may have ended since the caller looked.
    const again = await this.#store.lookup(read.key, read.tags);
    if (again.held !== undefined) return again.held;
    if (again.stamp === undefined) return this.compute(read, undefined);
    return this.#flights.join(read.key, again.stamp, () => this.#run(read, again.stamp));
  }

  async drop(tags: readonly string[]): Promise<void> {
    await this.#store.drop(tags);
    this.#observer.invalidated(tags);
  }

  /** Lets go of what has one of the tags, or of everything. @returns how many answers were held, where the store knows */
  async forget(tags: readonly string[] | undefined): Promise<number> {
    const count = await (tags === undefined ? this.#store.clear() : this.#store.drop(tags));
    this.#observer.invalidated(tags);
    return count;
  }

  async #refresh(read: Read, stamp: string): Promise<void> {
    const failed = this.#failures.get(read.key);
    if (this.#refreshing.has(read.key) || (failed !== undefined && this.#clock.monotonic() < failed.retryAt)) return;
    this.#refreshing.add(read.key);
    try {
      await this.#flights.join(read.key, stamp, () => this.#run(read, stamp));
      this.#failures.delete(read.key);
    } catch (error) {
      const count = (failed?.count ?? 0) + 1;
      const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (count - 1));
      this.#failures.set(read.key, { count, retryAt: this.#clock.monotonic() + retryMs });
      this.#observer.refreshFailed(read.name, error, retryMs);
      await this.#store.prolong(read.key, KEEP_STALE_MS);
    } finally {
      this.#refreshing.delete(read.key);
    }
  }

  async #run(read: Read, stamp: string | undefined): Promise<Answer> {
    const started = this.#clock.monotonic();
    const seconds = () => (this.#clock.monotonic() - started) / 1000;
    let text: string;
    try {
      text = jsonOf(await read.compute(), read.name);
    } catch (error) {
      this.#observer.computed(read.name, 'failed', seconds());
      throw error;
    }
    this.#observer.computed(read.name, 'ok', seconds());
    const answer = { text, etag: weakTag(text) };
    if (stamp !== undefined) {
      const { name, key, tags, freshMs } = read;
      const stored = await this.#store.store(key, { ...answer, name, tags, freshMs, keepMs: KEEP_STALE_MS }, stamp);
      if (stored) this.#observer.stored(name);
    }
    return answer;
  }
}

function jsonOf(value: unknown, name: string): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`${name} gave nothing that JSON can hold`);
  return text;
}

function weakTag(text: string): string {
  return `W/"${createHash('sha1').update(text).digest('base64url')}"`;
}
