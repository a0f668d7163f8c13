import type { Clock } from '#lib/base/clock.ts';
import type { Database } from '#lib/storage/database.ts';
import { settledSettings, type BookDefaults, type SettledSettings } from './book-defaults.ts';
import type { AudiobookSettings } from './audiobook.ts';
import { defaultsChanged } from './audiobooks.errors.ts';

export interface StoredDefaults {
  /** Only what somebody chose. */
  defaults: BookDefaults;
  /** 0 where nobody ever chose anything. */
  revision: number;
}

/** The defaults of this server's books; every server on a folder has the same. */
export class BookDefaultsRepository {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  find(): StoredDefaults {
    const row = this.#database.reader.get<{ defaults: string; revision: number }>(
      'select defaults, revision from book_defaults',
    );
    if (row === undefined) return { defaults: {}, revision: 0 };
    return { defaults: JSON.parse(row.defaults) as BookDefaults, revision: row.revision };
  }

  /** Settings of a book with what they leave out. */
  settle(settings: AudiobookSettings): SettledSettings {
    return settledSettings(this.find().defaults, settings);
  }

  /**
   * @param expected undefined replaces whatever is there
   * @throws AppError `book.precondition_failed` where it is of another revision
   */
  async replace(defaults: BookDefaults, expected?: number): Promise<StoredDefaults> {
    return this.#database.db.transaction().execute(async trx => {
      const current = await trx.selectFrom('book_defaults').select('revision').executeTakeFirst();
      const before = current?.revision ?? 0;
      if (expected !== undefined && before !== expected) throw defaultsChanged();
      const revision = before + 1;
      const row = { defaults: JSON.stringify(defaults), revision, updated_at: this.#clock.now().toISOString() };
      await trx
        .insertInto('book_defaults')
        .values({ id: 1, ...row })
        .onConflict(conflict => conflict.column('id').doUpdateSet(row))
        .execute();
      return { defaults, revision };
    });
  }
}
