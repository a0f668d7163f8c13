/**
 * How long lists of a million sounds take: `npx node scripts/bench/list.ts [folder] [count]`.
 *
 * Given a folder, the library is seeded there and used again by the next run; otherwise it is made in a temporary one.
 * Queries go through the repository, rows mapped, as a service calls it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#lib/base/clock.ts';
import { NO_CACHE } from '#lib/cache/invalidation.ts';
import { openDatabase } from '#lib/storage/database.ts';
import { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import { MAX_FILTER_CATEGORIES, SOUND_SORTS, type SoundKind, type SoundQuery } from '#lib/sounds/sound.ts';
import { SoundsRepository } from '#lib/sounds/sounds.repository.ts';
import { startServer } from '../../e2e/support/server.ts';
import { ensureBuild } from '../build.ts';
import { startBareNext } from './bare-next.ts';
import type { Bench, BenchTable } from './bench.ts';
import { seedLibrary } from './seed.ts';

export interface ListTiming {
  name: string;
  /** Milliseconds of wall time. */
  p50: number;
  p99: number;
  max: number;
  /** Milliseconds of CPU time a query, all threads. */
  cpu: number;
  runs: number;
  /** What the first answer was: `50 of 10000+` sounds, `…` where more follow. */
  answer: string;
}

export interface ListBenchOptions {
  /** Used again when it is seeded; a temporary one otherwise. */
  folder?: string | undefined;
  /** Sounds; default 1,000,000. */
  count?: number;
  /** Queries measured for each row of the table; default 100. */
  runs?: number;
}

export async function run({ folder, count = 1_000_000, runs = 100 }: ListBenchOptions = {}): Promise<ListTiming[]> {
  const temporary = folder === undefined ? mkdtempSync(path.join(tmpdir(), 'talk2me-bench-')) : undefined;
  const data = folder ?? temporary ?? '';
  try {
    await seedLibrary(data, count);
    const opening = performance.now();
    const database = await openDatabase(data);
    const opened = performance.now() - opening;
    const pending = new PendingBlobs(database, { instanceId: 'bench', clock: systemClock });
    const sounds = new SoundsRepository(database, { clock: systemClock, pending, invalidation: NO_CACHE });
    try {
      const start: ListTiming = {
        name: 'open',
        p50: opened,
        p99: opened,
        max: opened,
        cpu: opened,
        runs: 1,
        answer: '',
      };
      return [start, ...measureLists(sounds, runs)];
    } finally {
      await database.close();
    }
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true });
  }
}

function measureLists(sounds: SoundsRepository, runs: number): ListTiming[] {
  const results: ListTiming[] = [];
  const measure = (name: string, query: Partial<SoundQuery>, kind: SoundKind = 'effects', times = runs) => {
    const full = { sort: 'newest', limit: 50, page: 1, tags: [], ...query } as const;
    results.push(timed(name, times, () => sounds.list(kind, full)));
  };
  const total = sounds.totals().effects.count;
  for (const sort of SOUND_SORTS) {
    for (const depth of [0, 0.5, 0.999]) {
      const page = Math.floor((total * depth) / 50) + 1;
      if (depth > 0) measure(`${sort} · page at ${page * 50}`, { sort, page }, 'effects', 30);
      const cursor =
        page === 1 ? undefined : sounds.list('effects', { sort, limit: 50, tags: [], page: page - 1 }).next_cursor;
      measure(`${sort} · cursor at ${(page - 1) * 50}`, { sort, ...(cursor && { cursor }) });
    }
  }
  for (const sort of ['newest', 'oldest', 'name', 'length'] as const) {
    for (const [label, q] of Object.entries(SEARCHES)) measure(`${sort} · ${label}`, { sort, q });
  }
  for (const [label, query] of Object.entries(ADVERSARIAL)) {
    for (const sort of SOUND_SORTS) measure(`${sort} · ${label}`, { ...query, sort }, 'effects', 20);
    const deep = sounds.list('effects', { sort: 'name', limit: 50, page: 1, tags: [], ...query }).next_cursor;
    if (deep !== null) measure(`name · ${label} · 2nd page`, { ...query, sort: 'name', cursor: deep }, 'effects', 20);
    measure(`name · ${label} · page 150`, { ...query, sort: 'name', page: 150 }, 'effects', 20);
  }
  return results;
}

const SEARCHES = {
  'common "rain"': 'rain',
  'common "alpha"': 'alpha',
  'rare "sword armor"': 'sword armor',
  'rare "zz storm"': 'zz storm',
  'missing "xylophone"': 'xylophone',
  'missing "rainxyz"': 'rainxyz',
  'two letters "ra"': 'ra',
  'one letter "z"': 'z',
  'two letters missing "qq"': 'qq',
};

/** As many as one filter may name: the most common ones, and the rarest. */
const COMMON = Array.from({ length: MAX_FILTER_CATEGORIES }, (_, n) => `Category ${n + 1}`);
const RARE = ['Rare Room', 'Category 39', 'Category 40'];

export const ADVERSARIAL: Record<string, Partial<SoundQuery>> = {
  'tags that never meet': { tags: ['even', 'odd'] },
  'two common tags': { tags: ['even', 'last'] },
  'tag at the end by name': { tags: ['last'] },
  'tag at the end, other tag': { tags: ['last', 'odd'] },
  'only the oldest are that long': { min_length: 3600 },
  'a length nobody has': { min_length: 3000.5, max_length: 3600 },
  'common length': { min_length: 100, max_length: 2000 },
  'tags that never meet, length': { tags: ['even', 'odd'], min_length: 1 },
  'category + common q': { categories: ['Category 1'], q: 'rain' },
  'rare category + common q': { categories: ['Rare Room'], q: 'alpha' },
  'category + tag + q + length': { categories: ['Category 2'], tags: ['even'], q: 'alpha', min_length: 5 },
  'words that never meet': { q: 'alpha omega' },
  'parts that never meet': { q: 'phaomeg' },
  'phrase of common parts': { q: 'alpha-omega' },
  'common q, tag that never meets it': { q: 'alpha', tags: ['odd'] },
  'common q, tags that never meet': { q: 'rain', tags: ['odd', 'even'] },
  'common q, only the oldest long': { q: 'alpha', min_length: 3600 },
  'common q, common length': { q: 'alpha', min_length: 1, max_length: 1000 },
  'two letters + tag': { q: 'ra', tags: ['last'] },
  'one letter, tag that never meets it': { q: 'o', tags: ['even'], categories: ['Category 1'] },
  'three categories': { categories: COMMON.slice(0, 3) },
  '32 categories': { categories: COMMON },
  '32 categories, one tag': { categories: COMMON, tags: ['even'] },
  '32 categories, tags that never meet': { categories: COMMON, tags: ['even', 'odd'] },
  '32 categories, tag at the end': { categories: COMMON, tags: ['last'] },
  '32 categories, common length': { categories: COMMON, min_length: 10, max_length: 2000 },
  '32 categories, only the oldest long': { categories: COMMON, min_length: 3600 },
  '32 categories, a length nobody has': { categories: COMMON, min_length: 3000.5, max_length: 3600 },
  '32 categories, common q': { categories: COMMON, q: 'alpha' },
  'rare categories, common q': { categories: RARE, q: 'alpha' },
  'rare categories, words that never meet': { categories: RARE, q: 'alpha omega' },
  'rare categories, tag, two letters': { categories: RARE, tags: ['odd'], q: 'ra' },
  '32 categories, all at once': { categories: COMMON, tags: ['even', 'last'], q: 'omega', min_length: 5 },
  '200 letters': { q: 'alpha omega rain thunder '.repeat(8) },
  '200 letters, one word': { q: 'alphaomegarainthunder'.repeat(9) },
  '200 letters that are there': { q: 'rain thunder alpha wind door category even last '.repeat(4) },
};

function timed(
  name: string,
  runs: number,
  query: () => { items: unknown[]; total: number; total_exact: boolean; has_more: boolean },
): ListTiming {
  const times: number[] = [];
  let answer: string;
  try {
    const first = query();
    answer = `${first.items.length} of ${first.total}${first.total_exact ? '' : '+'}${first.has_more ? ' …' : ''}`;
  } catch (error) {
    answer = error instanceof Error ? error.message : 'failed';
    return { name, p50: 0, p99: 0, max: 0, cpu: 0, runs: 0, answer };
  }
  for (let warm = 0; warm < 3; warm += 1) query();
  const before = process.cpuUsage();
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now();
    query();
    times.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { name, p50: at(0.5), p99: at(0.99), max: at(1), cpu: (user + system) / 1000 / runs, runs, answer };
}

/** `BENCH_LIBRARY` names a folder that is seeded already, or is to be kept for the next time. */
const bench: Bench = {
  name: 'list',
  title: 'List and search',
  async run() {
    const kept = process.env['BENCH_LIBRARY'];
    const folder = kept ?? mkdtempSync(path.join(tmpdir(), 'talk2me-bench-'));
    try {
      const timings = await run({ folder });
      return {
        tables: [queryTable(timings), await routeTable(folder)],
        notes: [
          '1,000,000 sounds, 950,000 of them effects; the rows ask for effects. Queries run in one process on the repository, one after the other.',
          'CPU is user and system time of all threads for one query: the cores are shared, so wall time has outliers that are not the program’s.',
          'The route is asked for 50 sounds, newest first, over one kept connection, by turns with an empty route of a bare Next application.',
        ],
      };
    } finally {
      if (kept === undefined) rmSync(folder, { recursive: true });
    }
  },
};
export default bench;

function queryTable(timings: readonly ListTiming[]): BenchTable {
  return {
    title: 'Queries',
    columns: ['query', 'p50 (ms)', 'p99 (ms)', 'CPU (ms)', 'answer'],
    rows: timings.map(({ name, p50, p99, cpu, answer }) => [
      name,
      p50.toFixed(2),
      p99.toFixed(2),
      cpu.toFixed(2),
      answer,
    ]),
  };
}

/** The list over HTTP beside an empty route, by turns, so that both meet the same noise. */
async function routeTable(folder: string): Promise<BenchTable> {
  ensureBuild();
  await using bare = await startBareNext();
  await using server = await startServer({ dataDir: folder, env: { LOG_LEVEL: 'warn' } });
  const targets = {
    'an empty route of a bare Next application': `${bare.url}/api/empty`,
    'GET /api/health': `${server.url}/api/health`,
    'GET /api/sounds/effects, 50 sounds': `${server.url}/api/sounds/effects`,
    'GET /api/sounds/effects, 1 sound': `${server.url}/api/sounds/effects?limit=1`,
  };
  const times = new Map<string, number[]>(Object.keys(targets).map(name => [name, []]));
  for (let round = 0; round < 1100; round += 1) {
    for (const [name, url] of Object.entries(targets)) {
      const began = performance.now();
      await (await fetch(url)).text();
      if (round >= 100) times.get(name)!.push(performance.now() - began);
    }
  }
  const p50 = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  const peer = p50([...times.values()][0]!);
  return {
    title: 'Route',
    columns: ['route', 'p50 (ms)', 'beside the empty route'],
    rows: [...times].map(([name, list]) => [name, p50(list).toFixed(2), `${(p50(list) / peer).toFixed(2)} ×`]),
  };
}

if (import.meta.main) {
  const [folder, count] = process.argv.slice(2);
  const results = await run({ folder, ...(count !== undefined && { count: Number(count) }) });
  const ms = (value: number) => value.toFixed(2);
  console.table(
    results.map(result => ({
      ...result,
      p50: ms(result.p50),
      p99: ms(result.p99),
      max: ms(result.max),
      cpu: ms(result.cpu),
    })),
  );
}
