import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { sizeOf, type CacheEntry, type Held, type Lookup } from './cache-store.ts';
import { unexpected, type RedisConnection, type RedisReply } from './redis-connection.ts';
import { DROP, HOLDINGS, LOOKUP, PROLONG, STORE, SWEEP, TRIM } from './redis-scripts.ts';

/** How many answers one call takes out at most: Redis does nothing else meanwhile, some ten microseconds for each. */
export const MOST_AT_ONCE = 250;

/** A larger answer would not come over within its deadline, and each time look like an outage. Bytes. */
const LARGEST_BYTES = 4 * 1024 * 1024;

export interface RedisBounds {
  maxEntries: number;
  maxBytes: number;
}

/** How many answers went, by the name of the read. */
export type Tally = ReadonlyMap<string, number>;

/**
 * The answers of one epoch in one Redis. Every call is one round trip, and throws where it fails or the reply has another shape;
 * `redis-scripts.ts` says what happens inside.
 */
export class RedisNamespace {
  readonly #connection: RedisConnection;
  readonly #bounds: RedisBounds;
  readonly #prefix: string;
  readonly #books: readonly [index: string, uses: string, totals: string];

  constructor(connection: RedisConnection, epoch: string, bounds: RedisBounds) {
    this.#connection = connection;
    this.#bounds = bounds;
    this.#prefix = `talk2me:{${epoch}}:`;
    this.#books = [`${this.#prefix}index`, `${this.#prefix}uses`, `${this.#prefix}totals`];
  }

  async lookup(key: string, tags: readonly string[]): Promise<Lookup & { stamp: string }> {
    const id = idOf(key);
    const keys = [this.#books[1], this.#entryKey(id), ...this.#tagKeys(tags)];
    const reply = await this.#connection.run(LOOKUP, keys, [id]);
    return { held: heldIn(reply, id), stamp: textAt(reply, 0) };
  }

  /** @returns whether it is held, and what made room for it */
  async store(
    key: string,
    entry: CacheEntry,
    stamp: string,
  ): Promise<{ held: boolean; tooLarge: boolean; gone: Tally }> {
    const { name, text, etag, tags, freshMs, keepMs } = entry;
    const { maxEntries, maxBytes } = this.#bounds;
    const id = idOf(key);
    const bytes = sizeOf(key, entry);
    const largest = Math.min(LARGEST_BYTES, maxBytes);
    const tooLarge = bytes > largest;
    const keys = [...this.#books, this.#entryKey(id), ...this.#tagKeys(tags)];
    const bounds = [bytes, largest, maxEntries, maxBytes, MOST_AT_ONCE];
    const times = [Math.ceil(freshMs), Math.ceil(keepMs)];
    const answer = tooLarge ? ['', '', ''] : [checksum(id, etag, text), etag, text];
    const reply = await this.#connection.run(STORE, keys, [
      this.#prefix,
      id,
      stamp,
      name,
      ...bounds,
      ...times,
      ...answer,
    ]);
    return { held: numberAt(reply, 0) === 1, tooLarge, gone: tallyAt(reply, 1) };
  }

  async prolong(key: string, keepMs: number): Promise<void> {
    const id = idOf(key);
    const keys = [...this.#books, this.#entryKey(id)];
    await this.#connection.run(PROLONG, keys, [this.#prefix, id, Math.ceil(keepMs)]);
  }

  /** Nothing with one of the tags is found afterwards; at most {@link MOST_AT_ONCE} answers are taken out, and counted. */
  async drop(tags: readonly string[]): Promise<Tally> {
    const keys = [...this.#books, ...this.#tagKeys(tags)];
    return tallyAt(await this.#connection.run(DROP, keys, [this.#prefix, MOST_AT_ONCE]), 0);
  }

  /** Takes out the least recently used, at most {@link MOST_AT_ONCE}, until the bounds hold. */
  async trim({ maxEntries, maxBytes }: RedisBounds): Promise<Tally> {
    const args = [this.#prefix, maxEntries, Math.floor(maxBytes), MOST_AT_ONCE];
    return tallyAt(await this.#connection.run(TRIM, this.#books, args), 0);
  }

  /** Looks at {@link MOST_AT_ONCE} answers, from this place on in the order of use, and takes out what nobody will find any more. */
  async sweep(first: number): Promise<{ seen: number; expired: Tally; dropped: Tally }> {
    const args = [this.#prefix, first, first + MOST_AT_ONCE - 1];
    const reply = await this.#connection.run(SWEEP, this.#books, args);
    return { seen: numberAt(reply, 0), expired: tallyAt(reply, 1), dropped: tallyAt(reply, 2) };
  }

  async holdings(): Promise<Map<string, { entries: number; bytes: number }>> {
    const fields = listAt(await this.#connection.run(HOLDINGS, [this.#books[2]], []), 0);
    const byName = new Map<string, { entries: number; bytes: number }>();
    for (let i = 0; i < fields.length; i += 2) {
      const [, unit, name] = /^(entries|bytes):(.*)$/s.exec(textAt(fields, i)) ?? [];
      if (name === undefined) continue;
      const held = byName.get(name) ?? { entries: 0, bytes: 0 };
      byName.set(name, { ...held, [unit as 'entries' | 'bytes']: Number(textAt(fields, i + 1)) });
    }
    return byName;
  }

  #entryKey(id: string): string {
    return `${this.#prefix}entry:${id}`;
  }

  /** In an order of their own, because a stamp is the versions in this order. */
  #tagKeys(tags: readonly string[]): string[] {
    return [...new Set(tags)].sort().map(tag => `${this.#prefix}tag:${tag}`);
  }
}

/** Keys are as long as what was asked for; their digests are not, and stand in several places. */
function idOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** Of what must arrive as it was sent. TCP's own sum does not see what a program between here and Redis does. */
function checksum(id: string, etag: string, text: string): string {
  return String(crc32(text, crc32(`${id} ${etag}`)));
}

function heldIn(reply: RedisReply, id: string): Held | undefined {
  if (reply.length === 1) return undefined;
  const [etag, text] = [textAt(reply, 2), textAt(reply, 3)];
  // As if it were not there: it is computed anew and stored over what is damaged.
  if (textAt(reply, 1) !== checksum(id, etag, text)) return undefined;
  return { text, etag, stale: numberAt(reply, 4) === 1 };
}

function tallyAt(reply: RedisReply, place: number): Tally {
  const list = listAt(reply, place);
  const tally = new Map<string, number>();
  for (let i = 0; i < list.length; i += 2) tally.set(textAt(list, i), numberAt(list, i + 1));
  return tally;
}

function listAt(reply: RedisReply, place: number): RedisReply {
  const found = reply[place];
  if (!Array.isArray(found)) throw unexpected();
  return found;
}

function textAt(reply: RedisReply, place: number): string {
  const found = reply[place];
  if (typeof found !== 'string') throw unexpected();
  return found;
}

function numberAt(reply: RedisReply, place: number): number {
  const found = reply[place];
  if (typeof found !== 'number') throw unexpected();
  return found;
}
