import { expect, test } from 'vitest';
import { randomNumbers } from '#lib/base/random.ts';
import { CachedReads } from './cached-reads.ts';
import { spyObserver, TestClock } from './cache.fixture.ts';
import { MemoryCacheStore } from './memory-cache-store.ts';

const STEPS = 100_000;
const SOURCES = 4;
const SECOND = 1000;

/**
 * Reads, writes, refreshes, expiries, sweeps and evictions in a random order, each computation ending at a random later step. A source is
 * a number that only grows; a read answers with what it saw of its sources. Whoever begins to read after a write was acknowledged
 * must see it.
 */
async function interleave(seed: number, steps: number) {
  const next = randomNumbers(seed);
  const below = (n: number) => Math.floor(next() * n);
  const clock = new TestClock();
  const observer = spyObserver();
  for (const spy of Object.values(observer)) spy.mockImplementation(() => {});
  const store = new MemoryCacheStore({ maxEntries: 12, maxBytes: 20_000, clock, observer });
  const reads = new CachedReads({ store, clock, observer });

  const written = Array.from({ length: SOURCES }, () => 0);
  const acknowledged = Array.from({ length: SOURCES }, () => 0);
  const waiting: (() => void)[] = [];
  const pause = () => new Promise<void>(resolve => waiting.push(resolve));
  const counts = { reads: 0, writes: 0, computations: 0, failures: 0, stale: [] as string[] };

  const read = async () => {
    counts.reads += 1;
    // Sixteen keys: every set of sources.
    const sources = [...written.keys()].filter(() => next() < 0.5);
    const wanted = sources.map(i => acknowledged[i]!);
    const fails = next() < 0.1;
    const answer = await reads
      .read({
        name: 'read',
        key: sources.join(),
        tags: sources.map(String),
        freshMs: 5 * SECOND,
        compute: async () => {
          counts.computations += 1;
          const seen = sources.map(i => written[i]!);
          await pause();
          if (fails) throw new Error('this one fails');
          return seen;
        },
      })
      .catch(() => undefined);
    if (answer === undefined) return void (counts.failures += 1);
    const seen = JSON.parse(answer.text) as number[];
    seen.forEach((value, i) => {
      if (value < wanted[i]!) counts.stale.push(`source ${sources[i]}: ${value} after ${wanted[i]}`);
    });
  };
  const write = async () => {
    counts.writes += 1;
    const source = below(SOURCES);
    const value = (written[source]! += 1);
    if (next() < 0.5) await pause();
    await reads.drop([String(source)]);
    acknowledged[source] = Math.max(acknowledged[source]!, value);
  };
  const running = new Set<Promise<void>>();
  const start = (work: Promise<void>) => {
    const done = work.finally(() => running.delete(done));
    running.add(done);
  };
  const resume = () => {
    const [go] = waiting.splice(below(waiting.length), 1);
    go?.();
  };

  for (let step = 0; step < steps; step += 1) {
    const dice = next();
    if (dice < 0.4) start(read());
    else if (dice < 0.5) start(write());
    else if (dice < 0.85) resume();
    else if (dice < 0.93) clock.advance(below(4 * SECOND));
    else if (dice < 0.94) clock.advance(4000 * SECOND);
    else if (dice < 0.95) clock.setWall((below(3) - 1) * 86_400_000);
    else if (dice < 0.97) await store.sweep();
    else if (dice < 0.98) await store.shrink(next());
    // Some promises go on, others do not yet.
    for (let turns = below(4); turns > 0; turns -= 1) await Promise.resolve();
    while (waiting.length > 40) resume();
  }
  while (running.size > 0) {
    while (waiting.length > 0) resume();
    await Promise.race(running);
  }
  return counts;
}

test(
  `in ${STEPS.toLocaleString('en')} interleavings of reads, writes, refreshes and expiries nobody reads what was written over`,
  { timeout: 120_000 },
  async () => {
    const seeds = Array.from({ length: 10 }, (_, i) => i + 1);
    for (const seed of seeds) {
      const { stale, reads, writes, computations, failures } = await interleave(seed, STEPS / seeds.length);
      expect(stale, `seed ${seed}`).toEqual([]);
      // The run has shown something: answers came from the cache, and writes came in between.
      expect(computations).toBeLessThan(reads);
      expect(writes).toBeGreaterThan(500);
      expect(failures).toBeGreaterThan(10);
    }
  },
);
