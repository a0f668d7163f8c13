import type { SoundKind } from '#lib/sounds/sound.ts';
import type { Database } from '#lib/storage/database.ts';

/** What the starter pack asks of the sounds that are and were there. */
export class StarterRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether no sound was ever in this library, purged ones included: SQLite keeps the highest number that it gave. */
  isUntouched(): boolean {
    return this.#database.reader.get(`select 1 from sqlite_sequence where name = 'sounds'`) === undefined;
  }

  /** How many of these ids are taken by sounds of this kind that are not deleted. */
  countOf(kind: SoundKind, ids: readonly string[]): number {
    const marks = ids.map(() => '?').join(', ');
    const row = this.#database.reader.get<{ count: number }>(
      `select count(*) as count from sounds where kind = ? and id in (${marks}) and deleted_at is null`,
      kind,
      ...ids,
    );
    return row?.count ?? 0;
  }

  /** Whether a sound of this kind has these bytes, or had them and can still be restored. */
  knows(kind: SoundKind, sha256: string): boolean {
    return (
      this.#database.reader.get('select 1 from sounds where kind = ? and sha256 = ? limit 1', kind, sha256) !==
      undefined
    );
  }
}
