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
import { openDatabase } from '#lib/storage/database.ts';
import { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import { SOUND_SORTS, type SoundKind, type SoundQuery } from '#lib/sounds/sound.ts';
import { SoundsRepository } from '#lib/sounds/sounds.repository.ts';
import { seedLibrary } from './seed.ts';

export interface BenchResult {
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

export async function run({ folder, count = 1_000_000, runs = 100 }: ListBenchOptions = {}): Promise<BenchResult[]> {
  const temporary = folder === undefined ? mkdtempSync(path.join(tmpdir(), 'talk2me-bench-')) : undefined;
  const data = folder ?? temporary ?? '';
  try {
    await seedLibrary(data, count);
    const opening = performance.now();
    const database = await openDatabase(data);
    const opened = performance.now() - opening;
    const pending = new PendingBlobs(database, { instanceId: 'bench', clock: systemClock });
    const sounds = new SoundsRepository(database, { clock: systemClock, pending });
    try {
      const start: BenchResult = {
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

function measureLists(sounds: SoundsRepository, runs: number): BenchResult[] {
  const results: BenchResult[] = [];
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

export const ADVERSARIAL: Record<string, Partial<SoundQuery>> = {
  'tags that never meet': { tags: ['even', 'odd'] },
  'two common tags': { tags: ['even', 'last'] },
  'tag at the end by name': { tags: ['last'] },
  'tag at the end, other tag': { tags: ['last', 'odd'] },
  'only the oldest are that long': { min_length: 3600 },
  'a length nobody has': { min_length: 3000.5, max_length: 3600 },
  'common length': { min_length: 100, max_length: 2000 },
  'tags that never meet, length': { tags: ['even', 'odd'], min_length: 1 },
  'category + common q': { category: 'Category 1', q: 'rain' },
  'rare category + common q': { category: 'Rare Room', q: 'alpha' },
  'category + tag + q + length': { category: 'Category 2', tags: ['even'], q: 'alpha', min_length: 5 },
  'words that never meet': { q: 'alpha omega' },
  'parts that never meet': { q: 'phaomeg' },
  'phrase of common parts': { q: 'alpha-omega' },
  'common q, tag that never meets it': { q: 'alpha', tags: ['odd'] },
  'common q, tags that never meet': { q: 'rain', tags: ['odd', 'even'] },
  'common q, only the oldest long': { q: 'alpha', min_length: 3600 },
  'common q, common length': { q: 'alpha', min_length: 1, max_length: 1000 },
  'two letters + tag': { q: 'ra', tags: ['last'] },
  'one letter, tag that never meets it': { q: 'o', tags: ['even'], category: 'Category 1' },
  '200 letters': { q: 'alpha omega rain thunder '.repeat(8) },
  '200 letters, one word': { q: 'alphaomegarainthunder'.repeat(9) },
  '200 letters that are there': { q: 'rain thunder alpha wind door category even last '.repeat(4) },
};

function timed(
  name: string,
  runs: number,
  query: () => { items: unknown[]; total: number; total_exact: boolean; has_more: boolean },
): BenchResult {
  let answer: string;
  const times: number[] = [];
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
