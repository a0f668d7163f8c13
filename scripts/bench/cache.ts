/** What a cached answer costs, how often there is one, and what that is worth to a route. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LRUCache } from 'lru-cache';
import { systemClock } from '#lib/base/clock.ts';
import { CachedReads } from '#lib/cache/cached-reads.ts';
import { observers } from '#lib/cache/cache-observer.ts';
import { CacheStatistics } from '#lib/cache/cache-statistics.ts';
import { MemoryCacheStore } from '#lib/cache/memory-cache-store.ts';
import { startServer } from '../../e2e/support/server.ts';
import { ensureBuild } from '../build.ts';
import { startBareNext } from './bare-next.ts';
import { beladyHits } from './belady.ts';
import type { Bench, BenchTable } from './bench.ts';
import { median, requestsPerSecond } from './rate.ts';
import { seedLibrary } from './seed.ts';
import { zipfTrace } from './zipf.ts';

const ENTRIES = 1000;
const KEYS = 100_000;
const REQUESTS = 300_000;
const SKEWS = [0.7, 0.9, 1.1];

const SOUNDS = 10_000;
/** Larger than what the small cache below may hold, so that there it is computed each time. */
const PAGE = 100;
const CONNECTIONS = 8;
const ROUNDS = 6;
const ROUND_MS = 2000;

const bench: Bench = {
  name: 'cache',
  title: 'Response cache',
  async run() {
    return {
      tables: [await hitTable(), await ratioTable(), await routeTable()],
      notes: [
        `Hit ratios: ${REQUESTS.toLocaleString('en')} requests for ${KEYS.toLocaleString('en')} keys by Zipf's law, ${ENTRIES.toLocaleString('en')} entries. Belady's bound knows the future and cannot be beaten.`,
        `Requests per second: ${CONNECTIONS} connections, one process asking on the same two cores, by turns; the median of ${ROUNDS} rounds. The list has ${PAGE} sounds. "Computed each time" is the same build with a CACHE_MAX_BYTES that no such page fits in.`,
      ],
    };
  },
};
export default bench;

function create(maxEntries: number) {
  const statistics = new CacheStatistics();
  const observer = observers([statistics]);
  const clock = systemClock;
  const store = new MemoryCacheStore({ maxEntries, maxBytes: 2 ** 30, clock, observer });
  return { statistics, reads: new CachedReads({ store, clock, observer }) };
}

const readOf = (key: string, value: unknown) => ({
  name: 'bench',
  key,
  tags: ['bench'],
  freshMs: 3_600_000,
  compute: () => Promise.resolve(value),
});

/** Microseconds for one hit, medians of batches taken by turns. */
async function hitTable(): Promise<BenchTable> {
  const value = Array.from({ length: 50 }, (_, n) => ({ id: `sound-${n}`, text: 'x'.repeat(900) }));
  const { reads } = create(ENTRIES);
  const read = readOf('key', value);
  await reads.read(read);
  const plain = new LRUCache<string, string>({ max: ENTRIES });
  plain.set('key', JSON.stringify(value));
  let sink = 0;
  const ways: Record<string, () => Promise<void>> = {
    'lru-cache, the text': async () => void (sink += plain.get('key')!.length),
    'cached read, the text': async () => void (sink += (await reads.read(read)).text.length),
    'lru-cache, parsed': async () => void (sink += (JSON.parse(plain.get('key')!) as unknown[]).length),
    'cached read, parsed': async () => void (sink += (JSON.parse((await reads.read(read)).text) as unknown[]).length),
  };
  const times = new Map<string, number[]>(Object.keys(ways).map(name => [name, []]));
  for (let round = 0; round < 60; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const began = performance.now();
      for (let n = 0; n < 500; n += 1) await way();
      if (round >= 10) times.get(name)!.push(((performance.now() - began) / 500) * 1000);
    }
  }
  if (sink === 0) throw new Error('nothing was read');
  return {
    title: 'One hit of 46 kB',
    columns: ['way', 'time (µs)'],
    rows: [...times].map(([name, list]) => [name, median(list).toFixed(2)]),
  };
}

async function ratioTable(): Promise<BenchTable> {
  const rows = [];
  for (const skew of SKEWS) {
    const trace = zipfTrace({ keys: KEYS, requests: REQUESTS, skew, seed: 1 });
    const { reads, statistics } = create(ENTRIES);
    for (const key of trace) await reads.read(readOf(String(key), key));
    const ours = statistics.of('bench').hits;
    const plain = new LRUCache<number, number>({ max: ENTRIES });
    let hits = 0;
    for (const key of trace) {
      if (plain.get(key) === undefined) plain.set(key, key);
      else hits += 1;
    }
    rows.push([skew, share(ours), share(hits), share(beladyHits(trace, ENTRIES))]);
  }
  return { title: 'Hit ratio', columns: ['skew', 'this cache', 'lru-cache', "Belady's bound"], rows };
}

async function routeTable(): Promise<BenchTable> {
  ensureBuild();
  const folders = ['cached', 'computed'].map(name => mkdtempSync(path.join(tmpdir(), `talk2me-bench-${name}-`)));
  try {
    for (const folder of folders) await seedLibrary(folder, SOUNDS);
    const quiet = { LOG_LEVEL: 'warn' };
    await using bare = await startBareNext();
    await using cached = await startServer({ dataDir: folders[0]!, env: quiet });
    await using computed = await startServer({ dataDir: folders[1]!, env: { ...quiet, CACHE_MAX_BYTES: '65536' } });
    const list = `/api/sounds/effects?limit=${PAGE}`;
    const targets = {
      'an empty route of a bare Next application': `${bare.url}/api/empty`,
      'the list, cached': cached.url + list,
      'the list, computed each time': computed.url + list,
    };
    const encodings = ['identity', 'gzip'];
    const results = new Map<string, number[]>();
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [name, url] of Object.entries(targets)) {
        for (const encoding of encodings) {
          const rate = await requestsPerSecond(url, {
            connections: CONNECTIONS,
            ms: ROUND_MS,
            headers: { 'accept-encoding': encoding },
          });
          // The first warms up.
          if (round > 0) results.set(name + encoding, [...(results.get(name + encoding) ?? []), rate]);
        }
      }
    }
    return {
      title: 'Requests per second',
      columns: ['route', ...encodings],
      rows: Object.keys(targets).map(name => [
        name,
        ...encodings.map(encoding => median(results.get(name + encoding)!).toFixed(0)),
      ]),
    };
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

function share(hits: number): string {
  return `${((hits / REQUESTS) * 100).toFixed(2)} %`;
}
