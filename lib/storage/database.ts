import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { Kysely } from 'kysely';
import { AppError } from '#lib/base/errors.ts';
import { migrate } from './migrate.ts';
import { NodeSqliteDialect, SqliteConnection } from './sqlite.ts';
import type { Tables } from './tables.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';

export const DATABASE_FILE = 'talk2me.db';

/** `T2Me`; tells our files from any other program's (SQLite's `application_id`). */
const APPLICATION_ID = 0x54324d65;
/** `quick_check` reads the whole file, seconds at a million sounds; up to this size it takes under 50 ms at every start. */
const QUICK_CHECK_BYTES = 16 * 1024 * 1024;
const HEADER_BYTES = 100;

export interface Database {
  /** Writes, and reads inside them: one connection whose transactions wait for each other. */
  readonly db: Kysely<Tables>;
  /** Reads what is committed, synchronously and without waiting for writers. */
  readonly reader: SqliteConnection;
  readonly path: string;
  /** Asks both connections for a row, the writing one behind the running write; rejects where one cannot answer. */
  ping(): Promise<void>;
  /** The other side of {@link openDatabase}; waits for the running write. Calling it twice does nothing. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** For tests of old versions. */
  migrations?: readonly Migration[];
  /** Durability is worth nothing for a database that can be made again, as benchmarks do. Default true. */
  durable?: boolean;
}

/**
 * Opens `<folder>/talk2me.db`, makes it where there is none and brings an older one up to date (a copy of it stays beside it
 * as `talk2me.db.v<version>.backup`).
 *
 * @throws AppError `storage.damaged` (not a database, cut short, unreadable), `storage.newer` (made by a later Talk2Me),
 *   `storage.full`, `storage.busy`.
 */
export async function openDatabase(folder: string, options: DatabaseOptions = {}): Promise<Database> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, DATABASE_FILE);
  const size = refuseDamagedHeader(file);
  const writer = new SqliteConnection(file, DATABASE_FILE);
  let reader: SqliteConnection | undefined;
  try {
    refuseForeign(writer, size);
    tune(writer, options.durable ?? true);
    await migrate(writer, file, options.migrations ?? MIGRATIONS, APPLICATION_ID);
    reader = new SqliteConnection(file, DATABASE_FILE, { readOnly: true });
    tune(reader, true);
  } catch (error) {
    reader?.close();
    writer.close();
    throw error;
  }
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(writer) });
  const read = reader;
  let closing: Promise<void> | undefined;
  return {
    db,
    reader: read,
    path: file,
    async ping() {
      read.get('select count from sound_totals limit 1');
      await db.selectFrom('sound_totals').select('count').limit(1).execute();
    },
    close: () =>
      (closing ??= (async () => {
        // First the reader: the last connection to close folds the write-ahead log into the file, and it cannot write.
        read.close();
        await db.connection().execute(() => Promise.resolve());
        await db.destroy();
        writer.close();
      })()),
  };
}

function tune(connection: SqliteConnection, durable: boolean): void {
  // FULL: with WAL, NORMAL may lose the last commits when the power fails, and a 201 has been sent for them.
  connection.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${durable ? 'FULL' : 'OFF'};
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cache_size = -32768;
    PRAGMA mmap_size = ${4 * 1024 ** 3};
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = ${64 * 1024 * 1024};
  `);
}

/**
 * Finds what can be found without reading the file: a foreign header, and a file cut short.
 *
 * @returns the size in bytes; 0 for a file that is not there or empty (SQLite makes a new database of that).
 */
function refuseDamagedHeader(file: string): number {
  if (!existsSync(file)) return 0;
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) return 0;
    const header = Buffer.alloc(HEADER_BYTES);
    const read = readSync(descriptor, header, 0, HEADER_BYTES, 0);
    // https://www.sqlite.org/fileformat2.html#the_database_header
    if (read < HEADER_BYTES || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw damaged();
    const pageSize = header.readUInt16BE(16) === 1 ? 65536 : header.readUInt16BE(16);
    const pages = header.readUInt32BE(28);
    const countIsValid = header.readUInt32BE(24) === header.readUInt32BE(92);
    // Missing pages may still be in the write-ahead log of a process that was killed.
    if (countIsValid && size < pages * pageSize && !existsSync(`${file}-wal`)) throw damaged();
    return size;
  } finally {
    closeSync(descriptor);
  }
}

function refuseForeign(connection: SqliteConnection, size: number): void {
  // Reads the schema: a damaged first page or a broken definition shows here.
  const schema = connection.get<{ entries: number }>('select count(*) as entries from sqlite_schema');
  const id = connection.get<{ application_id: number }>('pragma application_id');
  if ((schema?.entries ?? 0) > 0 && id?.application_id !== APPLICATION_ID) throw damaged();
  if (size > 0 && size <= QUICK_CHECK_BYTES) {
    const check = connection.get<{ quick_check: string }>('pragma quick_check(1)');
    if (check?.quick_check !== 'ok') throw damaged();
  }
}

function damaged(): AppError {
  return new AppError(
    'storage.damaged',
    `${DATABASE_FILE} is damaged or not a database of Talk2Me. Stop the server and restore it from a backup.`,
  );
}
