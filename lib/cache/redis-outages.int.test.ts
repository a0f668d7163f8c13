import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { describeWithRedis } from '../../e2e/support/describe-with-redis.ts';
import { startRedis, type TestRedis } from '../../e2e/support/redis.ts';
import { freePort } from '../../e2e/support/server.ts';
import { startProxy, type Mischief } from '../../e2e/support/tcp-proxy.ts';
import { CachedReads, type Read } from './cached-reads.ts';
import type { CacheStore } from './cache-store.ts';
import { entryOf, spyObserver } from './cache.fixture.ts';
import { openRedisStore, sharedEpoch } from './redis-cache.fixture.ts';

const LONG = process.env['TEST_LONG'] === '1';

/** What a proxy between us and Redis, or the net, may do to a reply. */
const MISCHIEF: readonly Mischief[] = [
  { kind: 'delay', ms: 300 },
  { kind: 'silence' },
  { kind: 'cut', after: 0 },
  { kind: 'cut', after: 30 },
  { kind: 'cut', after: 90 },
  { kind: 'garbage' },
  { kind: 'insert', after: 0 },
  { kind: 'insert', after: 80 },
  { kind: 'insert', after: 140 },
  { kind: 'insert', after: 500 },
  { kind: 'refuse' },
];

describeWithRedis('a Redis that fails', () => {
  let redis: TestRedis;
  beforeAll(async () => void (redis = await startRedis()));
  afterAll(() => redis[Symbol.asyncDispose]());

  test.each(MISCHIEF)('$kind: nothing fails, it is told once, and it comes back by itself', async mischief => {
    await using proxy = await startProxy(redis.port);
    using shared = sharedEpoch();
    await using behind = await openRedisStore({ url: urlOf(proxy.port), epoch: shared.process() });
    const { store, observer } = behind;
    const key = 'k'.repeat(1000);
    await hold(store, key, 't');
    await hold(store, 'kept', 'kept');
    observer.reachable.mockClear();

    proxy.set(mischief);
    // Replies that are whole before the harm begins are as good as ever.
    await vi.waitUntil(async () => {
      const { held, stamp } = await store.lookup(key, ['t']);
      expect([undefined, JSON.stringify(key)]).toContain(held?.text);
      return stamp === undefined;
    });
    for (let n = 0; n < 50; n += 1)
      expect(await store.lookup(key, ['t'])).toEqual({ held: undefined, stamp: undefined });
    expect(await store.store(key, entryOf(key, { tags: ['t'] }), 'stamp')).toBe(false);
    await store.prolong(key, 1000);
    expect(await store.sweep()).toBe(0);
    expect(await store.shrink(0)).toBe(0);
    expect((await store.holdings()).byName.size).toBe(0);
    expect(observer.reachable.mock.calls).toEqual([['redis', false, expect.any(Error)]]);

    proxy.set({ kind: 'none' });
    await reached(store);
    expect(observer.reachable.mock.calls[1]).toEqual(['redis', true, undefined]);
    // Nothing was changed meanwhile: it is as good as before.
    await vi.waitUntil(async () => (await store.lookup('kept', ['kept'])).held?.text === '"kept"');

    proxy.set(mischief);
    await store.drop(['t']);
    proxy.set({ kind: 'none' });
    await reached(store);
    expect((await store.lookup(key, ['t'])).held).toBeUndefined();
  });

  test('a reply that gets lost does not make the next one the answer to another question', async () => {
    await using proxy = await startProxy(redis.port);
    using shared = sharedEpoch();
    await using behind = await openRedisStore({ url: urlOf(proxy.port), epoch: shared.process() });
    for (const key of ['a', 'b']) await hold(behind.store, key, key);
    proxy.set({ kind: 'lose' });
    const lost = behind.store.lookup('a', ['a']);
    const none = { held: undefined, stamp: undefined };
    await vi.waitUntil(() => proxy.mischief.kind === 'none', { interval: 1 });
    // Its reply is the next to arrive, and not what the first asked for.
    expect([undefined, '"b"']).toContain((await behind.store.lookup('b', ['b'])).held?.text);
    expect(await lost).toEqual(none);
  });

  test.each<Mischief>([{ kind: 'silence' }, { kind: 'refuse' }, { kind: 'cut', after: 10 }])(
    '$kind for one process only: what it changes is seen by the one whose Redis is well',
    async mischief => {
      await using proxy = await startProxy(redis.port);
      using shared = sharedEpoch();
      await using cutOff = await openRedisStore({ url: urlOf(proxy.port), epoch: shared.process() });
      await using well = await openRedisStore({ url: redis.url, epoch: shared.process() });
      for (let n = 0; n < 20; n += 1) {
        await reached(well.store);
        await hold(well.store, 'key', 't');
        if (n === 3) proxy.set(mischief);
        await cutOff.store.drop(['t']);
        expect((await well.store.lookup('key', ['t'])).held).toBeUndefined();
      }
    },
  );

  test('a Redis that stands still costs one deadline, and what arrives when it goes on does no harm', async () => {
    await using own = await startRedis();
    using shared = sharedEpoch();
    await using one = await openRedisStore({ url: own.url, epoch: shared.process() });
    await hold(one.store, 'key', 't');
    const { stamp } = await one.store.lookup('key', ['t']);
    own.freeze();
    const late = one.store.store('key', entryOf('late', { tags: ['t'] }), stamp!);
    const dropped = one.store.drop(['t']);
    expect(await late).toBe(false);
    expect(await dropped).toBe(0);
    expect(await one.store.lookup('key', ['t'])).toEqual({ held: undefined, stamp: undefined });
    own.thaw();
    await reached(one.store);
    expect((await one.store.lookup('key', ['t'])).held).toBeUndefined();
  });

  test('killed and started again, it is used again', async () => {
    const first = await startRedis();
    using shared = sharedEpoch();
    await using one = await openRedisStore({ url: first.url, epoch: shared.process() });
    await hold(one.store, 'key', 't');
    // Which is `kill -9`, and removes its folder.
    await first[Symbol.asyncDispose]();
    expect((await one.store.lookup('key', ['t'])).held).toBeUndefined();
    await using second = await startRedis({ port: first.port });
    await reached(one.store);
    await hold(one.store, 'key', 't');
    expect(second.port).toBe(first.port);
    expect(one.observer.reachable.mock.calls.map(([, is]) => is).slice(0, 2)).toEqual([false, true]);
  });

  test('absent at the start, it is used once it is there', async () => {
    const port = await freePort();
    using shared = sharedEpoch();
    await using one = await openRedisStore({ url: urlOf(port), epoch: shared.process() });
    expect(one.observer.reachable.mock.calls).toEqual([['redis', false, expect.any(Error)]]);
    expect(await one.store.lookup('key', ['t'])).toEqual({ held: undefined, stamp: undefined });
    await using late = await startRedis({ port });
    await reached(one.store);
    await hold(one.store, 'key', 't');
    expect(late.port).toBe(port);
  });

  test('a Redis that wants a password is told one, and one that is told the wrong one is out of reach', async () => {
    await using guarded = await startRedis({ settings: ['--requirepass', 'right word'] });
    using shared = sharedEpoch();
    const url = (password: string) => `redis://:${encodeURIComponent(password)}@127.0.0.1:${guarded.port}/3`;
    await using right = await openRedisStore({ url: url('right word'), epoch: shared.process() });
    await reached(right.store);
    await hold(right.store, 'key', 't');
    for (const other of [url('wrong word'), guarded.url]) {
      await using wrong = await openRedisStore({ url: other, epoch: shared.process() });
      const [, reachable, error] = wrong.observer.reachable.mock.calls[0]!;
      expect(reachable).toBe(false);
      expect(String(error)).toMatch(/WRONGPASS|NOAUTH/);
      expect(String(error)).not.toContain('wrong word');
    }
  });

  test('without memory or as a replica it is out of reach, and used again afterwards', async () => {
    await using own = await startRedis();
    using shared = sharedEpoch();
    await using one = await openRedisStore({ url: own.url, epoch: shared.process() });
    const remedies: [string[], string[], RegExp][] = [
      [['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0'], /OOM/],
      [['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE'], /READONLY/],
    ];
    for (const [harm, remedy, error] of remedies) {
      await reached(one.store);
      await hold(one.store, 'key', 't');
      one.observer.reachable.mockClear();
      expect(await own.command(...harm)).toBe('+OK');
      await vi.waitUntil(async () => (await one.store.lookup('key', ['t'])).stamp === undefined);
      await one.store.drop(['t']);
      expect(String(one.observer.reachable.mock.calls[0]?.[2])).toMatch(error);
      expect(await own.command(...remedy)).toBe('+OK');
      await reached(one.store);
      expect((await one.store.lookup('key', ['t'])).held).toBeUndefined();
      expect(one.observer.reachable.mock.calls.map(([, is]) => is).slice(0, 2)).toEqual([false, true]);
    }
  });

  test.each([
    ['is loading', '-LOADING Redis is loading the dataset in memory\r\n'],
    ['says yes to everything', '+OK\r\n'],
    ['says nothing is there', '$-1\r\n'],
    ['gives numbers', ':1\r\n'],
    ['gives a list without end', '*1000000\r\n'],
    ['pushes what nobody wants', '>2\r\n+message\r\n+x\r\n'],
    ['gives more replies than there were questions', ':1\r\n:2\r\n:3\r\n:4\r\n'],
    ['is no Redis', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['ends each connection', ''],
  ])('what %s is no cache', async (_, reply) => {
    const server = createTcpServer(socket => {
      socket.on('error', () => undefined);
      socket.on('data', () => (reply === '' ? socket.destroy() : socket.write(reply)));
    });
    await expectUseless(server);
  });

  test('a web server is no cache', () => expectUseless(createServer((_, response) => response.end('hello'))));

  test('a thousand callers make one computation, whose answer both processes have then', async () => {
    using shared = sharedEpoch();
    await using one = await openRedisStore({ url: redis.url, epoch: shared.process(), deadlineMs: 5000 });
    await using other = await openRedisStore({ url: redis.url, epoch: shared.process(), deadlineMs: 5000 });
    const here = readsOver(one.store);
    const there = readsOver(other.store);
    const { promise, resolve } = Promise.withResolvers<number>();
    const compute = vi.fn(() => promise);
    const answers = Array.from({ length: 1000 }, () => here.read(readOf({ compute })));
    await vi.waitUntil(() => compute.mock.calls.length > 0);
    resolve(7);
    expect(new Set((await Promise.all(answers)).map(({ text }) => text))).toEqual(new Set(['7']));
    expect(compute).toHaveBeenCalledTimes(1);
    expect((await there.read(readOf({ compute }))).text).toBe('7');
    expect(compute).toHaveBeenCalledTimes(1);
  });

  const READS = LONG ? 20_000 : 2000;
  test(`none of ${READS} reads fails while Redis misbehaves at random, and each outage is paid for once`, async () => {
    await using proxy = await startProxy(redis.port);
    using shared = sharedEpoch();
    await using behind = await openRedisStore({ url: urlOf(proxy.port), epoch: shared.process() });
    const { observer, store } = behind;
    let slow = 0;
    const timed: CacheStore = Object.assign(Object.create(store) as CacheStore, {
      async lookup(key: string, tags: readonly string[]) {
        const began = performance.now();
        const found = await store.lookup(key, tags);
        if (performance.now() - began > 50) slow += 1;
        return found;
      },
    });
    for (const method of ['store', 'prolong', 'drop'] as const) {
      timed[method] = store[method].bind(store) as never;
    }
    const reads = readsOver(timed);
    let harmed = 0;
    for (let n = 0; n < READS; n += 1) {
      if (n % 50 === 25) {
        harmed += 1;
        proxy.set(MISCHIEF[below(MISCHIEF.length)]!);
      } else if (n % 50 === 0) {
        proxy.set({ kind: 'none' });
        await reached(store);
      }
      const key = `key ${below(20)}`;
      const { text } = await reads.read(readOf({ key, freshMs: 20, compute: () => Promise.resolve(key) }));
      expect(text).toBe(`"${key}"`);
    }
    const outages = observer.reachable.mock.calls.filter(([, reachable]) => !reachable).length;
    const returns = observer.reachable.mock.calls.filter(([, reachable]) => reachable).length;
    expect(outages).toBeGreaterThanOrEqual(harmed / 2);
    expect(Math.abs(outages - returns)).toBeLessThanOrEqual(1);
    // One read in a hundred for a machine that is busy with something else.
    expect(slow).toBeLessThanOrEqual(outages + READS / 100);
  });

  const STEPS = LONG ? 100_000 : 4000;
  test(`in ${STEPS} random steps of two processes with outages nobody reads what was written over`, async () => {
    const { stale, computations, reads, outages, writes } = await interleave(redis, STEPS);
    expect(stale).toEqual([]);
    // It has shown something: answers came from the cache, changes and outages came in between.
    expect(computations).toBeLessThan(reads * 0.9);
    expect(writes).toBeGreaterThan(STEPS / 20);
    expect(outages).toBeGreaterThan(STEPS / 400);
  });
});

/** Two processes, each behind a proxy of its own; see `interleavings.test.ts` for the same without Redis. */
async function interleave(redis: TestRedis, steps: number) {
  const SOURCES = 4;
  using shared = sharedEpoch();
  await using proxyHere = await startProxy(redis.port);
  await using proxyThere = await startProxy(redis.port);
  const proxies = [proxyHere, proxyThere];
  const bounds = { maxEntries: 12, maxBytes: 20_000 };
  await using here = await openRedisStore({ url: urlOf(proxyHere.port), epoch: shared.process(), bounds });
  await using there = await openRedisStore({ url: urlOf(proxyThere.port), epoch: shared.process(), bounds });
  const stores = [here.store, there.store];
  const processes = stores.map(readsOver);

  const written = Array.from({ length: SOURCES }, () => 0);
  const acknowledged = Array.from({ length: SOURCES }, () => 0);
  const waiting: (() => void)[] = [];
  const pause = () => new Promise<void>(resolve => waiting.push(resolve));
  const counts = { reads: 0, writes: 0, computations: 0, stale: [] as string[] };

  const read = async (process: CachedReads) => {
    counts.reads += 1;
    const sources = [...written.keys()].filter(() => Math.random() < 0.5);
    const wanted = sources.map(i => acknowledged[i]!);
    const compute = async () => {
      counts.computations += 1;
      const seen = sources.map(i => written[i]!);
      if (Math.random() < 0.7) await pause();
      return seen;
    };
    const tags = sources.map(String);
    const { text } = await process.read(readOf({ key: sources.join(), tags, freshMs: 30, compute }));
    (JSON.parse(text) as number[]).forEach((value, i) => {
      if (value < wanted[i]!) counts.stale.push(`source ${sources[i]}: ${value} after ${wanted[i]}`);
    });
  };
  const write = async (process: CachedReads) => {
    counts.writes += 1;
    const source = below(SOURCES);
    const value = (written[source]! += 1);
    if (Math.random() < 0.3) await pause();
    await process.drop([String(source)]);
    acknowledged[source] = Math.max(acknowledged[source]!, value);
  };
  const running = new Set<Promise<void>>();
  const start = (work: Promise<void>) => {
    const done = work.finally(() => running.delete(done));
    running.add(done);
  };
  const resume = () => waiting.splice(below(waiting.length), 1)[0]?.();

  for (let step = 0; step < steps; step += 1) {
    const process = processes[below(2)]!;
    const dice = Math.random();
    if (dice < 0.45) start(read(process));
    else if (dice < 0.53) start(write(process));
    else if (dice < 0.9) resume();
    else if (dice < 0.92) await stores[below(2)]!.sweep();
    else if (dice < 0.925) await stores[below(2)]!.clear();
    else if (dice < 0.935) proxies[below(2)]!.set(MISCHIEF[below(MISCHIEF.length)]!);
    else if (dice < 0.965) for (const proxy of proxies) proxy.set({ kind: 'none' });
    // Some replies come in between, others do not.
    for (let turns = below(4); turns > 0; turns -= 1) await nextTurn();
    while (waiting.length > 30 || running.size > 100) {
      resume();
      await nextTurn();
    }
    if (step % 500 === 0) {
      for (const proxy of proxies) proxy.set({ kind: 'none' });
      await Promise.all(stores.map(reached));
    }
  }
  while (running.size > 0) {
    while (waiting.length > 0) resume();
    await Promise.race([...running, nextTurn()]);
  }
  const outages = [here, there].flatMap(({ observer }) => observer.reachable.mock.calls.filter(([, is]) => !is));
  return { ...counts, outages: outages.length };
}

async function expectUseless(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = urlOf((server.address() as AddressInfo).port);
  using shared = sharedEpoch();
  {
    await using one = await openRedisStore({ url, epoch: shared.process() });
    for (let n = 0; n < 20; n += 1) {
      expect(await one.store.lookup('key', ['t'])).toEqual({ held: undefined, stamp: undefined });
      expect(await one.store.drop(['t'])).toBe(0);
      await nextTurn();
    }
    expect(one.observer.reachable.mock.calls).toEqual([['redis', false, expect.any(Error)]]);
  }
  server.close();
}

function urlOf(port: number): string {
  return `redis://127.0.0.1:${port}`;
}

function below(n: number): number {
  return Math.floor(Math.random() * n);
}

function readsOver(store: CacheStore): CachedReads {
  return new CachedReads({ store, clock: systemClock, observer: spyObserver() });
}

function readOf(given: Partial<Read> & Pick<Read, 'compute'>): Read {
  return { name: 'read', key: 'key', tags: ['t'], freshMs: 60_000, ...given };
}

async function hold(store: CacheStore, key: string, tag: string): Promise<void> {
  // A machine that is busy may take Redis for gone at any moment; it comes back.
  await vi.waitUntil(
    async () => {
      const { stamp } = await store.lookup(key, [tag]);
      return stamp !== undefined && (await store.store(key, entryOf(key, { tags: [tag] }), stamp));
    },
    { timeout: 20_000, interval: 10 },
  );
}

async function reached(store: CacheStore): Promise<void> {
  await vi.waitUntil(async () => (await store.lookup('anything', [])).stamp !== undefined, {
    timeout: 20_000,
    interval: 5,
  });
}
