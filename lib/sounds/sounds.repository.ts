/**
 * The sounds in the database. Every method is atomic; blobs are told of through `pending_blobs` in the same transaction
 * (`lib/storage/pending-blobs.repository.ts`).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Insertable, Selectable, Transaction } from 'kysely';
import type { Clock } from '#lib/base/clock.ts';
import { AppError, isAppError } from '#lib/base/errors.ts';
import type { Invalidation } from '#lib/cache/invalidation.ts';
import type { Database } from '#lib/storage/database.ts';
import type { PendingBlobs } from '#lib/storage/pending-blobs.repository.ts';
import type { SoundsTable, Tables } from '#lib/storage/tables.ts';
import {
  MAX_SOUND_SECONDS,
  RESERVED_IDS,
  type CategoryCounts,
  type LengthBucket,
  type SoundFacts,
  type SoundKind,
  type SoundPatch,
  type SoundQuery,
  type SoundSettings,
  type SoundsChange,
} from './sound.ts';
import {
  COLUMNS,
  FACTS,
  fromRow,
  fromValues,
  pick,
  toColumns,
  type StoredRow,
  type StoredSound,
} from './sounds.row.ts';
export type { StoredSound } from './sounds.row.ts';
import { libraryTag, soundTag } from './sound-tags.ts';
import { MAX_TAGS, trimWithin } from './sound-limits.ts';
import { LIST_LIMITS, listSeqs, type ListLimits } from './sounds.list.repository.ts';
import { nameKey, searchText } from './sounds.search.ts';

export interface StoredWaveform {
  samples_per_pixel: number;
  /** As the waveform code packs them. */
  peaks: Uint8Array;
  /** WebP. */
  picture: Uint8Array;
}

export interface NewSound {
  kind: SoundKind;
  /** `given`: taken as it is or refused; `derived`: gets `-2`, `-3`, … where it is taken. Must match SOUND_ID_PATTERN. */
  id: { given: string } | { derived: string };
  settings: SoundSettings;
  facts: SoundFacts;
  waveform: StoredWaveform;
  /** Its pending entry is dropped in the same transaction. */
  blob_key: string;
  /** Takes the sound though the kind has one of the same bytes. Default false. */
  allowDuplicate?: boolean;
}

/** A recording that takes the place of another one. */
export type NewRecording = Pick<NewSound, 'facts' | 'waveform' | 'blob_key' | 'allowDuplicate'>;

export interface SoundPage {
  items: StoredSound[];
  total: number;
  total_exact: boolean;
  has_more: boolean;
  next_cursor: string | null;
  /** Null where a cursor was given. */
  page: number | null;
}

export interface KindTotals {
  /** Live sounds. */
  count: number;
  /** Bytes of their recordings. */
  bytes: number;
}

export interface Purgeable {
  seq: number;
  blob_key: string;
  cover_key: string | null;
}

/** What became of each sound of a change to several. */
export interface ManyChanged {
  changed: { before: StoredSound; after: StoredSound }[];
  failed: { id: string; error: AppError }[];
}

export interface SoundsRepositoryOptions {
  clock: Clock;
  pending: PendingBlobs;
  /** Told after each change, before the call returns. */
  invalidation: Invalidation;
  limits?: ListLimits;
}

const MAX_ID_LENGTH = 64;
/** Milliseconds that a change to many goes on without a pause: whoever reads meanwhile does not wait for all of it. */
const TURN_MS = 5;

/** Prepared once: the page is the query that is run most. `json_each` gives the rows in the order of the list. */
const ROWS_BY_SEQ = `select ${COLUMNS.map(column => `s.${column}`).join(', ')}
  from json_each(?) as wanted cross join sounds as s on s.seq = wanted.value`;
const ROWS_BY_ID = `select ${COLUMNS.map(column => `s.${column}`).join(', ')}
  from json_each(?) as wanted cross join sounds as s on s.kind = ? and s.id = wanted.value and s.deleted_at is null`;
const ROW_BY_ID = `select ${COLUMNS.join(', ')} from sounds where kind = ? and id = ? and deleted_at is null`;

export class SoundsRepository {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #pending: PendingBlobs;
  readonly #invalidation: Invalidation;
  readonly #limits: ListLimits;

  constructor(database: Database, options: SoundsRepositoryOptions) {
    this.#database = database;
    this.#clock = options.clock;
    this.#pending = options.pending;
    this.#invalidation = options.invalidation;
    this.#limits = options.limits ?? LIST_LIMITS;
  }

  /**
   * One page of live sounds. A page may be shorter than `limit` while `has_more` is true, where filters are met so rarely that
   * looking on would take too long; `next_cursor` then continues behind what was looked at. `total` is a lower bound
   * unless `total_exact`.
   *
   * @throws AppError `request.invalid` (paths `cursor`, `page`).
   */
  list(kind: SoundKind, query: SoundQuery): SoundPage {
    const { reader } = this.#database;
    return reader.snapshot(() => {
      const { seqs, ...page } = listSeqs(reader, this.#clock, kind, query, this.#limits);
      const rows = seqs.length === 0 ? [] : reader.values(ROWS_BY_SEQ, JSON.stringify(seqs));
      return { items: rows.map(fromValues), ...page };
    });
  }

  /** The live sound, or undefined. */
  find(kind: SoundKind, id: string): StoredSound | undefined {
    const row = this.#database.reader.get<StoredRow>(ROW_BY_ID, kind, id);
    return row === undefined ? undefined : fromRow(row);
  }

  /** The live sounds among these, in one query. */
  findAll(kind: SoundKind, ids: readonly string[]): StoredSound[] {
    return this.#database.reader.values(ROWS_BY_ID, JSON.stringify(ids), kind).map(fromValues);
  }

  /** Ids of live sounds, the newest first. */
  newestIds(kind: SoundKind, limit: number): string[] {
    return this.#database.reader
      .all<{ id: string }>(
        'select id from sounds where kind = ? and deleted_at is null order by seq desc limit ?',
        kind,
        limit,
      )
      .map(({ id }) => id);
  }

  /** The live sound of this kind with these bytes, the oldest where there are several, or undefined. */
  findByHash(kind: SoundKind, sha256: string): StoredSound | undefined {
    const row = this.#database.reader.get<StoredRow>(
      `select ${COLUMNS.join(', ')} from sounds where kind = ? and sha256 = ? and deleted_at is null order by seq limit 1`,
      kind,
      sha256,
    );
    return row === undefined ? undefined : fromRow(row);
  }

  /** The waveform of the live sound, or undefined. */
  waveform(kind: SoundKind, id: string): StoredWaveform | undefined {
    return this.#database.reader.get<StoredWaveform>(
      `select samples_per_pixel, peaks, picture from sound_waveforms
       where seq = (select seq from sounds where kind = ? and id = ? and deleted_at is null)`,
      kind,
      id,
    );
  }

  /** Live sounds of each kind and their bytes; from totals kept by triggers. */
  totals(): Record<SoundKind, KindTotals> {
    const totals = { effects: { count: 0, bytes: 0 }, background: { count: 0, bytes: 0 } };
    const rows = this.#database.reader.all<KindTotals & { kind: SoundKind }>(
      'select kind, count, bytes from sound_totals',
    );
    for (const { kind, count, bytes } of rows) totals[kind] = { count, bytes };
    return totals;
  }

  /** Categories and tags in use, the most used first. */
  categories(): CategoryCounts {
    const rows = this.#database.reader.all<{ type: string; name: string; kind: SoundKind; count: number }>(
      `select type, name, kind, count from labels where type <> 'kind' order by count desc, name, kind`,
    );
    const of = (type: string) =>
      rows.filter(row => row.type === type).map(({ name, kind, count }) => ({ name, kind, count }));
    return { categories: of('category'), tags: of('tag') };
  }

  /** How many live sounds are how long, the shortest first; buckets that are empty too. */
  lengths(kind: SoundKind): LengthBucket[] {
    const rows = this.#database.reader.all<{ from: number; count: number }>(
      `select from_seconds as "from", count from sound_lengths
       where label_id = (select id from labels where kind = ? and type = 'kind') order by from_seconds`,
      kind,
    );
    return rows.map(({ from, count }, i) => ({ kind, from, to: rows[i + 1]?.from ?? MAX_SOUND_SECONDS, count }));
  }

  /**
   * @throws AppError `sound.duplicate` (`details.id` names the one that is there), `sound.id_taken` (given and taken, or reserved).
   */
  async insert(sound: NewSound): Promise<StoredSound> {
    const { kind, settings, facts } = sound;
    const now = this.#clock.now().toISOString();
    return this.#change([libraryTag(kind)], async trx => {
      if (!sound.allowDuplicate) await refuseDuplicate(trx, kind, facts.sha256);
      const id = 'given' in sound.id ? sound.id.given : await freeId(trx, kind, sound.id.derived);
      if ('given' in sound.id && (await isTaken(trx, kind, id))) throw idTaken(id);
      const row = {
        kind,
        id,
        ...toColumns(settings),
        ...pick(facts, FACTS),
        ...derivedColumns(id, settings),
        uploaded_at: now,
        updated_at: now,
        deleted_at: null,
        revision: 1,
        blob_key: sound.blob_key,
        cover_key: null,
      } satisfies Insertable<SoundsTable>;
      const { seq } = await trx.insertInto('sounds').values(row).returning('seq').executeTakeFirstOrThrow();
      await trx
        .insertInto('sound_waveforms')
        .values({ seq, ...pick(sound.waveform, ['samples_per_pixel', 'peaks', 'picture']) })
        .execute();
      await this.#pending.settle(trx, [sound.blob_key]);
      return fromRow(pick({ seq, ...row }, COLUMNS));
    });
  }

  /**
   * @param expectedRevision undefined changes whatever is there.
   * @throws AppError `sound.not_found`, `sound.precondition_failed` (someone else changed it meanwhile).
   */
  async update(kind: SoundKind, id: string, patch: SoundPatch, expectedRevision?: number): Promise<StoredSound> {
    return this.#change([libraryTag(kind), soundTag(kind, id)], async trx => {
      return this.#update(trx, await this.#live(trx, kind, id, expectedRevision), patch);
    });
  }

  /**
   * Makes one change to several sounds, in one transaction. A sound that cannot be changed (`sound.not_found`, `sound.invalid`,
   * `sound.id_taken`) is named in the answer and does not keep the others from it.
   */
  async changeMany(kind: SoundKind, { ids, ...change }: SoundsChange): Promise<ManyChanged> {
    return this.#change([libraryTag(kind), ...ids.map(id => soundTag(kind, id))], async trx => {
      const changed: ManyChanged['changed'] = [];
      const failed: ManyChanged['failed'] = [];
      let turn = this.#clock.monotonic();
      for (const id of ids) {
        if (this.#clock.monotonic() - turn > TURN_MS) {
          await nextTurn();
          turn = this.#clock.monotonic();
        }
        try {
          changed.push(await this.#changeOne(trx, kind, id, change));
        } catch (error) {
          // What is refused for a reason of the sound's own has written nothing.
          if (!isAppError(error) || !error.code.startsWith('sound.')) throw error;
          failed.push({ id, error });
        }
      }
      return { changed, failed };
    });
  }

  /**
   * Gives a sound another recording. Its id, settings and time of upload stay; trim edges that lie beyond the new recording are
   * cleared. The blob of the old one becomes pending in the same transaction: delete it from the store, then
   * `PendingBlobs.finish` it.
   *
   * @param expectedRevision undefined changes whatever is there.
   * @throws AppError `sound.not_found`, `sound.precondition_failed`, `sound.duplicate` (another sound has these bytes).
   */
  async replaceRecording(
    kind: SoundKind,
    id: string,
    recording: NewRecording,
    expectedRevision?: number,
  ): Promise<{ sound: StoredSound; old_blob_key: string }> {
    const { facts, waveform, blob_key } = recording;
    return this.#change([libraryTag(kind), soundTag(kind, id)], async trx => {
      const current = await this.#live(trx, kind, id, expectedRevision);
      if (!recording.allowDuplicate) await refuseDuplicate(trx, kind, facts.sha256, current.seq);
      const changes = {
        ...pick(facts, FACTS),
        ...trimWithin(current, facts.length),
        blob_key,
        revision: current.revision + 1,
        updated_at: this.#clock.now().toISOString(),
      };
      await trx.updateTable('sounds').set(changes).where('seq', '=', current.seq).execute();
      await trx
        .updateTable('sound_waveforms')
        .set(pick(waveform, ['samples_per_pixel', 'peaks', 'picture']))
        .where('seq', '=', current.seq)
        .execute();
      await this.#pending.settle(trx, [blob_key]);
      await this.#pending.expect([current.blob_key], trx);
      return { sound: { ...current, ...changes }, old_blob_key: current.blob_key };
    });
  }

  /**
   * Takes the sound out of the library; {@link restore} brings it back until it is purged.
   *
   * @throws AppError `sound.not_found`, `sound.precondition_failed`.
   */
  async remove(kind: SoundKind, id: string, expectedRevision?: number): Promise<StoredSound> {
    return this.#change([libraryTag(kind), soundTag(kind, id)], async trx => {
      return this.#remove(trx, await this.#live(trx, kind, id, expectedRevision));
    });
  }

  /**
   * Brings back the sound of this id that was deleted last.
   *
   * @throws AppError `sound.not_found` (none deleted), `sound.id_taken` (a live sound has the id).
   */
  async restore(kind: SoundKind, id: string): Promise<StoredSound> {
    return this.#change([libraryTag(kind), soundTag(kind, id)], async trx => {
      return this.#restore(trx, kind, id);
    });
  }

  /** Sounds deleted before this time (ISO 8601), the longest deleted first, at most `limit`: call again until it is empty. */
  deletedBefore(time: string, limit = 100): Purgeable[] {
    return this.#database.reader.all<Purgeable>(
      'select seq, blob_key, cover_key from sounds where deleted_at < ? order by deleted_at limit ?',
      time,
      limit,
    );
  }

  /**
   * Forgets a deleted sound for ever. Its blobs become pending in the same transaction: delete them from the store, then
   * `PendingBlobs.finish` them; a crash in between leaves that to the next sweep.
   *
   * @returns the blob keys to delete; empty where the sound was restored or purged meanwhile.
   */
  async purge(seq: number): Promise<string[]> {
    return this.#database.db.transaction().execute(async trx => {
      const row = await trx
        .deleteFrom('sounds')
        .where('seq', '=', seq)
        .where('deleted_at', 'is not', null)
        .returning(['blob_key', 'cover_key'])
        .executeTakeFirst();
      if (row === undefined) return [];
      const keys = [row.blob_key, row.cover_key].filter(key => key !== null);
      await this.#pending.expect(keys, trx);
      return keys;
    });
  }

  /** Those of these blob keys that a sound, live or deleted, refers to. */
  referredBlobs(keys: readonly string[]): string[] {
    return this.#database.reader
      .all<{ key: string }>(
        `select value as key from json_each(?) where value in (select blob_key from sounds)
         or value in (select cover_key from sounds where cover_key is not null)`,
        JSON.stringify(keys),
      )
      .map(row => row.key);
  }

  /** A transaction after which every answer that was computed from what it touches is forgotten. */
  async #change<T>(touched: readonly string[], work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    try {
      const result = await this.#database.db.transaction().execute(work);
      await this.#invalidation.drop(touched);
      return result;
    } catch (error) {
      // A refusal has written nothing. A failure may have come with the commit, and leaves that open.
      if (!isAppError(error)) await this.#invalidation.drop(touched);
      throw error;
    }
  }

  async #changeOne(
    trx: Transaction<Tables>,
    kind: SoundKind,
    id: string,
    { category, add_tags, remove_tags, deleted }: Omit<SoundsChange, 'ids'>,
  ): Promise<{ before: StoredSound; after: StoredSound }> {
    if (deleted === false) {
      const after = await this.#restore(trx, kind, id);
      return { before: after, after };
    }
    const before = await this.#live(trx, kind, id, undefined);
    if (deleted === true) return { before, after: await this.#remove(trx, before) };
    const kept = before.tags.filter(tag => remove_tags?.includes(tag) !== true);
    const tags = [...new Set([...kept, ...(add_tags ?? [])])];
    if (tags.length > MAX_TAGS) {
      throw new AppError('sound.invalid', `${id} would have ${tags.length} tags; ${MAX_TAGS} are the most.`);
    }
    const patch = { tags, category: category === undefined ? before.category : category };
    const same = patch.category === before.category && JSON.stringify(tags) === JSON.stringify(before.tags);
    return { before, after: same ? before : await this.#update(trx, before, patch) };
  }

  async #update(trx: Transaction<Tables>, current: StoredSound, patch: SoundPatch): Promise<StoredSound> {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const next: StoredSound = {
      ...current,
      ...(given as Partial<SoundSettings>),
      revision: current.revision + 1,
      updated_at: this.#clock.now().toISOString(),
    };
    await trx
      .updateTable('sounds')
      .set({
        ...toColumns(next),
        ...derivedColumns(current.id, next),
        revision: next.revision,
        updated_at: next.updated_at,
      })
      .where('seq', '=', current.seq)
      .execute();
    return next;
  }

  async #remove(trx: Transaction<Tables>, current: StoredSound): Promise<StoredSound> {
    const deleted_at = this.#clock.now().toISOString();
    const next = { ...current, deleted_at, revision: current.revision + 1 };
    await trx
      .updateTable('sounds')
      .set({ deleted_at, revision: next.revision })
      .where('seq', '=', current.seq)
      .execute();
    return next;
  }

  async #restore(trx: Transaction<Tables>, kind: SoundKind, id: string): Promise<StoredSound> {
    const row = await trx
      .selectFrom('sounds')
      .select([...COLUMNS])
      .where('kind', '=', kind)
      .where('id', '=', id)
      .where('deleted_at', 'is not', null)
      .orderBy('deleted_at', 'desc')
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (await isTaken(trx, kind, id)) throw idTaken(id);
    if (row === undefined) throw notFound(id);
    const next = {
      ...fromRow(row),
      deleted_at: null,
      revision: row.revision + 1,
      updated_at: this.#clock.now().toISOString(),
    };
    await trx
      .updateTable('sounds')
      .set({ deleted_at: null, revision: next.revision, updated_at: next.updated_at })
      .where('seq', '=', row.seq)
      .execute();
    return next;
  }

  async #live(
    trx: Transaction<Tables>,
    kind: SoundKind,
    id: string,
    expected: number | undefined,
  ): Promise<StoredSound> {
    const row = await trx
      .selectFrom('sounds')
      .select([...COLUMNS])
      .where('kind', '=', kind)
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined) throw notFound(id);
    if (expected !== undefined && row.revision !== expected) {
      throw new AppError(
        'sound.precondition_failed',
        `The sound ${id} was changed meanwhile. Load it again, then repeat your change.`,
        { details: { revision: row.revision } },
      );
    }
    return fromRow(row);
  }
}

/** @param except the sound that may have these bytes */
async function refuseDuplicate(trx: Transaction<Tables>, kind: SoundKind, sha256: string, except = -1): Promise<void> {
  const twin = await trx
    .selectFrom('sounds')
    .select(['id'])
    .where('kind', '=', kind)
    .where('sha256', '=', sha256)
    .where('deleted_at', 'is', null)
    .where('seq', '<>', except)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  if (twin === undefined) return;
  throw new AppError('sound.duplicate', `The library already has this recording, as ${twin.id}.`, {
    details: { id: twin.id },
  });
}

async function isTaken(trx: Transaction<Tables>, kind: SoundKind, id: string): Promise<boolean> {
  if (RESERVED_IDS.has(id)) return true;
  const row = await trx
    .selectFrom('sounds')
    .select('seq')
    .where('kind', '=', kind)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** The n-th id of a base: itself, then `-2`, `-3`, …, the base cut so that all stay within 64 characters. */
function numberedId(base: string, n: number): string {
  const suffix = n === 1 ? '' : `-${n}`;
  return base.slice(0, MAX_ID_LENGTH - suffix.length) + suffix;
}

/**
 * A free id whose predecessor is taken. Doubling, then halving: about 40 look-ups where a million sounds share the base. Where
 * deletions left gaps it finds one of the free numbers, not always the lowest.
 */
async function freeId(trx: Transaction<Tables>, kind: SoundKind, base: string): Promise<string> {
  let taken = 0;
  let free = 1;
  while (await isTaken(trx, kind, numberedId(base, free))) {
    taken = free;
    free *= 2;
  }
  while (free - taken > 1) {
    const middle = taken + Math.floor((free - taken) / 2);
    if (await isTaken(trx, kind, numberedId(base, middle))) taken = middle;
    else free = middle;
  }
  return numberedId(base, free);
}

function idTaken(id: string): AppError {
  return new AppError('sound.id_taken', `The id ${id} is taken. Choose another.`, {
    issues: [{ path: 'id', message: 'is taken' }],
  });
}

function notFound(id: string): AppError {
  return new AppError('sound.not_found', `There is no sound ${id}.`);
}

/** What the database orders and searches by. */
export function derivedColumns(
  id: string,
  settings: Pick<SoundSettings, 'name' | 'category' | 'tags'>,
): Pick<Selectable<SoundsTable>, 'search_text' | 'search_starts' | 'name_key'> {
  return { ...searchText({ id, ...pick(settings, ['name', 'category', 'tags']) }), name_key: nameKey(settings.name) };
}
