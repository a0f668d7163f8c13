import type { Clock } from '#lib/base/clock.ts';
import type { CacheEntry, CacheStore, EvictionReason, Holdings, Lookup, StoreObserver } from './cache-store.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisLink } from './redis-link.ts';
import { MOST_AT_ONCE, RedisNamespace, type RedisBounds, type Tally } from './redis-namespace.ts';
import type { Epoch, SharedEpoch } from './shared-epoch.ts';

/** What a lookup may add to an answer when Redis is gone, once: less than anybody notices. */
const DEADLINE_MS = 40;

/** Answers that one sweep looks at; those that were not used for longest are the ones that have expired. */
const SWEEP_MOST = 20_000;

/** Epochs that ended while Redis was out of reach and are emptied later; what is in others expires by itself. */
const MAX_ENDED = 64;

const OUT_OF_REACH: Lookup = { held: undefined, stamp: undefined };

export interface RedisCacheStoreOptions extends RedisBounds {
  /** `redis://` or `rediss://`. */
  url: string;
  /** The one that all processes on the data folder share. */
  epoch: SharedEpoch;
  clock: Clock;
  observer: StoreObserver;
  /** Milliseconds that a reply of Redis may take before it is out of reach; 40 when not given. */
  deadlineMs?: number;
}

/** Where answers are at one moment. */
interface Place {
  connection: RedisConnection;
  epoch: Epoch;
  namespace: RedisNamespace;
}

/**
 * Answers in a Redis that several processes on one data folder share. `docs/decisions/0009-epochs-in-a-file.md` tells why nobody is
 * given what a change has overtaken, whatever fails:
 *
 * - An answer is found only in the current epoch, over a connection to the very process that this epoch names as its home, and only
 *   while its tags have the versions that they had when its computation began. A lookup asks for all of that anew.
 * - A drop that Redis confirmed has deleted the versions. One that it did not confirm advances the epoch, in the file, so that every
 *   process looks elsewhere from then on; it does not matter whether the drop arrives late, twice or never.
 * - So an answer is never given to who asks after a change was acknowledged: either it is of an ended epoch, or has an old version.
 *   The same holds for what comes too late to be stored: it brings the epoch and the versions of its beginning along.
 * - A home is one run of one process. Redis that comes back with older contents, from a snapshot or as a replica that has taken
 *   over, is another one, and whoever connects to it first advances the epoch. Where processes reach different ones, each that connects
 *   takes the epoch along, and the others find that it is not at home with theirs.
 */
export class RedisCacheStore implements CacheStore {
  readonly backend = 'redis';
  readonly #bounds: RedisBounds;
  readonly #epoch: SharedEpoch;
  readonly #observer: StoreObserver;
  readonly #link: RedisLink;
  #ended: string[] = [];
  /** Redis was not told of a change and the epoch could not be ended. Nothing is looked up until it is. */
  #owesEpoch = false;

  constructor(options: RedisCacheStoreOptions) {
    const { url, epoch, maxEntries, maxBytes, clock, observer, deadlineMs = DEADLINE_MS } = options;
    this.#bounds = { maxEntries, maxBytes };
    this.#epoch = epoch;
    this.#observer = observer;
    this.#link = new RedisLink({
      url,
      deadlineMs,
      clock,
      trial: connection => this.#settle(connection),
      onChange: (reachable, error) => observer.reachable(this.backend, reachable, error),
    });
    // A process may have died between a change and its drop.
    this.#endEpoch();
    void this.#link.start();
  }

  async lookup(key: string, tags: readonly string[]): Promise<Lookup> {
    const found = await this.#attempt(async ({ namespace, epoch }) => {
      const { held, stamp } = await namespace.lookup(key, tags);
      return { held, stamp: `${epoch.id}.${stamp}` };
    });
    return found ?? OUT_OF_REACH;
  }

  async store(key: string, entry: CacheEntry, stamp: string): Promise<boolean> {
    const place = stamp.indexOf('.');
    const result = await this.#attempt(async ({ namespace, epoch }) =>
      epoch.id === stamp.slice(0, place) ? namespace.store(key, entry, stamp.slice(place + 1)) : undefined,
    );
    if (result === undefined) return false;
    if (result.tooLarge) this.#observer.evicted(entry.name, 'full', 1);
    this.#tell('full', result.gone);
    return result.held;
  }

  async prolong(key: string, keepMs: number): Promise<void> {
    await this.#attempt(({ namespace }) => namespace.prolong(key, keepMs));
  }

  async drop(tags: readonly string[]): Promise<number> {
    if (tags.length === 0) return 0;
    const gone = await this.#attempt(({ namespace }) => namespace.drop(tags));
    if (gone === undefined) this.#endEpoch();
    return gone === undefined ? 0 : this.#tell('dropped', gone);
  }

  async clear(): Promise<number> {
    this.#endEpoch();
    return (await this.#attempt(({ connection }) => this.#emptyEnded(connection))) ?? 0;
  }

  async sweep(): Promise<number> {
    let count = 0;
    let first = 0;
    for (let seen = 0; seen < SWEEP_MOST; seen += MOST_AT_ONCE) {
      const round = await this.#attempt(({ namespace }) => namespace.sweep(first));
      if (round === undefined) break;
      const gone = this.#tell('expired', round.expired) + this.#tell('dropped', round.dropped);
      count += gone;
      first += round.seen - gone;
      if (round.seen < MOST_AT_ONCE) break;
    }
    return count;
  }

  async shrink(share: number): Promise<number> {
    const { maxEntries, maxBytes } = this.#bounds;
    const gone = await this.#attempt(({ namespace }) =>
      this.#trim(namespace, 'pressure', { maxEntries, maxBytes: share * maxBytes }),
    );
    return gone ?? 0;
  }

  async holdings(): Promise<Holdings> {
    const byName = await this.#attempt(({ namespace }) => namespace.holdings());
    return { ...this.#bounds, byName: byName ?? new Map() };
  }

  /** The bytes are Redis'. */
  heldBytes(): number {
    return 0;
  }

  async close(): Promise<void> {
    this.#link.close();
  }

  /** Undefined where Redis is out of reach, or turns out to be: then everyone takes it for that from here on. */
  async #attempt<T>(use: (place: Place) => Promise<T>): Promise<T | undefined> {
    const connection = this.#link.connection;
    if (connection === undefined) return undefined;
    try {
      const epoch = this.#epochAt(connection);
      return await use({ connection, epoch, namespace: this.#namespace(connection, epoch.id) });
    } catch (error) {
      this.#link.lose(connection, error);
      return undefined;
    }
  }

  /** Asked before everything that is asked of Redis, and without waiting in between. */
  #epochAt(connection: RedisConnection): Epoch {
    const epoch = this.#epoch.current();
    if (this.#owesEpoch || epoch === undefined)
      throw new Error('the file of the cache epoch cannot be read or written');
    if (epoch.home !== connection.home)
      throw new Error(
        'another process on this data folder holds its answers in another Redis, or in one that was started later. Give every process the same REDIS_URL.',
      );
    return epoch;
  }

  /** Before a connection is used: the epoch is at home there, and scripts are run and may write. */
  async #settle(connection: RedisConnection): Promise<void> {
    if (this.#owesEpoch || this.#epoch.current()?.home !== connection.home) this.#endEpoch(connection.home);
    const epoch = this.#epochAt(connection);
    await this.#namespace(connection, epoch.id).lookup('trial', ['trial']);
    void this.#emptyEnded(connection).catch((error: unknown) => this.#link.lose(connection, error));
  }

  /** Never throws. */
  #endEpoch(home?: string): void {
    const epoch = this.#epoch.current();
    try {
      this.#epoch.advance(home);
      this.#owesEpoch = false;
    } catch {
      // Told with the outage that it is from here on.
      this.#owesEpoch = true;
    }
    if (epoch !== undefined) this.#ended = [...this.#ended, epoch.id].slice(-MAX_ENDED);
  }

  async #emptyEnded(connection: RedisConnection): Promise<number> {
    let count = 0;
    for (let id = this.#ended.shift(); id !== undefined; id = this.#ended.shift()) {
      const nothing = { maxEntries: 0, maxBytes: 0 };
      count += await this.#trim(this.#namespace(connection, id), 'dropped', nothing);
    }
    return count;
  }

  async #trim(namespace: RedisNamespace, reason: EvictionReason, bounds: RedisBounds): Promise<number> {
    let count = 0;
    for (;;) {
      const gone = this.#tell(reason, await namespace.trim(bounds));
      count += gone;
      if (gone < MOST_AT_ONCE) return count;
    }
  }

  #namespace(connection: RedisConnection, epoch: string): RedisNamespace {
    return new RedisNamespace(connection, epoch, this.#bounds);
  }

  #tell(reason: EvictionReason, gone: Tally): number {
    let sum = 0;
    for (const [name, count] of gone) {
      this.#observer.evicted(name, reason, count);
      sum += count;
    }
    return sum;
  }
}
