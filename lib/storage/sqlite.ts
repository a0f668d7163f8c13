import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CompiledQuery,
  SqliteDialect,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely';
import { AppError } from '#lib/base/errors.ts';

/** Primary result codes, https://www.sqlite.org/rescode.html. `errcode` may be extended: the low byte is the primary one. */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
/** Extended: the index of the write-ahead log could not grow, which only a full disk keeps it from. */
const SQLITE_IOERR_SHMSIZE = 4874;

const CACHED_STATEMENTS = 256;
/** How long a statement blocks the thread for another process's lock; longer waits are slept through, not blocked. */
const BLOCKING_BUSY_MS = 10;
const BUSY_DEADLINE_MS = 5_000;

/** The primary SQLite result code of an error of `node:sqlite`, or undefined for any other value. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode === SQLITE_IOERR_SHMSIZE ? SQLITE_FULL : error.errcode & 0xff;
}

/** Gives the SQLite failures that people can do something about their code and sentence; others come back as they are. */
export function explainSqliteError(error: unknown, fileName: string): unknown {
  switch (resultCode(error)) {
    case SQLITE_FULL:
      return new AppError('storage.full', 'The disk is full. Free some space and try again.', { cause: error });
    case SQLITE_BUSY:
      return new AppError('storage.busy', 'The database is busy. Try again in a moment.', {
        cause: error,
        retryAfter: 1,
      });
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new AppError(
        'storage.damaged',
        `${fileName} is damaged or not a database of Talk2Me. Stop the server and restore it from a backup.`,
        { cause: error },
      );
    default:
      return error;
  }
}

/** One connection with its prepared statements, cached by SQL text (the least recently used goes first). */
export class SqliteConnection {
  readonly sqlite: DatabaseSync;
  readonly #fileName: string;
  readonly #statements = new Map<string, StatementSync>();

  /** @param fileName named in messages, so a base name and not a path. */
  constructor(path: string, fileName: string, options: { readOnly?: boolean } = {}) {
    this.#fileName = fileName;
    this.sqlite = this.#explained(
      () => new DatabaseSync(path, { readOnly: options.readOnly ?? false, timeout: BLOCKING_BUSY_MS }),
    );
  }

  /** All rows as objects, at once. Throws `storage.full`, `storage.busy`, `storage.damaged`. */
  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#explained(() => this.#prepare(sql).all(...parameters) as Row[]);
  }

  /** All rows as arrays in the order of the columns: wide rows take two thirds of the time of {@link all}. */
  values(sql: string, ...parameters: SQLInputValue[]): unknown[][] {
    return this.#explained(() => this.#prepare(sql, true).all(...parameters) as unknown as unknown[][]);
  }

  /** The first row, or undefined. */
  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#explained(() => this.#prepare(sql).get(...parameters) as Row | undefined);
  }

  run(sql: string, ...parameters: SQLInputValue[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#explained(() => this.#prepare(sql).run(...parameters));
  }

  /** Whether this SQL answers rows (also a writing statement with `returning`). */
  returnsRows(sql: string): boolean {
    return this.#explained(() => this.#prepare(sql).columns().length > 0);
  }

  /** Runs SQL that is used once, possibly several statements. */
  exec(sql: string): void {
    this.#explained(() => this.sqlite.exec(sql));
  }

  /** Runs `read` over one unchanging view of the database. `read` is synchronous, so nothing else uses this connection. */
  snapshot<T>(read: () => T): T {
    this.run('begin');
    try {
      return read();
    } finally {
      this.run('commit');
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.sqlite.isOpen) this.sqlite.close();
  }

  #prepare(sql: string, asArrays = false): StatementSync {
    const key = asArrays ? `values: ${sql}` : sql;
    let statement = this.#statements.get(key);
    if (statement === undefined) {
      statement = this.sqlite.prepare(sql);
      statement.setReturnArrays(asArrays);
      if (this.#statements.size >= CACHED_STATEMENTS) {
        for (const oldest of this.#statements.keys()) {
          this.#statements.delete(oldest);
          break;
        }
      }
    } else {
      this.#statements.delete(key);
    }
    this.#statements.set(key, statement);
    return statement;
  }

  #explained<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explainSqliteError(error, this.#fileName);
    }
  }
}

/** Kysely's view of a connection: what `better-sqlite3` would offer, said by `node:sqlite`. */
function asKyselyDatabase(connection: SqliteConnection): SqliteDatabase {
  return {
    close: () => connection.close(),
    prepare(sql: string): SqliteStatement {
      return {
        reader: connection.returnsRows(sql),
        all: parameters => connection.all(sql, ...(parameters as SQLInputValue[])),
        run: parameters => connection.run(sql, ...(parameters as SQLInputValue[])),
        iterate: parameters => connection.all(sql, ...(parameters as SQLInputValue[])).values(),
      };
    },
  };
}

/**
 * Kysely's SQLite dialect over one `node:sqlite` connection.
 *
 * A transaction takes the write lock when it begins: a deferred one that reads first and writes later can fail halfway with
 * SQLITE_BUSY, however long the timeout. Waiting for another process's lock sleeps between tries, because
 * `busy_timeout` would stop the whole event loop.
 */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    super({ database: asKyselyDatabase(connection) });
    this.#connection = connection;
  }

  override createDriver(): Driver {
    return patientDriver(super.createDriver(), this.#connection);
  }
}

function patientDriver(driver: Driver, connection: SqliteConnection): Driver {
  const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
    const deadline = performance.now() + BUSY_DEADLINE_MS;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const busy = error instanceof AppError && error.code === 'storage.busy';
        if (!busy || performance.now() > deadline) throw error;
        await delay(5 + Math.random() * 20);
      }
    }
  };
  const wrapped = new WeakMap<DatabaseConnection, DatabaseConnection>();
  const wrap = (inner: DatabaseConnection): DatabaseConnection => {
    let outer = wrapped.get(inner);
    if (outer === undefined) {
      outer = {
        executeQuery: query =>
          // Inside a transaction the lock is already held, and repeating one statement of it would not be safe.
          connection.sqlite.isTransaction
            ? attempt(() => inner.executeQuery(query))
            : patiently(() => attempt(() => inner.executeQuery(query))),
        streamQuery: (query, chunkSize) => inner.streamQuery(query, chunkSize),
      };
      wrapped.set(inner, outer);
    }
    return outer;
  };
  return {
    init: () => driver.init(),
    acquireConnection: async () => wrap(await driver.acquireConnection()),
    releaseConnection: held => driver.releaseConnection(held),
    beginTransaction: async held => {
      await held.executeQuery(CompiledQuery.raw('begin immediate'));
    },
    commitTransaction: held => driver.commitTransaction(held),
    rollbackTransaction: async held => {
      // A full disk makes SQLite roll back by itself; a second rollback would hide the error that tells why.
      if (connection.sqlite.isTransaction) await driver.rollbackTransaction(held);
    },
    destroy: () => driver.destroy(),
  };
}

/** Kysely's connection throws some errors before it returns a promise. */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  return await work();
}
