/** Books in the database. Every method is atomic. */
import type { Clock } from '#lib/base/clock.ts';
import { randomId } from '#lib/base/ids.ts';
import type { Database } from '#lib/storage/database.ts';
import type { AudiobooksTable } from '#lib/storage/tables.ts';
import type { AudiobookDraft, AudiobookPatch, AudiobookSettings, AudiobookSummary, Cast } from './audiobook.ts';
import { bookChanged, bookNotFound } from './audiobooks.errors.ts';

export interface StoredBook {
  id: string;
  title: string;
  author: string | null;
  script: string;
  cast: Cast;
  settings: AudiobookSettings;
  created_at: string;
  updated_at: string;
  revision: number;
}

/** Where a page of the list ends. */
export interface BookPlace {
  updated_at: string;
  id: string;
}

const COLUMNS = 'id, title, author, script, "cast", settings, created_at, updated_at, deleted_at, revision';

export class AudiobooksRepository {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, { clock }: { clock: Clock }) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The one changed last first. @param after the last one of the page before */
  list(limit: number, after?: BookPlace): AudiobookSummary[] {
    const { updated_at, id } = after ?? { updated_at: '9999', id: 'g' };
    return this.#database.reader
      .all<AudiobookSummary>(
        `select id, title, author, created_at, updated_at, length(script) as characters from audiobooks
       where deleted_at is null and (updated_at, id) < (?, ?) order by updated_at desc, id desc limit ?`,
        updated_at,
        id,
        limit,
      )
      .map(row => ({ ...row }));
  }

  count(): number {
    return this.#database.reader.get<{ count: number }>(
      'select count(*) as count from audiobooks where deleted_at is null',
    )!.count;
  }

  find(id: string): StoredBook | undefined {
    const row = this.#database.reader.get<AudiobooksTable>(
      `select ${COLUMNS} from audiobooks where id = ? and deleted_at is null`,
      id,
    );
    return row === undefined ? undefined : fromRow(row);
  }

  async insert(draft: AudiobookDraft): Promise<StoredBook> {
    const row = this.#newRow(randomId(), draft);
    await this.#database.db.insertInto('audiobooks').values(row).execute();
    return fromRow(row);
  }

  /** A book that is made once: nothing happens where one of this id is there, or was and can still be restored. */
  async insertOnce(id: string, draft: AudiobookDraft): Promise<void> {
    await this.#database.db
      .insertInto('audiobooks')
      .values(this.#newRow(id, draft))
      .onConflict(conflict => conflict.column('id').doNothing())
      .execute();
  }

  /**
   * @param expected undefined changes whatever is there
   * @throws AppError `book.not_found`, `book.precondition_failed`
   */
  async update(id: string, patch: AudiobookPatch, expected?: number): Promise<StoredBook> {
    const updated_at = this.#clock.now().toISOString();
    return this.#change(id, false, expected, { ...columnsOf(patch), updated_at });
  }

  /** @throws AppError `book.not_found`, `book.precondition_failed` */
  async remove(id: string, expected?: number): Promise<void> {
    await this.#change(id, false, expected, { deleted_at: this.#clock.now().toISOString() });
  }

  /** @throws AppError `book.not_found` where none of this id was deleted */
  async restore(id: string): Promise<StoredBook> {
    return this.#change(id, true, undefined, { deleted_at: null });
  }

  /** Forgets for ever what was deleted before this time. @returns how many books */
  async purge(before: string): Promise<number> {
    const { numDeletedRows } = await this.#database.db
      .deleteFrom('audiobooks')
      .where('deleted_at', '<', before)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  #newRow(id: string, { title, author, script, cast, settings }: AudiobookDraft): AudiobooksTable {
    const now = this.#clock.now().toISOString();
    return {
      id,
      title,
      author,
      script,
      cast: JSON.stringify(cast),
      settings: JSON.stringify(settings),
      created_at: now,
      updated_at: now,
      deleted_at: null,
      revision: 1,
    };
  }

  async #change(
    id: string,
    isDeleted: boolean,
    expected: number | undefined,
    changes: Partial<AudiobooksTable>,
  ): Promise<StoredBook> {
    return this.#database.db.transaction().execute(async trx => {
      const current = await trx.selectFrom('audiobooks').selectAll().where('id', '=', id).executeTakeFirst();
      if (current === undefined || (current.deleted_at !== null) !== isDeleted) throw bookNotFound(id);
      if (expected !== undefined && current.revision !== expected) throw bookChanged();
      const next = { ...current, ...changes, revision: current.revision + 1 };
      await trx
        .updateTable('audiobooks')
        .set({ ...changes, revision: next.revision })
        .where('id', '=', id)
        .execute();
      return fromRow(next);
    });
  }
}

function columnsOf({ title, author, script, cast, settings }: AudiobookPatch): Partial<AudiobooksTable> {
  return {
    ...(title === undefined ? {} : { title }),
    ...(author === undefined ? {} : { author }),
    ...(script === undefined ? {} : { script }),
    ...(cast === undefined ? {} : { cast: JSON.stringify(cast) }),
    ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
  };
}

function fromRow({ deleted_at: _, cast, settings, ...row }: AudiobooksTable): StoredBook {
  return { ...row, cast: JSON.parse(cast) as Cast, settings: JSON.parse(settings) as AudiobookSettings };
}
