import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '#lib/base/clock.ts';
import { SOUND_KINDS, SOUND_SORTS, type SoundKind, type SoundQuery } from './sound.ts';
import { newSound, soundQuery, testLibrary, type TestLibrary } from './sounds.fixture.ts';
import { LIST_LIMITS, type ListLimits } from './sounds.list.repository.ts';
import type { SoundPage, StoredSound } from './sounds.repository.ts';
import { foldText, nameKey } from './sounds.search.ts';

/** Time passes with each look at it, so that collecting and walking run out of it after a few chunks. */
const hastyClock = (): Clock => {
  let now = 0;
  return { now: () => new Date(0), monotonic: () => (now += 1) };
};

const words = fc.constantFrom(
  'rain',
  'Thunder',
  'Éclair',
  'door',
  'rain-drop',
  'no. 10',
  'no. 9',
  'r2 d2',
  'aaab',
  'baaa',
);
const name = fc.array(words, { minLength: 1, maxLength: 3 }).map(list => list.join(' '));
const category = fc.constantFrom(null, 'Nature', 'Machines', 'nature', 'Doors', 'Town');
const tagList = fc.uniqueArray(fc.constantFrom('wet', 'dry', 'loud', 'éa'), { maxLength: 3 });
const length = fc.constantFrom(0.5, 1, 1.25, 2, 3, 60);
const kind = fc.constantFrom(...SOUND_KINDS);
const soundShape = fc.record({ kind, name, category, tags: tagList, length });
type Shape = typeof soundShape extends fc.Arbitrary<infer T> ? T : never;

const q = fc.oneof(
  fc.constantFrom(
    'rain',
    'RAIN',
    'eclair',
    'aab',
    'ain dro',
    'rain thunder',
    'door rain',
    'no',
    'r',
    '10',
    'é',
    '-',
    'o.',
    'thu nd',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom(
    '"',
    '""',
    'a"b',
    'rai*',
    'NEAR(a b)',
    'a AND b',
    '-rain',
    '\u0000ab',
    '\ud800ab',
    'text:rain',
    'x'.repeat(200),
    'rain thunder door eclair rain-drop no. 10',
    'sound eclair rain-drop thunder nature aaab',
  ),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const queryShape: fc.Arbitrary<SoundQuery> = fc.record({
  sort: fc.constantFrom(...SOUND_SORTS),
  limit: fc.integer({ min: 1, max: 7 }),
  page: fc.integer({ min: 1, max: 4 }),
  tags: fc.uniqueArray(fc.constantFrom('wet', 'dry', 'loud', 'éa', 'unused'), { maxLength: 2 }),
  q: maybe(q),
  // Often several, sometimes one twice or one that no sound has.
  categories: maybe(fc.array(fc.constantFrom('Nature', 'Machines', 'Doors', 'Town', 'Unused'), { maxLength: 4 })),
  min_length: maybe(length),
  max_length: maybe(length),
});

async function fill(library: TestLibrary, shapes: readonly Shape[]): Promise<StoredSound[]> {
  const stored: StoredSound[] = [];
  for (const [n, shape] of shapes.entries()) {
    // Now and then a gap as years of deletions leave it, so that sounds lie in several blocks of the text index.
    if (n % 6 === 5)
      await sql`update sqlite_sequence set seq = seq + 13000 where name = 'sounds'`.execute(library.database.db);
    const { kind, name, category, tags, length } = shape;
    stored.push(
      await library.sounds.insert(
        newSound({ kind, id: { derived: 'sound' }, settings: { name, category, tags }, facts: { length } }),
      ),
    );
  }
  return stored;
}

/** The same promise, kept by looking at every sound. Cap: the newest so many matches of a search. */
function oracle(library: readonly StoredSound[], kind: SoundKind, query: SoundQuery, cap: number): StoredSound[] {
  let matches = library
    .filter(
      sound =>
        sound.kind === kind &&
        (!query.categories?.length || (sound.category !== null && query.categories.includes(sound.category))) &&
        query.tags.every(tag => sound.tags.includes(tag)) &&
        sound.length >= (query.min_length ?? 0) &&
        sound.length <= (query.max_length ?? Infinity) &&
        (query.q === undefined || matchesText(sound, query.q)),
    )
    .sort((a, b) => b.seq - a.seq);
  if (query.q !== undefined && foldText(query.q) !== '') matches = matches.slice(0, cap);
  const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const compare = {
    newest: (a: StoredSound, b: StoredSound) => b.seq - a.seq,
    oldest: (a: StoredSound, b: StoredSound) => a.seq - b.seq,
    name: (a: StoredSound, b: StoredSound) => bytes(nameKey(a.name), nameKey(b.name)) || a.seq - b.seq,
    length: (a: StoredSound, b: StoredSound) => a.length - b.length || a.seq - b.seq,
  }[query.sort];
  return matches.sort(compare);
}

function matchesText(sound: StoredSound, q: string): boolean {
  const fields = [sound.name, sound.id, sound.category ?? '', ...sound.tags].map(foldText);
  const wanted = foldText(q);
  if (wanted === '') return true;
  if ([...wanted].length < 3) {
    const start = wanted.split(/[^\p{L}\p{N}\p{M}]+/u).find(part => part !== '');
    return (
      start !== undefined &&
      fields.some(field => field.split(/[^\p{L}\p{N}\p{M}]+/u).some(word => word.startsWith(start)))
    );
  }
  const parts = wanted.split(' ');
  const all = parts.every(part => [...part].length >= 3) ? parts : [wanted];
  return all.every(part => fields.some(field => field.includes(part)));
}

function follow(
  library: TestLibrary,
  kind: SoundKind,
  query: SoundQuery,
): { pages: SoundPage[]; items: StoredSound[] } {
  const pages = [library.sounds.list(kind, query)];
  for (let cursor = pages[0]?.next_cursor ?? null; cursor !== null; cursor = pages.at(-1)?.next_cursor ?? null) {
    pages.push(library.sounds.list(kind, { ...query, cursor }));
    if (pages.length > 2_000) throw new Error('the cursors do not end');
  }
  return { pages, items: pages.flatMap(page => page.items) };
}

const ids = (items: readonly StoredSound[]) => items.map(item => item.seq);

/** Limits so low that a few dozen sounds take every path; the first two never run out of time. */
const patient = { collectMs: 1e9, walkMs: 1e9, unwatchedMs: 1e9 };
const PATHS: { name: string; limits: ListLimits; hasty: boolean }[] = [
  { name: 'as configured', limits: { ...LIST_LIMITS, ...patient }, hasty: false },
  { name: 'never gathering', limits: { cap: 6, gather: -1, gatherText: -1, chunk: 3, ...patient }, hasty: false },
  { name: 'with large cap', limits: { cap: 1000, gather: 2, gatherText: 1, chunk: 2, ...patient }, hasty: false },
  {
    name: 'block by block',
    limits: { cap: 1000, gather: -1, gatherText: -1, chunk: 3, ...patient, unwatchedMs: -1 },
    hasty: false,
  },
  {
    name: 'out of time',
    limits: { cap: 1000, gather: -1, gatherText: -1, chunk: 2, collectMs: 0, walkMs: 4, unwatchedMs: -1 },
    hasty: true,
  },
];

describe.each(PATHS)('a list, $name', ({ limits, hasty }) => {
  it('answers what looking at every sound answers, whatever the filters, order and page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(soundShape, { maxLength: 25 }),
        fc.array(queryShape, { maxLength: 30 }),
        kind,
        async (shapes, queries, kind) => {
          await using library = await testLibrary({ clock: hasty ? hastyClock() : systemClock, limits });
          const stored = await fill(library, shapes);
          for (const query of queries) {
            const whole = oracle(stored, kind, query, limits.cap);
            const everything = oracle(stored, kind, query, Infinity);
            const { pages, items } = follow(library, kind, { ...query, page: 1 });
            expect(ids(items)).toEqual(ids(whole));
            for (const page of pages) {
              expect(page.items.length).toBeLessThanOrEqual(query.limit);
              expect(page.total).toBeLessThanOrEqual(everything.length);
              expect(page.has_more).toBe(page.next_cursor !== null);
              if (page.total_exact) expect(page.total).toBe(everything.length);
            }
            if ((query.page - 1) * query.limit >= limits.cap) continue;
            const numbered = follow(library, kind, query);
            expect(numbered.pages[0]?.page).toBe(query.page);
            expect(ids(numbered.items)).toEqual(ids(whole.slice((query.page - 1) * query.limit)));
            if (!hasty) {
              const start = (query.page - 1) * query.limit;
              expect(ids(numbered.pages[0]?.items ?? [])).toEqual(ids(whole.slice(start, start + query.limit)));
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives every sound that stays exactly once while others come and go between pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(soundShape, { minLength: 5, maxLength: 20 }),
        queryShape,
        fc.infiniteStream(fc.oneof(soundShape, fc.nat(19))),
        async (shapes, query, changes) => {
          await using library = await testLibrary({ clock: hasty ? hastyClock() : systemClock, limits });
          const kind = 'effects';
          const before = await fill(
            library,
            shapes.map(shape => ({ ...shape, kind })),
          );
          const expected = oracle(before, kind, query, limits.cap);
          const gone = new Set<number>();
          const seen: number[] = [];
          let cursor: string | undefined;
          for (let round = 0; round < 300; round += 1) {
            const page = library.sounds.list(kind, { ...query, page: 1, cursor });
            seen.push(...ids(page.items));
            if (page.next_cursor === null) break;
            cursor = page.next_cursor;
            if (round > 30) continue;
            const change = changes.next().value as Shape | number;
            if (typeof change !== 'number') await fill(library, [change]);
            else if (before[change] !== undefined && !gone.has(before[change].seq)) {
              await library.sounds.remove(kind, before[change].id);
              gone.add(before[change].seq);
            }
          }
          expect(new Set(seen).size).toBe(seen.length);
          const stayed = ids(expected).filter(seq => !gone.has(seq));
          expect(seen).toEqual(expect.arrayContaining(stayed));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a list', () => {
  it('is empty beyond its last page', async () => {
    await using library = await testLibrary();
    await library.sounds.insert(newSound());
    const page = library.sounds.list('effects', soundQuery({ page: 5 }));
    expect(page).toMatchObject({ items: [], total: 1, total_exact: true, has_more: false, next_cursor: null, page: 5 });
  });

  it('refuses cursors that are broken or belong to another list', async () => {
    await using library = await testLibrary();
    for (let n = 0; n < 3; n += 1) await library.sounds.insert(newSound());
    const cursor = library.sounds.list('effects', soundQuery({ limit: 1 })).next_cursor ?? '';
    const refusal: unknown = expect.objectContaining({
      code: 'request.invalid',
      issues: [expect.objectContaining({ path: 'cursor' }) as unknown],
    });
    const attempt = (kind: SoundKind, query: Partial<SoundQuery>) => () =>
      library.sounds.list(kind, soundQuery({ limit: 1, ...query }));
    expect(attempt('effects', { cursor, limit: 2 })().items).toHaveLength(2);
    expect(attempt('background', { cursor })).toThrow(refusal);
    expect(attempt('effects', { cursor, sort: 'name' })).toThrow(refusal);
    expect(attempt('effects', { cursor, q: 'door' })).toThrow(refusal);
    for (const broken of ['', 'x', cursor.slice(4), 'W10', 'bnVsbA', 'a'.repeat(10_000)]) {
      expect(attempt('effects', { cursor: broken })).toThrow(refusal);
    }
  });

  it('refuses a page number that filters put out of reach, and says what to do', async () => {
    await using library = await testLibrary({ limits: { ...LIST_LIMITS, cap: 2, gather: -1, gatherText: -1 } });
    await library.sounds.insert(newSound({ settings: { tags: ['a', 'b'] } }));
    expect(() => library.sounds.list('effects', soundQuery({ tags: ['a', 'b'], limit: 1, page: 3 }))).toThrow(
      expect.objectContaining({ code: 'request.invalid', issues: [expect.objectContaining({ path: 'page' })] }),
    );
  });
});
