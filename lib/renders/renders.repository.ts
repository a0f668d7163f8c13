/** Renders in the database. Every method is atomic. A render that runs belongs to one living instance; nobody else writes to it. */
import type { Selectable, Transaction, Updateable } from 'kysely';
import type { AudiobookSettings, Cast } from '#lib/audiobooks/audiobook.ts';
import type { Clock } from '#lib/base/clock.ts';
import { randomId } from '#lib/base/ids.ts';
import type { Database } from '#lib/storage/database.ts';
import type { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import type { RendersTable, Tables } from '#lib/storage/tables.ts';
import type { BookTimeline, RenderFailure, RenderOutput, RenderStage, RenderStatus, RenderWish } from './render.ts';
import { isOver } from './render.ts';
import { renderNotFound, wrongState } from './renders.errors.ts';

export type StoredOutput = Omit<RenderOutput, 'url'> & { blob_key: string };

export interface StoredRender {
  seq: number;
  id: string;
  audiobook_id: string;
  title: string;
  wish: RenderWish;
  status: RenderStatus;
  stage: RenderStage | null;
  units_total: number;
  units_reused: number;
  units_synthesised: number;
  length: number | null;
  error: RenderFailure | null;
  failures: RenderFailure[];
  warnings: string[];
  outputs: StoredOutput[];
  instance_id: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  revision: number;
}

/** The book as it was when the render was asked for. */
export interface RenderedBook {
  title: string;
  script: string;
  cast: Cast;
  settings: AudiobookSettings;
}

export interface RenderChange {
  status?: RenderStatus;
  stage?: RenderStage;
  units_total?: number;
  length?: number;
  error?: RenderFailure | null;
  failures?: readonly RenderFailure[];
  warnings?: readonly string[];
  outputs?: readonly StoredOutput[];
  timeline?: BookTimeline;
}

export type UnitSource = 'reused' | 'synthesised';

export interface RenderFilter {
  audiobook_id?: string | undefined;
  status?: RenderStatus | undefined;
}

const COLUMNS = `r.seq, r.id, r.audiobook_id, r.title, r.wish, r.status, r.stage, r.units_total, r.length, r.error, r.failures, r.warnings, r.outputs,
  r.instance_id, r.created_at, r.started_at, r.finished_at, r.revision,
  (select count(*) from render_units u where u.render_seq = r.seq and u.source = 'reused') as units_reused,
  (select count(*) from render_units u where u.render_seq = r.seq and u.source = 'synthesised') as units_synthesised`;

type Row = Omit<Selectable<RendersTable>, 'script' | 'cast' | 'settings' | 'timeline'> & {
  units_reused: number;
  units_synthesised: number;
};

const WAITING = ['queued', 'running', 'paused'];

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
        `select ${COLUMNS} from renders r
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
    const row = this.#database.reader.get<Row>(`select ${COLUMNS} from renders r where id = ?`, id);
    return row === undefined ? undefined : fromRow(row);
  }

  /** What the render is of. @throws AppError `render.not_found` */
  book(id: string): RenderedBook {
    const row = this.#database.reader.get<{ title: string; script: string; cast: string; settings: string }>(
      'select title, script, "cast", settings from renders where id = ?',
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

  timeline(id: string): BookTimeline | undefined {
    const row = this.#database.reader.get<{ timeline: string | null }>('select timeline from renders where id = ?', id);
    return row === undefined || row.timeline === null ? undefined : (JSON.parse(row.timeline) as BookTimeline);
  }

  /** Puts a render at the end of the queue. */
  async insert(audiobook_id: string, book: RenderedBook, wish: RenderWish, units_total: number): Promise<StoredRender> {
    const id = randomId();
    await this.#database.db
      .insertInto('renders')
      .values({
        id,
        audiobook_id,
        title: book.title,
        script: book.script,
        cast: JSON.stringify(book.cast),
        settings: JSON.stringify(book.settings),
        wish: JSON.stringify(wish),
        status: 'queued',
        stage: null,
        units_total,
        length: null,
        error: null,
        failures: '[]',
        warnings: '[]',
        outputs: '[]',
        timeline: null,
        instance_id: null,
        created_at: this.#clock.now().toISOString(),
        started_at: null,
        finished_at: null,
        revision: 1,
      })
      .execute();
    return this.find(id)!;
  }

  /** Takes the render that has waited longest; it is this instance's then. Undefined where none waits. */
  async takeNext(): Promise<StoredRender | undefined> {
    return this.#database.db.transaction().execute(async trx => {
      const next = await trx
        .selectFrom('renders')
        .select('seq')
        .where('status', '=', 'queued')
        .orderBy('seq')
        .limit(1)
        .executeTakeFirst();
      if (next === undefined) return undefined;
      const now = this.#clock.now().toISOString();
      await this.#write(
        trx,
        next.seq,
        { status: 'running', error: null, failures: [], warnings: [] },
        { instance_id: this.#instanceId, started_at: now, finished_at: null },
      );
      return this.#read(trx, next.seq);
    });
  }

  /** Gives back to the queue what dead instances were working on. @returns how many */
  async requeueOrphans(isAlive: (instanceId: string) => boolean): Promise<number> {
    const running = this.#database.reader.all<{ seq: number; instance_id: string | null }>(
      `select seq, instance_id from renders where status = 'running'`,
    );
    let given = 0;
    for (const { seq, instance_id } of running) {
      if (instance_id !== null && (instance_id === this.#instanceId || isAlive(instance_id))) continue;
      await this.#database.db.transaction().execute(async trx => {
        const current = await this.#read(trx, seq);
        if (current?.status !== 'running' || current.instance_id !== instance_id) return;
        await this.#write(trx, seq, { status: 'queued' }, { instance_id: null });
        given += 1;
      });
    }
    return given;
  }

  /**
   * A change by the one who works on it. With `unit` that unit is finished: what was measured of it is durable when this returns.
   *
   * @returns the render as it is now; undefined where it is not this instance's any more: it was cancelled, paused or removed
   */
  async work(
    seq: number,
    change: RenderChange,
    units: readonly { unit: number; source: UnitSource }[] = [],
  ): Promise<StoredRender | undefined> {
    return this.#database.db.transaction().execute(async trx => {
      const current = await trx
        .selectFrom('renders')
        .select(['status', 'instance_id'])
        .where('seq', '=', seq)
        .executeTakeFirst();
      if (current?.status !== 'running' || current.instance_id !== this.#instanceId) return undefined;
      for (const { unit, source } of units) {
        // One that was finished before a restart stays what it was then.
        await trx
          .insertInto('render_units')
          .values({ render_seq: seq, unit, source })
          .onConflict(conflict => conflict.doNothing())
          .execute();
      }
      if (change.outputs !== undefined)
        await this.#pending.settle(
          trx,
          change.outputs.map(({ blob_key }) => blob_key),
        );
      const isOver = change.status !== undefined && change.status !== 'running';
      await this.#write(trx, seq, change, isOver ? { instance_id: null } : {});
      return this.#read(trx, seq);
    });
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
      await this.#write(trx, current.seq, change, { instance_id: null });
      return (await this.#read(trx, current.seq))!;
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

  async #write(
    trx: Transaction<Tables>,
    seq: number,
    change: RenderChange,
    more: Updateable<RendersTable>,
  ): Promise<void> {
    const { error, failures, warnings, outputs, timeline, ...plain } = change;
    const isEnd = change.status !== undefined && isOver({ status: change.status });
    await trx
      .updateTable('renders')
      .set(({ eb }) => ({
        ...plain,
        ...(isEnd ? { finished_at: this.#clock.now().toISOString() } : {}),
        ...(error === undefined ? {} : { error: error === null ? null : JSON.stringify(error) }),
        ...(failures === undefined ? {} : { failures: JSON.stringify(failures) }),
        ...(warnings === undefined ? {} : { warnings: JSON.stringify(warnings) }),
        ...(outputs === undefined ? {} : { outputs: JSON.stringify(outputs) }),
        ...(timeline === undefined ? {} : { timeline: JSON.stringify(timeline) }),
        ...more,
        revision: eb('revision', '+', 1),
      }))
      .where('seq', '=', seq)
      .execute();
  }

  async #read(trx: Transaction<Tables>, seq: number): Promise<StoredRender | undefined> {
    const row = await trx.selectFrom('renders').selectAll().where('seq', '=', seq).executeTakeFirst();
    if (row === undefined) return undefined;
    const counts = await trx
      .selectFrom('render_units')
      .select(({ fn }) => ['source', fn.countAll<number>().as('count')])
      .where('render_seq', '=', seq)
      .groupBy('source')
      .execute();
    const of = (source: UnitSource) => Number(counts.find(one => one.source === source)?.count ?? 0);
    return fromRow({ ...row, units_reused: of('reused'), units_synthesised: of('synthesised') });
  }
}

function fromRow(row: Row): StoredRender {
  return {
    seq: row.seq,
    id: row.id,
    audiobook_id: row.audiobook_id,
    title: row.title,
    wish: JSON.parse(row.wish) as RenderWish,
    status: row.status as RenderStatus,
    stage: row.stage as RenderStage | null,
    units_total: row.units_total,
    units_reused: row.units_reused,
    units_synthesised: row.units_synthesised,
    length: row.length,
    error: row.error === null ? null : (JSON.parse(row.error) as RenderFailure),
    failures: JSON.parse(row.failures) as RenderFailure[],
    warnings: JSON.parse(row.warnings) as string[],
    outputs: JSON.parse(row.outputs) as StoredOutput[],
    instance_id: row.instance_id,
    created_at: row.created_at,
    started_at: row.started_at,
    finished_at: row.finished_at,
    revision: row.revision,
  };
}
