/**
 * Renders in the database. Every method is atomic but for one that says so. Whoever takes a render has a claim to it, without which
 * nobody writes what became of the work. It is over when somebody asks for something else, or takes the render up again.
 */
import { setImmediate } from 'node:timers/promises';
import type { Transaction, Updateable } from 'kysely';
import { bookNotFound } from '#lib/audiobooks/audiobooks.errors.ts';
import type { AudiobookSettings, Cast } from '#lib/audiobooks/audiobook.ts';
import type { Clock } from '#lib/base/clock.ts';
import { randomId } from '#lib/base/ids.ts';
import type { Database } from '#lib/storage/database.ts';
import type { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import type { RendersTable, Tables } from '#lib/storage/tables.ts';
import type { RenderStatus, RenderWish } from './render.ts';
import { isOver } from './render.ts';
import { renderNotFound, wrongState } from './renders.errors.ts';
import {
  COLUMNS,
  fromRow,
  type ClaimedRender,
  type RenderChange,
  type RenderedBook,
  type Row,
  type StoredOutput,
  type StoredRender,
  type UnitSource,
} from './stored-render.ts';

export type * from './stored-render.ts';

export interface RenderFilter {
  audiobook_id?: string | undefined;
  status?: RenderStatus | undefined;
}

const SELECTED = COLUMNS.join(', ');
/** Works on a render that waits or is over. */
const NOBODY = { instance_id: null, claim: null };
const WAITING = ['queued', 'running', 'paused'];

/** Which of its timelines a render has. */
interface TimelineFacts {
  seq: number;
  started_at: string | null;
  pieces: number;
}

export class RendersRepository {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #pending: PendingBlobs;
  readonly #instanceId: string;

  constructor(database: Database, options: { clock: Clock; pending: PendingBlobs; instanceId: string }) {
    this.#database = database;
    this.#clock = options.clock;
    this.#pending = options.pending;
    this.#instanceId = options.instanceId;
  }

  /** The newest first. @param before only older ones than this */
  list({ audiobook_id, status }: RenderFilter, limit: number, before = Number.MAX_SAFE_INTEGER): StoredRender[] {
    return this.#database.reader
      .all<Row>(
        `select ${SELECTED} from renders
         where (?1 is null or audiobook_id = ?1) and (?2 is null or status = ?2) and seq < ?3 order by seq desc limit ?4`,
        audiobook_id ?? null,
        status ?? null,
        before,
        limit,
      )
      .map(fromRow);
  }

  count({ audiobook_id, status }: RenderFilter): number {
    return this.#database.reader.get<{ count: number }>(
      'select count(*) as count from renders where (?1 is null or audiobook_id = ?1) and (?2 is null or status = ?2)',
      audiobook_id ?? null,
      status ?? null,
    )!.count;
  }

  /** How many there are of each status; those that there are none of are left out. */
  counts(): Partial<Record<RenderStatus, number>> {
    const rows = this.#database.reader.all<{ status: RenderStatus; count: number }>(
      'select status, count(*) as count from renders group by status',
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  find(id: string): StoredRender | undefined {
    const row = this.#database.reader.get<Row>(`select ${SELECTED} from renders where id = ?`, id);
    return row === undefined ? undefined : fromRow(row);
  }

  /** What the render is of. @throws AppError `render.not_found` */
  book(id: string): RenderedBook {
    const row = this.#database.reader.get<{ title: string; script: string; cast: string; settings: string }>(
      'select title, script, "cast", settings from renders join render_books on render_seq = seq where id = ?',
      id,
    );
    if (row === undefined) throw renderNotFound(id);
    return {
      title: row.title,
      script: row.script,
      cast: JSON.parse(row.cast) as Cast,
      settings: JSON.parse(row.settings) as AudiobookSettings,
    };
  }

  /**
   * When everything in it is heard: JSON of a `BookTimeline`, UTF-8, of which each piece is read when it is asked for. Undefined before all of
   * it is known. Reading throws where it is made anew meanwhile, or removed.
   */
  timeline(id: string): AsyncIterable<Uint8Array> | undefined {
    const known = this.#database.reader.get<TimelineFacts>(
      'select seq, started_at, timeline_pieces as pieces from renders where id = ? and timeline_pieces is not null',
      id,
    );
    return known && this.#pieces(known);
  }

  async *#pieces({ seq, started_at, pieces }: TimelineFacts): AsyncGenerator<Uint8Array, void, void> {
    for (let piece = 0; piece < pieces; piece += 1) {
      const row = this.#database.reader.get<{ bytes: Uint8Array }>(
        `select cast(text as blob) as bytes from renders join render_timelines on render_seq = seq
         where seq = ? and started_at is ? and timeline_pieces = ? and piece = ?`,
        seq,
        started_at,
        pieces,
        piece,
      );
      if (row === undefined) throw new Error('A timeline changed while it was read.');
      yield row.bytes;
    }
  }

  /**
   * Puts a render at the end of the queue.
   *
   * @throws AppError `book.not_found` where the book was deleted meanwhile
   */
  async insert(audiobook_id: string, book: RenderedBook, wish: RenderWish, units_total: number): Promise<StoredRender> {
    const row = {
      id: randomId(),
      audiobook_id,
      title: book.title,
      wish: JSON.stringify(wish),
      status: 'queued',
      units_total,
      units_reused: 0,
      units_synthesised: 0,
      failures: '[]',
      warnings: '[]',
      outputs: '[]',
      created_at: this.#clock.now().toISOString(),
      revision: 1,
    };
    const { script, cast, settings } = book;
    return this.#database.db.transaction().execute(async trx => {
      const there = await trx
        .selectFrom('audiobooks')
        .select('id')
        .where('id', '=', audiobook_id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      if (there === undefined) throw bookNotFound(audiobook_id);
      const render = await trx.insertInto('renders').values(row).returning(COLUMNS).executeTakeFirstOrThrow();
      await trx
        .insertInto('render_books')
        .values({
          render_seq: render.seq,
          script,
          cast: JSON.stringify(cast),
          settings: JSON.stringify(settings),
        })
        .execute();
      return fromRow(render);
    });
  }

  /**
   * Takes the render that has waited longest. Undefined where none waits.
   *
   * @param claim a new one
   */
  async takeNext(claim: string): Promise<StoredRender | undefined> {
    return this.#database.db.transaction().execute(async trx => {
      const next = await trx
        .selectFrom('renders')
        .select('seq')
        .where('status', '=', 'queued')
        .orderBy('seq')
        .limit(1)
        .executeTakeFirst();
      if (next === undefined) return undefined;
      const started_at = this.#clock.now().toISOString();
      return this.#write(
        trx,
        next.seq,
        { status: 'running', error: null, failures: [], warnings: [] },
        { claim, instance_id: this.#instanceId, started_at, finished_at: null },
      );
    });
  }

  /**
   * Gives back to the queue what nobody works on: what dead instances had, and what this one could not note the end of.
   *
   * @param isHeld whether this instance works under that claim
   * @returns how many
   */
  async requeueOrphans(isAlive: (instanceId: string) => boolean, isHeld: (claim: string) => boolean): Promise<number> {
    const running = this.#database.reader.all<Pick<StoredRender, 'seq' | 'instance_id' | 'claim'>>(
      `select seq, instance_id, claim from renders where status = 'running'`,
    );
    let given = 0;
    for (const { seq, instance_id, claim } of running) {
      const isOwn = instance_id === this.#instanceId;
      if (isOwn ? claim !== null && isHeld(claim) : instance_id !== null && isAlive(instance_id)) continue;
      await this.#database.db.transaction().execute(async trx => {
        const current = await trx
          .selectFrom('renders')
          .select(['status', 'instance_id', 'claim'])
          .where('seq', '=', seq)
          .executeTakeFirst();
        if (current?.status !== 'running' || current.instance_id !== instance_id || current.claim !== claim) return;
        await this.#write(trx, seq, { status: 'queued' }, NOBODY);
        given += 1;
      });
    }
    return given;
  }

  /**
   * A change by the one who works on it. With `units` those are finished: what was measured of them is durable when this returns.
   *
   * @returns the render as it is now; undefined where the claim is over: it was cancelled, paused, removed, or taken up again
   */
  async work(
    render: ClaimedRender,
    change: RenderChange,
    units: readonly { unit: number; source: UnitSource }[] = [],
  ): Promise<StoredRender | undefined> {
    return this.#claimed(render, async (trx, seq) => {
      const counted = await this.#finish(trx, seq, units);
      if (change.outputs !== undefined)
        await this.#pending.settle(
          trx,
          change.outputs.map(({ blob_key }) => blob_key),
        );
      const isLeft = change.status !== undefined && change.status !== 'running';
      return this.#write(trx, seq, change, isLeft ? NOBODY : {}, counted);
    });
  }

  /**
   * Keeps when everything is heard. Each piece is written by itself, so that a long book holds nobody up; it is there once all of them are.
   *
   * @param pieces JSON of a `BookTimeline`, in pieces
   * @returns whether the claim still holds
   */
  async keepTimeline(render: ClaimedRender, pieces: Iterable<string>): Promise<boolean> {
    const begun = await this.#claimed(render, async (trx, seq) => {
      await trx.deleteFrom('render_timelines').where('render_seq', '=', seq).execute();
      await trx.updateTable('renders').set({ timeline_pieces: null }).where('seq', '=', seq).execute();
      return true;
    });
    if (begun === undefined) return false;
    let piece = 0;
    for (const text of pieces) {
      await setImmediate();
      const row = { piece: piece++, text };
      const kept = await this.#claimed(render, async (trx, render_seq) =>
        trx
          .insertInto('render_timelines')
          .values({ ...row, render_seq })
          .execute(),
      );
      if (kept === undefined) return false;
    }
    const ended = await this.#claimed(render, async (trx, seq) =>
      trx.updateTable('renders').set({ timeline_pieces: piece }).where('seq', '=', seq).execute(),
    );
    return ended !== undefined;
  }

  /**
   * A change by somebody who asks for it, whoever works on it.
   *
   * @param from the statuses in which it is possible; in all others it is `render.wrong_state`
   * @param wanted for the message: `paused`
   * @throws AppError `render.not_found`, `render.wrong_state`
   */
  async ask(id: string, from: readonly RenderStatus[], change: RenderChange, wanted: string): Promise<StoredRender> {
    return this.#database.db.transaction().execute(async trx => {
      const current = await trx.selectFrom('renders').select(['seq', 'status']).where('id', '=', id).executeTakeFirst();
      if (current === undefined) throw renderNotFound(id);
      if (!from.includes(current.status as RenderStatus)) throw wrongState(current.status, wanted);
      return this.#write(trx, current.seq, change, NOBODY);
    });
  }

  /**
   * Forgets a render. Its files become pending in the same transaction: delete them, then `PendingBlobs.finish` them.
   *
   * @returns the keys of its files
   * @throws AppError `render.not_found`, `render.wrong_state` where it is not over
   */
  async remove(id: string): Promise<string[]> {
    return this.#database.db.transaction().execute(async trx => {
      const current = await trx
        .selectFrom('renders')
        .select(['seq', 'status', 'outputs'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (current === undefined) throw renderNotFound(id);
      if (WAITING.includes(current.status)) throw wrongState(current.status, 'removed');
      const keys = (JSON.parse(current.outputs) as StoredOutput[]).map(({ blob_key }) => blob_key);
      await trx.deleteFrom('renders').where('seq', '=', current.seq).execute();
      await this.#pending.expect(keys, trx);
      return keys;
    });
  }

  /** Renders that were over before this time, the oldest first. */
  overBefore(time: string, limit = 100): string[] {
    return this.#database.reader
      .all<{ id: string }>(
        `select id from renders where status in ('completed', 'failed', 'cancelled') and finished_at < ? order by seq limit ?`,
        time,
        limit,
      )
      .map(({ id }) => id);
  }

  /** Renders of a book that are not over. */
  waitingOf(audiobook_id: string): string[] {
    return this.#database.reader
      .all<{ id: string }>(
        `select id from renders where audiobook_id = ? and status in ('queued', 'running', 'paused') order by seq`,
        audiobook_id,
      )
      .map(({ id }) => id);
  }

  /** Those of these blob keys that a render refers to. */
  referredBlobs(keys: readonly string[]): string[] {
    const wanted = new Set(keys);
    const rows = this.#database.reader.all<{ key: string }>(
      `select json_extract(output.value, '$.blob_key') as key from renders, json_each(renders.outputs) as output`,
    );
    return rows.map(({ key }) => key).filter(key => wanted.has(key));
  }

  /** @returns what `change` returns; undefined where the claim is over */
  async #claimed<T>(
    { seq, claim }: ClaimedRender,
    change: (trx: Transaction<Tables>, seq: number) => Promise<T>,
  ): Promise<T | undefined> {
    return this.#database.db.transaction().execute(async trx => {
      const current = await trx
        .selectFrom('renders')
        .select('seq')
        .where('seq', '=', seq)
        .where('claim', '=', claim)
        .executeTakeFirst();
      return current && change(trx, seq);
    });
  }

  /** @returns how many of the units were not finished before: one that was, before a restart, stays what it was then */
  async #finish(
    trx: Transaction<Tables>,
    seq: number,
    units: readonly { unit: number; source: UnitSource }[],
  ): Promise<Record<UnitSource, number>> {
    const counted = { reused: 0, synthesised: 0 };
    for (const { unit, source } of units) {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('render_units')
        .values({ render_seq: seq, unit, source })
        .onConflict(conflict => conflict.doNothing())
        .executeTakeFirst();
      counted[source] += Number(numInsertedOrUpdatedRows ?? 0);
    }
    return counted;
  }

  async #write(
    trx: Transaction<Tables>,
    seq: number,
    change: RenderChange,
    more: Updateable<RendersTable>,
    { reused, synthesised }: Record<UnitSource, number> = { reused: 0, synthesised: 0 },
  ): Promise<StoredRender> {
    const { error, failures, warnings, outputs, ...plain } = change;
    const isEnd = change.status !== undefined && isOver({ status: change.status });
    const row = await trx
      .updateTable('renders')
      .set(({ eb }) => ({
        ...plain,
        ...(isEnd ? { finished_at: this.#clock.now().toISOString() } : {}),
        ...(error === undefined ? {} : { error: error === null ? null : JSON.stringify(error) }),
        ...(failures === undefined ? {} : { failures: JSON.stringify(failures) }),
        ...(warnings === undefined ? {} : { warnings: JSON.stringify(warnings) }),
        ...(outputs === undefined ? {} : { outputs: JSON.stringify(outputs) }),
        ...more,
        units_reused: eb('units_reused', '+', reused),
        units_synthesised: eb('units_synthesised', '+', synthesised),
        revision: eb('revision', '+', 1),
      }))
      .where('seq', '=', seq)
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }
}
