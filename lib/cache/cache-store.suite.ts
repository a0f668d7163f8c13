import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CacheStore } from './cache-store.ts';
import { entryOf, type spyObserver } from './cache.fixture.ts';

export interface Bounds {
  maxEntries: number;
  maxBytes: number;
}

export interface CacheStoreUnderTest extends AsyncDisposable {
  store: CacheStore;
  observer: ReturnType<typeof spyObserver>;
  /** Lets time pass until the condition holds; milliseconds are the most that it may take. */
  until(condition: () => Promise<boolean>, ms: number): Promise<void>;
}

const ROOMY: Bounds = { maxEntries: 1000, maxBytes: 10_000_000 };

/** What every cache store keeps. */
export function cacheStoreSuite(name: string, create: (bounds: Bounds) => Promise<CacheStoreUnderTest>): void {
  describe(`a cache store: ${name}`, () => {
    const hold = async (store: CacheStore, key: string, given: Parameters<typeof entryOf>[1] = {}) => {
      const entry = entryOf(key, given);
      const { stamp } = await store.lookup(key, entry.tags);
      expect(stamp).toBeDefined();
      return store.store(key, entry, stamp!);
    };
    const holds = async (store: CacheStore, key: string, tags: string[] = []) =>
      (await store.lookup(key, tags)).held !== undefined;

    it('gives back what it holds, whatever the text and the key', async () => {
      await using under = await create(ROOMY);
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (key, text) => {
          const wellFormed = text.toWellFormed();
          const entry = entryOf('', { text: JSON.stringify(wellFormed), etag: 'W/"x"', tags: ['t'] });
          const { stamp } = await under.store.lookup(key.toWellFormed(), ['t']);
          expect(await under.store.store(key.toWellFormed(), entry, stamp!)).toBe(true);
          const { held } = await under.store.lookup(key.toWellFormed(), ['t']);
          expect(held).toEqual({ text: entry.text, etag: 'W/"x"', stale: false });
        }),
        { numRuns: 100 },
      );
    });

    it('holds nothing under a key that was never stored', async () => {
      await using under = await create(ROOMY);
      expect((await under.store.lookup('nothing', ['t'])).held).toBeUndefined();
    });

    it('keeps a large text whole', async () => {
      await using under = await create(ROOMY);
      const text = JSON.stringify('ä'.repeat(1_000_000));
      await hold(under.store, 'large', { text });
      expect((await under.store.lookup('large', [])).held?.text).toBe(text);
    });

    it('replaces what it holds under a key, and counts it once', async () => {
      await using under = await create(ROOMY);
      await hold(under.store, 'key', { text: '1', tags: ['old'] });
      await hold(under.store, 'key', { text: '22', tags: ['new'] });
      expect((await under.store.lookup('key', ['new'])).held?.text).toBe('22');
      const { byName } = await under.store.holdings();
      expect(byName.get('read')?.entries).toBe(1);
      expect(under.observer.evicted).not.toHaveBeenCalled();
    });

    it('turns stale, lasts a while, and goes', async () => {
      await using under = await create(ROOMY);
      await hold(under.store, 'key', { freshMs: 150, keepMs: 300 });
      expect((await under.store.lookup('key', [])).held?.stale).toBe(false);
      await under.until(async () => (await under.store.lookup('key', [])).held?.stale === true, 400);
      await under.until(async () => !(await holds(under.store, 'key')), 800);
      await under.store.sweep();
      expect((await under.store.holdings()).byName.get('read')?.entries ?? 0).toBe(0);
      expect(under.observer.evicted).toHaveBeenCalledWith('read', 'expired', 1);
    });

    it('lets go of the expired in a sweep, without their being asked for', async () => {
      await using under = await create(ROOMY);
      for (const key of ['a', 'b', 'c']) await hold(under.store, key, { freshMs: 20, keepMs: 20 });
      await hold(under.store, 'stays');
      let swept = 0;
      await under.until(async () => (swept += await under.store.sweep()) === 3, 500);
      const { byName } = await under.store.holdings();
      expect(byName.get('read')?.entries).toBe(1);
    });

    it('prolongs a stale value, and never shortens one', async () => {
      await using under = await create(ROOMY);
      await hold(under.store, 'short', { freshMs: 50, keepMs: 300 });
      await hold(under.store, 'long', { freshMs: 50, keepMs: 600_000 });
      await under.until(async () => (await under.store.lookup('short', [])).held?.stale === true, 200);
      await under.store.prolong('short', 600_000);
      await under.store.prolong('long', 1);
      await hold(under.store, 'clock', { freshMs: 200, keepMs: 200 });
      await under.until(async () => !(await holds(under.store, 'clock')), 800);
      expect((await under.store.lookup('short', [])).held?.stale).toBe(true);
      expect((await under.store.lookup('long', [])).held?.stale).toBe(true);
    });

    it('drops by tag, and leaves the rest', async () => {
      await using under = await create(ROOMY);
      await hold(under.store, 'a', { tags: ['one', 'both'] });
      await hold(under.store, 'b', { tags: ['two', 'both'] });
      await hold(under.store, 'c', { tags: ['three'] });
      await under.store.drop(['one']);
      expect(await holds(under.store, 'a', ['one', 'both'])).toBe(false);
      expect(await holds(under.store, 'b', ['two', 'both'])).toBe(true);
      await under.store.drop(['both', 'unknown']);
      expect(await holds(under.store, 'b', ['two', 'both'])).toBe(false);
      expect(await holds(under.store, 'c', ['three'])).toBe(true);
    });

    it('has another stamp after a drop of one of the tags, and the same without', async () => {
      await using under = await create(ROOMY);
      const stampOf = async (...tags: string[]) => (await under.store.lookup('key', tags)).stamp;
      const before = await stampOf('a', 'b');
      await under.store.drop(['c']);
      expect(await stampOf('a', 'b')).toBe(before);
      await under.store.drop(['b']);
      expect(await stampOf('a', 'b')).not.toBe(before);
      const after = await stampOf('a', 'b');
      await under.store.clear();
      expect(await stampOf('a', 'b')).not.toBe(after);
    });

    it('refuses an answer that a drop has overtaken', async () => {
      await using under = await create(ROOMY);
      const { stamp } = await under.store.lookup('key', ['t']);
      await under.store.drop(['t']);
      expect(await under.store.store('key', entryOf('old', { tags: ['t'] }), stamp!)).toBe(false);
      expect(await holds(under.store, 'key', ['t'])).toBe(false);
      await under.store.clear();
      const second = await under.store.lookup('key', ['t']);
      await under.store.clear();
      expect(await under.store.store('key', entryOf('old', { tags: ['t'] }), second.stamp!)).toBe(false);
    });

    it('clears everything', async () => {
      await using under = await create(ROOMY);
      for (const key of ['a', 'b']) await hold(under.store, key, { tags: [key] });
      await under.store.clear();
      for (const key of ['a', 'b']) expect(await holds(under.store, key, [key])).toBe(false);
      expect(
        [...(await under.store.holdings()).byName.values()].every(({ entries, bytes }) => entries + bytes === 0),
      ).toBe(true);
    });

    it('holds no more entries than it may: the least recently used goes', async () => {
      await using under = await create({ ...ROOMY, maxEntries: 3 });
      for (const key of ['a', 'b', 'c']) await hold(under.store, key);
      await under.store.lookup('a', []);
      await hold(under.store, 'd');
      expect(await holds(under.store, 'b')).toBe(false);
      for (const key of ['a', 'c', 'd']) expect(await holds(under.store, key)).toBe(true);
      expect(under.observer.evicted).toHaveBeenCalledWith('read', 'full', 1);
    });

    it('holds no more bytes than it may', async () => {
      await using under = await create({ ...ROOMY, maxBytes: 10_000 });
      const text = JSON.stringify('x'.repeat(2500));
      for (const key of ['a', 'b', 'c', 'd', 'e']) await hold(under.store, key, { text });
      const { byName } = await under.store.holdings();
      expect(byName.get('read')!.bytes).toBeLessThanOrEqual(10_000);
      expect(byName.get('read')!.entries).toBe(3);
      expect(await holds(under.store, 'e')).toBe(true);
    });

    it('does not hold what is larger than all it may hold, and keeps the rest', async () => {
      await using under = await create({ ...ROOMY, maxBytes: 10_000 });
      await hold(under.store, 'small');
      expect(await hold(under.store, 'huge', { text: JSON.stringify('x'.repeat(20_000)) })).toBe(false);
      expect(await holds(under.store, 'small')).toBe(true);
      expect(await holds(under.store, 'huge')).toBe(false);
    });

    it('shrinks to a share of its bytes, the least recently used first', async () => {
      await using under = await create({ ...ROOMY, maxBytes: 10_000 });
      const text = JSON.stringify('x'.repeat(1500));
      for (const key of ['a', 'b', 'c', 'd']) await hold(under.store, key, { text });
      expect(await under.store.shrink(0.5)).toBe(2);
      expect(await holds(under.store, 'a')).toBe(false);
      expect(await holds(under.store, 'd')).toBe(true);
      await under.store.shrink(0);
      expect((await under.store.holdings()).byName.get('read')?.entries ?? 0).toBe(0);
    });

    it('counts what it holds by name', async () => {
      await using under = await create(ROOMY);
      await hold(under.store, 'a', { name: 'one', tags: ['t'] });
      await hold(under.store, 'b', { name: 'two' });
      await hold(under.store, 'c', { name: 'two' });
      const before = (await under.store.holdings()).byName;
      expect([before.get('one')?.entries, before.get('two')?.entries]).toEqual([1, 2]);
      await under.store.drop(['t']);
      const after = (await under.store.holdings()).byName;
      expect(after.get('one') ?? { entries: 0, bytes: 0 }).toEqual({ entries: 0, bytes: 0 });
    });
  });
}
