import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { CachedReads, type Read } from './cached-reads.ts';
import type { CacheStore } from './cache-store.ts';
import { spyObserver, TestClock } from './cache.fixture.ts';
import { MemoryCacheStore } from './memory-cache-store.ts';

const SECOND = 1000;

function create(bounds = { maxEntries: 100, maxBytes: 1_000_000 }) {
  const clock = new TestClock();
  const observer = spyObserver();
  const store = new MemoryCacheStore({ ...bounds, clock, observer });
  return { clock, observer, store, reads: new CachedReads({ store, clock, observer }) };
}

function readOf(compute: () => unknown, given: Partial<Read> = {}): Read {
  return {
    name: 'read',
    key: 'key',
    tags: ['tag'],
    freshMs: 10 * SECOND,
    compute: async () => compute(),
    ...given,
  };
}

/** A computation that ends when the test says so. */
function held<T>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return { compute: vi.fn(() => promise), resolve, reject };
}

const valueOf = async (answer: Promise<{ text: string }>) => JSON.parse((await answer).text) as unknown;

test('what was computed once is given again, under the same entity tag', async () => {
  const { reads } = create();
  const compute = vi.fn(() => ({ a: 1 }));
  const first = await reads.read(readOf(compute));
  const second = await reads.read(readOf(compute));
  expect(second).toMatchObject(first);
  expect(first.etag).toMatch(/^W\/"[\w-]+"$/);
  expect(compute).toHaveBeenCalledTimes(1);
});

test('a thousand callers of one cold key make one computation', async () => {
  const { reads } = create();
  const { compute, resolve } = held<number>();
  const answers = Array.from({ length: 1000 }, () => valueOf(reads.read(readOf(compute))));
  await nextTurn();
  resolve(7);
  expect(new Set(await Promise.all(answers))).toEqual(new Set([7]));
  expect(compute).toHaveBeenCalledTimes(1);
});

test('a thousand callers of one stale key are answered at once, while one refresh runs', async () => {
  const { reads, clock, observer } = create();
  await reads.read(readOf(() => 'old'));
  clock.advance(11 * SECOND);
  const { compute, resolve } = held<string>();
  const answers = await Promise.all(Array.from({ length: 1000 }, () => valueOf(reads.read(readOf(compute)))));
  expect(new Set(answers)).toEqual(new Set(['old']));
  expect(compute).toHaveBeenCalledTimes(1);
  resolve('new');
  await vi.waitFor(async () => expect(await valueOf(reads.read(readOf(compute)))).toBe('new'));
  expect(observer.requested.mock.calls.filter(([, result]) => result === 'stale').length).toBeGreaterThanOrEqual(1000);
});

test('a first computation that fails reaches everyone who waits as the error it is, and is not held', async () => {
  const { reads } = create();
  const { compute, reject } = held();
  const answers = Array.from({ length: 50 }, () => reads.read(readOf(compute)));
  const settled = Promise.allSettled(answers);
  await nextTurn();
  const error = new TypeError('the voice is away');
  reject(error);
  for (const answer of await settled) expect(answer).toEqual({ status: 'rejected', reason: error });
  expect(compute).toHaveBeenCalledTimes(1);
  expect(await valueOf(reads.read(readOf(() => 'well again')))).toBe('well again');
});

test('a computation that throws at once is as one that fails later', async () => {
  const { reads } = create();
  const read = readOf(() => undefined, {
    compute: () => {
      throw new RangeError('at once');
    },
  });
  await expect(reads.read(read)).rejects.toThrow(RangeError);
  await expect(reads.read(readOf(() => undefined))).rejects.toThrow('gave nothing');
});

test('a refresh that fails leaves the old value, and is tried again after a second, two, four, … a minute', async () => {
  const { reads, clock, observer } = create();
  await reads.read(readOf(() => 'old'));
  const failing = readOf(() => {
    throw new Error('away');
  });
  clock.advance(11 * SECOND);
  const waits = [];
  for (let n = 0; n < 9; n += 1) {
    observer.refreshFailed.mockClear();
    expect(await valueOf(reads.read(failing))).toBe('old');
    await vi.waitFor(() => expect(observer.refreshFailed).toHaveBeenCalledTimes(1));
    const retryMs = observer.refreshFailed.mock.calls[0]![2];
    waits.push(retryMs / SECOND);
    await nextTurn();
    clock.advance(retryMs - 1);
    expect(await valueOf(reads.read(failing))).toBe('old');
    await nextTurn();
    expect(observer.refreshFailed).toHaveBeenCalledTimes(1);
    clock.advance(1);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('a value whose refresh fails for a day is still given, if it is asked for, and replaced when it can be', async () => {
  const { reads, clock } = create();
  await reads.read(readOf(() => 'old'));
  const failing = readOf(() => {
    throw new Error('away');
  });
  for (let passed = 0; passed < 24 * 3600; passed += 1800) {
    clock.advance(1800 * SECOND);
    expect(await valueOf(reads.read(failing))).toBe('old');
    await nextTurn();
  }
  clock.advance(3600 * SECOND - 1);
  await reads.read(readOf(() => 'new'));
  await vi.waitFor(async () => expect(await valueOf(reads.read(readOf(() => 'new')))).toBe('new'));
});

test('nobody who asks after a change is given what was begun before it', async () => {
  const { reads } = create();
  const before = held<string>();
  const early = valueOf(reads.read(readOf(before.compute)));
  await nextTurn();
  await reads.drop(['tag']);
  const late = valueOf(reads.read(readOf(() => 'new')));
  expect(await late).toBe('new');
  before.resolve('old');
  expect(await early).toBe('old');
  expect(await valueOf(reads.read(readOf(() => 'newer')))).toBe('new');
});

test('a refresh that a change has overtaken is not held', async () => {
  const { reads, clock } = create();
  await reads.read(readOf(() => 'old'));
  clock.advance(11 * SECOND);
  const refresh = held<string>();
  expect(await valueOf(reads.read(readOf(refresh.compute)))).toBe('old');
  await nextTurn();
  await reads.drop(['tag']);
  refresh.resolve('old too');
  await nextTurn();
  expect(await valueOf(reads.read(readOf(() => 'new')))).toBe('new');
});

test('who reads an answer and changes it changes it for nobody else', async () => {
  const { reads } = create();
  const source = { list: [1, 2] };
  const first = (await valueOf(reads.read(readOf(() => source)))) as typeof source;
  first.list.push(3);
  source.list.push(4);
  expect(await valueOf(reads.read(readOf(() => source)))).toEqual({ list: [1, 2] });
});

test('a store that cannot say anything is read past: two computations for all who ask meanwhile, and none too early', async () => {
  const unreachable: CacheStore = {
    backend: 'redis',
    lookup: () => Promise.resolve({ held: undefined, stamp: undefined }),
    store: () => Promise.resolve(false),
    prolong: () => Promise.resolve(),
    drop: () => Promise.resolve(0),
    clear: () => Promise.resolve(0),
    sweep: () => Promise.resolve(0),
    shrink: () => Promise.resolve(0),
    holdings: () => Promise.resolve({ maxEntries: 0, maxBytes: 0, byName: new Map() }),
    heldBytes: () => 0,
    close: () => Promise.resolve(),
  };
  const reads = new CachedReads({ store: unreachable, clock: new TestClock(), observer: spyObserver() });
  let database = 1;
  const gates: (() => void)[] = [];
  const compute = vi.fn(async () => {
    const seen = database;
    await new Promise<void>(resolve => gates.push(resolve));
    return seen;
  });
  const first = valueOf(reads.read(readOf(compute)));
  await vi.waitFor(() => expect(gates).toHaveLength(1));
  database = 2;
  const later = Array.from({ length: 500 }, () => valueOf(reads.read(readOf(compute))));
  await nextTurn();
  expect(compute).toHaveBeenCalledTimes(1);
  gates[0]!();
  expect(await first).toBe(1);
  await vi.waitFor(() => expect(gates).toHaveLength(2));
  gates[1]!();
  expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
  expect(compute).toHaveBeenCalledTimes(2);
});
