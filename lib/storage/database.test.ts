import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { DATABASE_FILE, openDatabase, type Database } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';

function testFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'talk2me-database-'));
  return {
    folder,
    file: path.join(folder, DATABASE_FILE),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

async function seeded(folder: string, pages = 0): Promise<void> {
  const database = await openDatabase(folder);
  await note(database, 'first');
  for (let n = 0; n < pages; n += 1) await note(database, `${'x'.repeat(3000)}${n}`);
  await database.close();
}

async function note(database: Database, key: string): Promise<void> {
  await database.db.insertInto('pending_blobs').values({ key, instance_id: 'i', created_at: 't' }).execute();
}

describe('opening the database', () => {
  it('makes one where there is none and finds its data the next time', async () => {
    using test = testFolder();
    await seeded(path.join(test.folder, 'new'));
    const database = await openDatabase(path.join(test.folder, 'new'));
    expect(database.reader.all('select key from pending_blobs')).toEqual([{ key: 'first' }]);
    await database.close();
    await database.close();
  });

  it('refuses a file that is no database', async () => {
    using test = testFolder();
    for (const content of ['hello', 'x'.repeat(10_000), `SQLite format 3\0${'x'.repeat(5000)}`]) {
      writeFileSync(test.file, content);
      await expect(openDatabase(test.folder)).rejects.toMatchObject({
        code: 'storage.damaged',
        message: expect.stringMatching(/talk2me\.db.*backup/) as unknown,
      });
      expect(readFileSync(test.file, 'utf8')).toBe(content);
    }
  });

  it('refuses a database of another program', async () => {
    using test = testFolder();
    const other = new DatabaseSync(test.file);
    other.exec('create table theirs (x); pragma user_version = 2');
    other.close();
    await expect(openDatabase(test.folder)).rejects.toMatchObject({ code: 'storage.damaged' });
  });

  it('refuses a database that was cut short', async () => {
    using test = testFolder();
    await seeded(test.folder, 50);
    truncateSync(test.file, 8192 * 4);
    await expect(openDatabase(test.folder)).rejects.toMatchObject({ code: 'storage.damaged' });
  });

  it('refuses a database with overwritten pages', async () => {
    using test = testFolder();
    await seeded(test.folder, 50);
    const bytes = readFileSync(test.file);
    bytes.fill(0xaa, 4096, bytes.length - 4096);
    writeFileSync(test.file, bytes);
    await expect(openDatabase(test.folder)).rejects.toMatchObject({ code: 'storage.damaged' });
  });

  it('refuses a database of a newer version and leaves it as it is', async () => {
    using test = testFolder();
    await seeded(test.folder);
    const file = new DatabaseSync(test.file);
    file.exec(`pragma user_version = ${MIGRATIONS.length + 1}`);
    file.close();
    await expect(openDatabase(test.folder)).rejects.toMatchObject({
      code: 'storage.newer',
      message: expect.stringMatching(/talk2me\.db.*Update Talk2Me/) as unknown,
    });
    expect(readdirSync(test.folder)).toEqual([DATABASE_FILE]);
  });
});

/** Lengths that are found among the sounds of a kind. */
const lengthsOf = (kind: string) =>
  `select from_seconds, sound_lengths.count from sound_lengths join labels on id = label_id
   where kind = '${kind}' and sound_lengths.count > 0`;

/** What a library of each version holds, and how to see that it is still there at the end. */
const SEEDS: Record<number, { seed: string; check: string; expected: unknown }> = {
  1: {
    seed: `insert into pending_blobs values ('from-v1', 'i', 't')`,
    check: `select key from pending_blobs where key = 'from-v1'`,
    expected: [{ key: 'from-v1' }],
  },
  2: {
    seed: `insert into sounds (kind, search_text, search_starts, name_key, id, name, category, tags, content_type, codec, size,
        sha256, length, sample_rate, channels, original_filename, uploaded_at, updated_at, revision, blob_key)
      values ('effects', 'from v2', ' 66 ', 'from v2', 'from-v2', 'From v2', 'Old', '["kept"]', 'audio/wav', 'pcm', 10,
        'hash', 1, 44100, 2, 'v2.wav', 't', 't', 1, 'blob-v2')`,
    check: `select id, (select count from labels where name = 'kept') as tagged,
      (select count(*) from sound_text_effects where sound_text_effects match '"rom v2"') as found from sounds where id = 'from-v2'`,
    expected: [{ id: 'from-v2', tagged: 1, found: 1 }],
  },
  // The sound of version 2 is a second long.
  3: {
    seed: 'select 1',
    check: lengthsOf('effects'),
    expected: [{ from_seconds: 1, count: 1 }],
  },
  4: {
    seed: `insert into sounds (kind, search_text, search_starts, name_key, id, name, tags, content_type, codec, size, sha256,
        length, sample_rate, channels, original_filename, uploaded_at, updated_at, revision, blob_key)
      values ('background', 'from v4', ' 66 ', 'from v4', 'from-v4', 'From v4', '[]', 'audio/wav', 'pcm', 10, 'hash', 75,
        44100, 2, 'v4.wav', 't', 't', 1, 'blob-v4')`,
    check: lengthsOf('background'),
    expected: [{ from_seconds: 60, count: 1 }],
  },
  5: {
    seed: `insert into renders values
        (1, 'r', 'b', 'Title', 'Text.', '{}', '{}', '{}', 'running', 'speak', 2, null, null, '[]', '[]', '[]', null, 'i', 't', 't', null, 3),
        (2, 'r2', 'b', 'Other', 'Much.', '{"a":"b"}', '{"c":1}', '{}', 'completed', 'mix', 3, 1.5, null, '[]', '[]', '[]',
          '{"length":1.5}', null, 't', 't', 't', 9);
      insert into render_units values (1, 0, 'reused'), (2, 0, 'reused'), (2, 1, 'synthesised'), (2, 2, 'synthesised')`,
    check: `select id, title, revision, script, "cast", settings, units_reused, units_synthesised, timeline_pieces,
        (select group_concat(text) from render_timelines as timeline where timeline.render_seq = seq) as timeline
      from renders join render_books on render_seq = seq where audiobook_id = 'b' order by seq`,
    expected: [
      {
        id: 'r',
        title: 'Title',
        revision: 3,
        script: 'Text.',
        cast: '{}',
        settings: '{}',
        units_reused: 1,
        units_synthesised: 0,
        timeline_pieces: null,
        timeline: null,
      },
      {
        id: 'r2',
        title: 'Other',
        revision: 9,
        script: 'Much.',
        cast: '{"a":"b"}',
        settings: '{"c":1}',
        units_reused: 1,
        units_synthesised: 2,
        timeline_pieces: 1,
        timeline: '{"length":1.5}',
      },
    ],
  },
  6: {
    seed: `insert into renders (id, audiobook_id, title, wish, status, units_total, failures, warnings, outputs, created_at, revision, claim)
        values ('r6', 'b6', 'New', '{}', 'running', 1, '[]', '[]', '[]', 't', 1, 'c');
      insert into render_books select seq, 'Words.', '{}', '{}' from renders where id = 'r6';
      insert into render_timelines select seq, 0, '{}' from renders where id = 'r6'`,
    check: `select claim, script, text from renders join render_books on render_books.render_seq = seq
      join render_timelines on render_timelines.render_seq = seq where id = 'r6'`,
    expected: [{ claim: 'c', script: 'Words.', text: '{}' }],
  },
  7: {
    seed: `insert into speech_facts values ('k', 'hash', 10, 20, 24000, null, '[]')`,
    check: 'select key, hash, to_frame from speech_facts',
    expected: [{ key: 'k', hash: 'hash', to_frame: 20 }],
  },
  8: {
    seed: `insert into book_defaults values (1, '{"limiter_dbfs":-3}', 1, 't')`,
    check: 'select defaults, revision from book_defaults',
    expected: [{ defaults: '{"limiter_dbfs":-3}', revision: 1 }],
  },
};

describe('migrating', () => {
  it('numbers migrations without gaps, and every one is tested with data', () => {
    expect(MIGRATIONS.map(migration => migration.version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
    expect(Object.keys(SEEDS).map(Number)).toEqual(MIGRATIONS.map(migration => migration.version));
  });

  it.each(MIGRATIONS.map(migration => migration.version))(
    'brings a library of version %i up to date with its data',
    async from => {
      using test = testFolder();
      for (let version = 1; version <= from; version += 1) {
        const database = await openDatabase(test.folder, { migrations: MIGRATIONS.slice(0, version) });
        for (const statement of (SEEDS[version]?.seed ?? '').split(';\n'))
          await sql.raw(statement).execute(database.db);
        await database.close();
      }
      const database = await openDatabase(test.folder);
      for (let version = 1; version <= from; version += 1) {
        expect(database.reader.all(SEEDS[version]?.check ?? '')).toEqual(SEEDS[version]?.expected);
      }
      expect(database.reader.all('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      await database.close();
      const copies = readdirSync(test.folder).filter(name => name.endsWith('.backup'));
      expect(copies.includes(`${DATABASE_FILE}.v${from}.backup`)).toBe(from < MIGRATIONS.length);
    },
  );

  it('keeps the version it had when a migration fails', async () => {
    using test = testFolder();
    await seeded(test.folder);
    const broken = {
      version: MIGRATIONS.length + 1,
      name: 'broken',
      sql: 'create table half (x); insert into nowhere values (1)',
    };
    await expect(openDatabase(test.folder, { migrations: [...MIGRATIONS, broken] })).rejects.toThrow('nowhere');
    const database = await openDatabase(test.folder);
    expect(database.reader.all(`select name from sqlite_schema where name = 'half'`)).toEqual([]);
    await database.close();
  });
});

describe('transactions', () => {
  it('are undone when they fail, and the next one is not hindered', async () => {
    using test = testFolder();
    const database = await openDatabase(test.folder);
    const failing = database.db.transaction().execute(async trx => {
      await trx.insertInto('pending_blobs').values({ key: 'a', instance_id: 'i', created_at: 't' }).execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await note(database, 'b');
    expect(database.reader.all('select key from pending_blobs')).toEqual([{ key: 'b' }]);
    await database.close();
  });

  it('name a full disk', async () => {
    using test = testFolder();
    const database = await openDatabase(test.folder);
    const { page_count } = (await sql<{ page_count: number }>`pragma page_count`.execute(database.db)).rows[0] ?? {
      page_count: 0,
    };
    // SQLite's own limit fails with the same code as the disk's.
    await sql.raw(`pragma max_page_count = ${page_count + 2}`).execute(database.db);
    const work = (async () => {
      for (let n = 0; n < 50; n += 1) await note(database, `${'x'.repeat(3000)}${n}`);
    })();
    await expect(work).rejects.toMatchObject({ code: 'storage.full' });
    await database.close();
  });

  it('wait for another connection’s lock without blocking the thread', async () => {
    using test = testFolder();
    const database = await openDatabase(test.folder);
    const other = new DatabaseSync(test.file);
    other.exec('begin immediate');
    const waiting = note(database, 'patient');
    await new Promise(resolve => setImmediate(resolve));
    other.exec('commit');
    await waiting;
    expect(database.reader.all('select key from pending_blobs')).toEqual([{ key: 'patient' }]);
    other.close();
    await database.close();
  });

  it('show readers only what is committed, in one unchanging view', async () => {
    using test = testFolder();
    const database = await openDatabase(test.folder);
    const count = () => database.reader.get<{ n: number }>('select count(*) as n from pending_blobs')?.n;
    await database.db.transaction().execute(async trx => {
      await trx.insertInto('pending_blobs').values({ key: 'a', instance_id: 'i', created_at: 't' }).execute();
      expect(count()).toBe(0);
    });
    expect(count()).toBe(1);
    expect(() => database.reader.run('delete from pending_blobs')).toThrow('readonly');
    await database.close();
  });
});
