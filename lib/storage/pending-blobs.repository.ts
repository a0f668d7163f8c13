/**
 * Makes the database and any blob store agree after a crash, without a transaction that spans both.
 *
 * A key is *pending* while its blob may exist without a row that refers to it. Adding: {@link PendingBlobs.expect}, put the blob,
 * then in one transaction insert the row and {@link PendingBlobs.settle}. Removing: in one transaction delete the row and
 * `expect`, then delete the blob and {@link PendingBlobs.finish}. Each entry names its instance; once that is dead, the sweep
 * asks whether a row refers to the key and keeps or deletes the blob accordingly.
 */
import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '#lib/base/clock.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** Keys in one statement, well under SQLite's limit of parameters. */
const BATCH = 500;

export class PendingBlobs {
  readonly #db: Kysely<Tables>;
  readonly #instanceId: string;
  readonly #clock: Clock;

  constructor(database: Database, options: { instanceId: string; clock: Clock }) {
    this.#db = database.db;
    this.#instanceId = options.instanceId;
    this.#clock = options.clock;
  }

  /** Notes that these blobs come or go. Durable when it returns, or with the transaction where one is given. */
  async expect(keys: readonly string[], trx?: Transaction<Tables>): Promise<void> {
    if (keys.length === 0) return;
    const created_at = this.#clock.now().toISOString();
    await (trx ?? this.#db)
      .insertInto('pending_blobs')
      .values(keys.map(key => ({ key, instance_id: this.#instanceId, created_at })))
      .onConflict(conflict => conflict.column('key').doUpdateSet({ instance_id: this.#instanceId, created_at }))
      .execute();
  }

  /** Part of the transaction that makes a row refer to these blobs. */
  async settle(trx: Transaction<Tables>, keys: readonly string[]): Promise<void> {
    await drop(trx, keys);
  }

  /** After these blobs were deleted from the store. */
  async finish(keys: readonly string[]): Promise<void> {
    await drop(this.#db, keys);
  }

  /** Every pending key with its instance, oldest first. */
  async list(): Promise<{ key: string; instance_id: string; created_at: string }[]> {
    return this.#db.selectFrom('pending_blobs').selectAll().orderBy('created_at').orderBy('key').execute();
  }
}

async function drop(db: Kysely<Tables>, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += BATCH) {
    await db
      .deleteFrom('pending_blobs')
      .where('key', 'in', keys.slice(start, start + BATCH))
      .execute();
  }
}
