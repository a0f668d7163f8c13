import fc from 'fast-check';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeWithRedis } from '../../e2e/support/describe-with-redis.ts';
import { startRedis, type TestRedis } from '../../e2e/support/redis.ts';
import { startProxy } from '../../e2e/support/tcp-proxy.ts';
import type { CacheStore } from './cache-store.ts';
import { cacheStoreSuite } from './cache-store.suite.ts';
import { entryOf } from './cache.fixture.ts';
import { openRedisStore, PATIENT_MS, sharedEpoch } from './redis-cache.fixture.ts';

describeWithRedis('answers in Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => void (redis = await startRedis()));
  afterAll(() => redis[Symbol.asyncDispose]());

  cacheStoreSuite('redis', async bounds => {
    const shared = sharedEpoch();
    const opened = await openRedisStore({ ...at(redis), epoch: shared.process(), bounds });
    return {
      ...opened,
      until: (condition, ms) =>
        vi.waitUntil(condition, { timeout: ms + PATIENT_MS, interval: 10 }).then(() => undefined),
      async [Symbol.asyncDispose]() {
        await opened.store.close();
        shared[Symbol.dispose]();
      },
    };
  });

  test('two processes on one folder hold answers together, and each drops for both', async () => {
    using shared = sharedEpoch();
    await using one = await openRedisStore({ ...at(redis), epoch: shared.process() });
    await using other = await openRedisStore({ ...at(redis), epoch: shared.process() });
    await hold(one.store, 'key');
    expect((await other.store.lookup('key', ['t'])).held?.text).toBe('"key"');
    const before = (await one.store.lookup('key', ['t'])).stamp!;
    expect(await other.store.drop(['t'])).toBe(1);
    expect((await one.store.lookup('key', ['t'])).held).toBeUndefined();
    expect(await one.store.store('key', entryOf('old', { tags: ['t'] }), before)).toBe(false);
    await hold(one.store, 'key');
    const { stamp } = await one.store.lookup('without tags', []);
    expect(await other.store.clear()).toBe(1);
    expect((await one.store.lookup('key', ['t'])).held).toBeUndefined();
    expect(await one.store.store('without tags', entryOf('old'), stamp!)).toBe(false);
  });

  test('two folders on one Redis never meet', async () => {
    using here = sharedEpoch();
    using there = sharedEpoch();
    await using one = await openRedisStore({ ...at(redis), epoch: here.process() });
    await using other = await openRedisStore({ ...at(redis), epoch: there.process() });
    await hold(one.store, 'key');
    expect((await other.store.lookup('key', ['t'])).held).toBeUndefined();
    await other.store.drop(['t']);
    await other.store.clear();
    expect((await one.store.lookup('key', ['t'])).held?.text).toBe('"key"');
  });

  test('who starts finds nothing that was held before: the one before may have died between a change and its drop', async () => {
    using shared = sharedEpoch();
    await using one = await openRedisStore({ ...at(redis), epoch: shared.process() });
    await hold(one.store, 'key');
    await using other = await openRedisStore({ ...at(redis), epoch: shared.process() });
    for (const { store } of [one, other]) expect((await store.lookup('key', ['t'])).held).toBeUndefined();
  });

  test('nothing is left in Redis of what was cleared, and nothing stays there for ever', async () => {
    await using own = await startRedis();
    using shared = sharedEpoch();
    await using one = await openRedisStore({ ...at(own), epoch: shared.process() });
    for (let n = 0; n < 600; n += 1) await hold(one.store, `key ${n}`, [`tag ${n % 7}`]);
    expect(await one.store.clear()).toBe(600);
    // The trial's tag of the epoch that ended.
    expect(await own.command('DBSIZE')).toBe(':1');
    await hold(one.store, 'key');
    const keys = await own.list('KEYS', '*');
    expect(keys).toHaveLength(6);
    for (const key of keys) expect(Number((await own.command('PTTL', key)).slice(1))).toBeGreaterThan(0);
  });

  test('a drop of very many answers is over at once, and a sweep takes out what it left', async () => {
    using shared = sharedEpoch();
    await using one = await openRedisStore({ ...at(redis), epoch: shared.process() });
    for (let n = 0; n < 700; n += 1) await hold(one.store, `key ${n}`);
    expect(await one.store.drop(['t'])).toBe(250);
    for (let n = 0; n < 700; n += 1) expect((await one.store.lookup(`key ${n}`, ['t'])).held).toBeUndefined();
    expect(await one.store.sweep()).toBe(450);
    expect((await one.store.holdings()).byName.get('read')).toEqual({ entries: 0, bytes: 0 });
    const dropped = one.observer.evicted.mock.calls.filter(([, reason]) => reason === 'dropped');
    expect(dropped.reduce((sum, [, , count]) => sum + count, 0)).toBe(700);
  });

  test('an answer too large to come over in time is not held', async () => {
    using shared = sharedEpoch();
    const bounds = { maxEntries: 10, maxBytes: 50_000_000 };
    await using one = await openRedisStore({ ...at(redis), epoch: shared.process(), bounds });
    const { stamp } = await one.store.lookup('key', []);
    const text = JSON.stringify('x'.repeat(5_000_000));
    expect(await one.store.store('key', entryOf('', { text }), stamp!)).toBe(false);
    expect(one.observer.evicted).toHaveBeenCalledWith('read', 'full', 1);
    expect(one.observer.reachable).not.toHaveBeenCalled();
  });

  test('an answer that is damaged in Redis is not given, and replaced', async () => {
    await using own = await startRedis();
    using shared = sharedEpoch();
    await using one = await openRedisStore({ ...at(own), epoch: shared.process() });
    await hold(one.store, 'key');
    const [entry] = await own.list('KEYS', '*:entry:*');
    await own.command('HSET', entry!, 'text', '"kez"');
    expect((await one.store.lookup('key', ['t'])).held).toBeUndefined();
    await hold(one.store, 'key');
    expect((await one.store.lookup('key', ['t'])).held?.text).toBe('"key"');
  });

  test('whatever Redis evicts, nothing that was dropped comes back and the bounds hold', async () => {
    await using own = await startRedis();
    using shared = sharedEpoch();
    const bounds = { maxEntries: 5, maxBytes: 1_000_000 };
    await using one = await openRedisStore({ ...at(own), epoch: shared.process(), bounds });
    const state = { change: 0 };
    const step = fc.record({
      key: fc.integer({ min: 0, max: 8 }),
      kind: fc.constantFrom('read', 'drop', 'evict', 'sweep'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), fc.integer(), async (steps, seed) => {
        for (const { key, kind } of steps) {
          if (kind === 'evict') {
            const keys = (await own.list('KEYS', '*')).sort();
            if (keys.length > 0) await own.command('DEL', keys[Math.abs(seed + key) % keys.length]!);
          } else if (kind === 'drop') {
            state.change += 1;
            await one.store.drop(['t']);
          } else if (kind === 'sweep') {
            await one.store.sweep();
          } else {
            const { held, stamp } = await one.store.lookup(`${key}`, ['t']);
            if (held !== undefined) expect(held.text).toBe(`"${state.change}"`);
            else await one.store.store(`${key}`, entryOf(`${state.change}`, { tags: ['t'] }), stamp!);
          }
        }
        await hold(one.store, 'last');
        const { entries, bytes } = (await one.store.holdings()).byName.get('read')!;
        expect(entries).toBeLessThanOrEqual(5);
        expect(bytes).toBeGreaterThan(0);
      }),
      { numRuns: process.env['TEST_LONG'] === '1' ? 500 : 20 },
    );
    expect(one.observer.reachable).not.toHaveBeenCalled();
  });

  test('what was dropped stays dropped when Redis comes back with the contents of before', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-redis-'));
    using shared = sharedEpoch();
    const first = await startRedis({ folder });
    await using one = await openRedisStore({ ...at(first), epoch: shared.process() });
    await using other = await openRedisStore({ ...at(first), epoch: shared.process() });
    await hold(one.store, 'key');
    await hold(one.store, 'kept', ['other']);
    expect(await first.command('SAVE')).toBe('+OK');
    await other.store.drop(['t']);
    await first.kill9();
    {
      await using second = await startRedis({ folder, port: first.port });
      for (const { store } of [one, other]) await reached(store);
      expect(Number((await second.command('DBSIZE')).slice(1))).toBeGreaterThan(0);
      for (const { store } of [one, other])
        for (const [key, tag] of [
          ['key', 't'],
          ['kept', 'other'],
        ] as const)
          expect((await store.lookup(key, [tag])).held).toBeUndefined();
    }
    await rm(folder, { recursive: true });
  });

  test('two processes with different Redises never answer what the other has dropped', async () => {
    await using elsewhere = await startRedis();
    using shared = sharedEpoch();
    await using one = await openRedisStore({ ...at(redis), epoch: shared.process() });
    await hold(one.store, 'key');
    await using other = await openRedisStore({ ...at(elsewhere), epoch: shared.process() });
    for (let round = 0; round < 20; round += 1) {
      const stores = round % 2 === 0 ? [one.store, other.store] : [other.store, one.store];
      await reached(stores[0]!);
      await tryToHold(stores[0]!, 'key');
      await stores[1]!.drop(['t']);
      for (const store of stores) expect((await store.lookup('key', ['t'])).held).toBeUndefined();
    }
    expect(String(one.observer.reachable.mock.calls[0]?.[2])).toContain('same REDIS_URL');
  });

  test('without the file of the epoch nothing is held, until there is one again', async () => {
    using shared = sharedEpoch();
    await using one = await openRedisStore({ ...at(redis), epoch: shared.process() });
    await hold(one.store, 'key');
    expect(statSync(shared.file).mode & 0o777).toBe(0o600);
    const text = readFileSync(shared.file, 'utf8');
    for (const damage of [() => rmSync(shared.file), () => writeFileSync(shared.file, text.slice(0, 20))]) {
      damage();
      expect(await one.store.lookup('key', ['t'])).toEqual({ held: undefined, stamp: undefined });
      await reached(one.store);
      await hold(one.store, 'key');
    }
  });

  test('a change that can be told to nobody keeps this process from its cache until it is', async () => {
    await using proxy = await startProxy(redis.port);
    using shared = sharedEpoch();
    const url = `redis://127.0.0.1:${proxy.port}`;
    await using one = await openRedisStore({ ...at(redis), url, epoch: shared.process() });
    await hold(one.store, 'key');
    const text = readFileSync(shared.file, 'utf8');
    proxy.set({ kind: 'refuse' });
    // A folder of that name can neither be replaced nor removed as a file.
    rmSync(shared.file);
    mkdirSync(path.join(shared.file, 'in-the-way'), { recursive: true });
    expect(await one.store.drop(['t'])).toBe(0);
    rmSync(shared.file, { recursive: true });
    writeFileSync(shared.file, text);
    proxy.set({ kind: 'none' });
    await reached(one.store);
    expect(readFileSync(shared.file, 'utf8').slice(0, 32)).not.toBe(text.slice(0, 32));
    expect((await one.store.lookup('key', ['t'])).held).toBeUndefined();
  });
});

function at({ url }: TestRedis) {
  return { url, deadlineMs: PATIENT_MS };
}

async function tryToHold(store: CacheStore, key: string, tags = ['t']): Promise<boolean> {
  const { stamp } = await store.lookup(key, tags);
  return stamp !== undefined && store.store(key, entryOf(key, { tags }), stamp);
}

async function hold(store: CacheStore, key: string, tags = ['t']): Promise<void> {
  expect(await tryToHold(store, key, tags)).toBe(true);
}

/** It comes back by itself. */
async function reached(store: CacheStore): Promise<void> {
  await vi.waitUntil(async () => (await store.lookup('anything', [])).stamp !== undefined, { timeout: 20_000 });
}
