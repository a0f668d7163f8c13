import { expect, test } from 'vitest';
import { entryOf, spyObserver, TestClock } from './cache.fixture.ts';
import { cacheStoreSuite, type Bounds } from './cache-store.suite.ts';
import { MemoryCacheStore } from './memory-cache-store.ts';

function create(bounds: Bounds = { maxEntries: 100, maxBytes: 1_000_000 }) {
  const clock = new TestClock();
  const observer = spyObserver();
  const store = new MemoryCacheStore({ ...bounds, clock, observer });
  return {
    store,
    observer,
    clock,
    until: async (condition: () => Promise<boolean>, ms: number) => {
      for (let passed = 0; !(await condition()); passed += 10) {
        if (passed > ms) throw new Error(`not within ${ms} ms`);
        clock.advance(10);
      }
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
}

cacheStoreSuite('memory', bounds => Promise.resolve(create(bounds)));

test('a wall clock that is set, forward or back, changes nothing', async () => {
  const { store, clock } = create();
  const stamp = (await store.lookup('key', [])).stamp!;
  await store.store('key', entryOf('value', { freshMs: 1000, keepMs: 1000 }), stamp);
  for (const step of [86_400_000, -10 * 86_400_000, 5 * 86_400_000]) {
    clock.setWall(step);
    expect((await store.lookup('key', [])).held?.stale).toBe(false);
  }
  clock.advance(1500);
  clock.setWall(-86_400_000);
  expect((await store.lookup('key', [])).held?.stale).toBe(true);
  clock.advance(600);
  expect((await store.lookup('key', [])).held).toBeUndefined();
});

test('the bytes that it says it holds are the sum over all names, and none when it is empty', async () => {
  const { store } = create();
  for (const name of ['one', 'two']) {
    await store.store(name, entryOf('value', { name, tags: ['t'] }), (await store.lookup(name, ['t'])).stamp!);
  }
  const sum = [...(await store.holdings()).byName.values()].reduce((bytes, held) => bytes + held.bytes, 0);
  expect(store.heldBytes()).toBe(sum);
  await store.drop(['t']);
  expect(store.heldBytes()).toBe(0);
});

test('many tags that are dropped once take no memory for ever, and refuse what is older', async () => {
  const { store } = create();
  const { stamp } = await store.lookup('key', ['kept']);
  for (let n = 0; n < 30_000; n += 1) await store.drop([`tag-${n}`]);
  // Not known any more whether `kept` was among those that were forgotten: it is refused rather than risked.
  expect(await store.store('key', entryOf('value', { tags: ['kept'] }), stamp!)).toBe(false);
  const now = await store.lookup('key', ['kept']);
  expect(await store.store('key', entryOf('value', { tags: ['kept'] }), now.stamp!)).toBe(true);
});
