/**
 * Fills a data folder with made-up sounds: words, categories and tags as lopsided as in real libraries (Zipf), most sounds
 * in one kind, and at the far end of every order some that adversarial queries look for.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DATABASE_FILE, openDatabase } from '#lib/storage/database.ts';
import { SqliteConnection } from '#lib/storage/sqlite.ts';
import { countLengths } from '#lib/storage/migrations/0004-sound-lengths.ts';
import { soundSearch } from '#lib/storage/migrations/0003-sound-search.ts';
import { SOUND_KINDS, type SoundKind } from '#lib/sounds/sound.ts';
import { derivedColumns } from '#lib/sounds/sounds.repository.ts';
import { randomNumbers } from '#lib/base/random.ts';

const WORDS = (
  'rain thunder wind door knock forest river ocean city traffic crowd whisper footsteps glass metal wood fire campfire ' +
  'birds dog cat horse bell clock engine train plane helicopter siren alarm phone keyboard paper cloth water drip splash ' +
  'stream storm night morning market cafe restaurant office factory machine drill hammer saw sword armor arrow magic spell ' +
  'explosion gunshot laser robot space drone ambience room tone hall cave desert jungle snow ice mountain valley village ' +
  'castle church organ piano strings choir drums guitar flute horn trumpet violin cello bass synth pad loop whoosh impact ' +
  'riser hit click pop beep buzz hum rumble creak squeak slam open close heavy light slow fast distant close soft loud ' +
  'interior exterior summer winter spring autumn old broken wet dry small large wooden gravel grass leaves sand mud'
).split(' ');
const CATEGORIES = 40;
const TAGS = 2_000;
/** One in this many sounds is in the smaller kind. */
const BACKGROUND_EVERY = 20;
const STAMP = '2026-01-01T00:00:00.000Z';

/** Index 0…n-1, the first the most common: about as 1/(index+1). */
function zipf(random: () => number, n: number): number {
  return Math.min(n - 1, Math.floor((n + 1) ** random()) - 1);
}

export interface SeedSummary {
  folder: string;
  count: number;
  seconds: number;
  reused: boolean;
}

/**
 * Seeds `count` sounds into an empty data folder; a folder seeded before with the same count is taken as it is.
 *
 * Beside the random ones there are, for adversarial queries: tags `even` and `odd` (half of all each, never together), tag `last`
 * (100,000 sounds named `zz…`), the words `alpha` and `omega` (half each, never together), category `Rare Room` (3,000), and
 * the oldest 10,000 sounds alone longer than an hour.
 */
export async function seedLibrary(folder: string, count: number): Promise<SeedSummary> {
  const mark = path.join(folder, 'seeded.json');
  if (existsSync(mark)) {
    const seeded = JSON.parse(readFileSync(mark, 'utf8')) as SeedSummary;
    if (seeded.count !== count)
      throw new Error(`${folder} holds ${seeded.count} sounds, not ${count}; give another folder`);
    return { ...seeded, folder, reused: true };
  }
  mkdirSync(folder, { recursive: true });
  const began = performance.now();
  const database = await openDatabase(folder, { durable: false });
  const { sqlite } = new SqliteConnection(database.path, DATABASE_FILE);
  sqlite.exec('pragma synchronous = off; pragma cache_size = -1048576; pragma wal_autocheckpoint = 20000');
  // Triggers and indexes row by row take three times as long as building each once from sorted rows.
  const later = sqlite
    .prepare(
      `select type, name, sql from sqlite_schema where sql is not null and (type = 'trigger' or
       (type = 'index' and tbl_name in ('sounds', 'sound_labels')))`,
    )
    .all() as { type: string; name: string; sql: string }[];
  for (const { type, name } of later) sqlite.exec(`drop ${type} ${name}`);
  const random = randomNumbers(1);
  const columns = [
    'kind', 'search_text', 'search_starts', 'name_key', 'id', 'name', 'category', 'tags', 'volume', 'fade_in', 'fade_out',
    'content_type', 'codec', 'size', 'sha256', 'length', 'sample_rate', 'channels', 'bit_depth', 'peak_dbfs', 'loudness_lufs',
    'original_filename', 'uploaded_at', 'updated_at', 'revision', 'blob_key',
  ]; // prettier-ignore
  const insert = sqlite.prepare(
    `insert into sounds (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  );
  for (let start = 0; start < count; start += 20_000) {
    sqlite.exec('begin immediate');
    for (let n = start; n < Math.min(count, start + 20_000); n += 1) insert.run(...seededRow(n, count, random));
    sqlite.exec('commit');
  }
  sqlite.exec(`
    begin immediate;
    insert into labels (kind, type, name, count)
      select kind, 'category', category, 0 from sounds where category is not null group by 1, 3
      union all
      select kind, 'tag', value, 0 from sounds, json_each(tags) group by 1, 3;
    insert into sound_labels (label_id, seq, name_key, length)
      select l.id, s.seq, s.name_key, s.length from (
        select seq, 'kind' as type, kind as label from sounds
        union all select seq, 'category', category from sounds where category is not null
        union all select seq, 'tag', value from sounds, json_each(tags)) as used
      cross join sounds as s on s.seq = used.seq
      cross join labels as l on l.kind = s.kind and l.type = used.type and l.name = used.label
      order by 1, 2;
    update labels set count = (select count(*) from sound_labels where label_id = id);
    update sound_totals set (count, bytes) = (select count(*), sum(size) from sounds where sounds.kind = sound_totals.kind);
    commit`);
  const loaders = new Map(
    [...soundSearch.sql.matchAll(/INSERT INTO (sound_\w+) \([^)]*\)\s+SELECT[^;]*/g)].map(([sql, table]) => [
      table,
      sql,
    ]),
  );
  for (const kind of SOUND_KINDS) {
    sqlite.exec(`
      insert into sound_text_${kind} (sound_text_${kind}, rank) values ('hashsize', 67108864);
      ${loaders.get(`sound_text_${kind}`)};
      ${loaders.get(`sound_starts_${kind}`)};
      insert into sound_text_${kind} (sound_text_${kind}) values ('optimize');
      insert into sound_starts_${kind} (sound_starts_${kind}) values ('optimize');
      insert into sound_text_${kind} (sound_text_${kind}, rank) values ('hashsize', 1048576)`);
  }
  for (const { sql } of later) sqlite.exec(sql);
  sqlite.exec(countLengths);
  sqlite.close();
  await database.close();
  const summary = { folder, count, seconds: (performance.now() - began) / 1000, reused: false };
  writeFileSync(mark, JSON.stringify(summary));
  return summary;
}

function seededRow(n: number, count: number, random: () => number): (string | number | null)[] {
  const kind: SoundKind = n % BACKGROUND_EVERY === 7 ? 'background' : 'effects';
  const word = () => WORDS[zipf(random, WORDS.length)] ?? 'rain';
  const last = n % 10 === 3;
  const words = `${word()} ${word()} ${n % 2 === 0 ? 'alpha' : 'omega'} ${1 + (n % 997)}`;
  const name = (last ? 'zz ' : '') + (words[0] ?? '').toUpperCase() + words.slice(1);
  const id = `${words.replaceAll(' ', '-')}-${n.toString(36)}`;
  const category = n % 333 === 5 ? 'Rare Room' : `Category ${zipf(random, CATEGORIES) + 1}`;
  const tags = new Set([n % 2 === 0 ? 'even' : 'odd']);
  if (last) tags.add('last');
  for (let more = Math.floor(random() * 4); more > 0; more -= 1) tags.add(`${word()} ${zipf(random, TAGS)}`);
  const length = n < Math.min(10_000, count / 100) ? 3601 + n / 10 : Math.round(random() ** 3 * 3_000_000) / 1000;
  const settings = { name, category, tags: [...tags] };
  const derived = derivedColumns(id, settings);
  const hash = n.toString(16).padStart(64, '0');
  return [
    kind, derived.search_text, derived.search_starts, derived.name_key, id, name, category, JSON.stringify(settings.tags),
    0.8, 0.1, 0.2, 'audio/wav', 'pcm_s16le', Math.ceil(length * 176_400), hash, length, 44_100, 2, 16, -1.2, -18.5,
    `${words}.wav`, STAMP, STAMP, 1, hash.slice(32),
  ]; // prettier-ignore
}
