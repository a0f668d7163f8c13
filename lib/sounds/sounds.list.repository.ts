/**
 * Lists of sounds: any filters in any order, from a million sounds, without a query that runs long.
 *
 * Words: a *label* is the kind, a category or a tag (`lib/storage/migrations/0002-sounds.ts`). A *choice* is what one filter
 * asks for: a sound with one of these labels. Only categories make a choice of several, and a sound has one category, so that a
 * choice has as many sounds as its labels together and none of them twice. The *driver* is the rarest choice of a query; the
 * sounds of each of its labels stand in every sort order in one index, and several are merged. What else the query asks is
 * *residual*: tested for each sound that the driver, or the text index, brings.
 *
 * Ways to answer, the first that fits:
 * 1. *Gather*: the driver, or the length range within it, has few sounds. All are tested and sorted; everything is exact.
 * 2. *Collect*: there is a search. Its matches are taken newest first up to the cap, then sorted.
 * 3. *Walk*: the driver's index is read in the order asked for, chunk by chunk.
 *
 * Collecting and walking watch the clock. A walk that runs out of time answers with what it has, and its cursor continues
 * behind the last sound **looked at**: a page may be short or empty while `has_more` is true, but nothing is lost or repeated.
 * A search too slow to be collected (common words that never meet) is walked from then on, over all its matches.
 */
import type { Clock } from '#lib/base/clock.ts';
import { AppError } from '#lib/base/errors.ts';
import type { SqliteConnection } from '#lib/storage/sqlite.ts';
import { COUNT_CAP, type SoundKind, type SoundQuery, type SoundSort } from './sound.ts';
import { decodeCursor, encodeCursor, type CursorState, type Position } from './sounds.cursor.repository.ts';
import { BLOCK_BITS, inBlock, parseSearch, type Search } from './sounds.search.ts';

export interface ListLimits {
  /** Matches that are counted, collected by a search, or reached by page number under filters. */
  cap: number;
  /** Candidates up to which gathering costs less than anything else. */
  gather: number;
  /** The same where each candidate's row has to be read. */
  gatherText: number;
  /** Rows looked at between two looks at the clock. */
  chunk: number;
  /** Milliseconds from the start after which a search that is not collected yet is walked instead. */
  collectMs: number;
  /** Milliseconds from the start after which a walk hands out what it has. */
  walkMs: number;
  /** Milliseconds of reading the text index without looking at the clock, as foretold from samples. */
  unwatchedMs: number;
}

export const LIST_LIMITS: ListLimits = {
  cap: COUNT_CAP,
  gather: 4_000,
  gatherText: 3_000,
  chunk: 512,
  collectMs: 5,
  walkMs: 8,
  unwatchedMs: 12,
};

/** One page as row numbers; `page` is null where a cursor was given. */
export interface SeqPage {
  seqs: number[];
  total: number;
  total_exact: boolean;
  has_more: boolean;
  next_cursor: string | null;
  page: number | null;
}

/** The sort key is null for upload order. */
type Row = { seq: number; key: string | number | null };

interface Order {
  /** Column of `sound_labels`, or null where seq alone decides. */
  readonly column: 'name_key' | 'length' | null;
  readonly descending: boolean;
}

const ORDERS: Record<SoundSort, Order> = {
  newest: { column: null, descending: true },
  oldest: { column: null, descending: false },
  name: { column: 'name_key', descending: false },
  length: { column: 'length', descending: false },
};

interface Label {
  readonly id: number;
  readonly name: string;
  readonly count: number;
}

interface Choice {
  /** At least one. */
  readonly labels: readonly Label[];
  /** Sounds of all labels. */
  readonly count: number;
}

interface Plan {
  readonly kind: SoundKind;
  readonly order: Order;
  readonly kindLabel: Label;
  readonly driver: Choice;
  /** Choices besides the driver, rarest first; never the kind, which every other label implies. */
  readonly others: readonly Choice[];
  readonly search: Search | null;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

type Parameter = string | number;
interface Sql {
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

const EMPTY: Omit<SeqPage, 'page'> = { seqs: [], total: 0, total_exact: true, has_more: false, next_cursor: null };

/**
 * Call inside one snapshot together with reading the rows.
 *
 * @throws AppError `request.invalid` for a foreign cursor (path `cursor`) or a page number too deep for filters (path `page`).
 */
export function listSeqs(
  reader: SqliteConnection,
  clock: Clock,
  kind: SoundKind,
  query: SoundQuery,
  limits: ListLimits = LIST_LIMITS,
): SeqPage {
  return new Listing(reader, clock, kind, query, limits).page();
}

class Listing {
  readonly #reader: SqliteConnection;
  readonly #clock: Clock;
  readonly #kind: SoundKind;
  readonly #query: SoundQuery;
  readonly #limits: ListLimits;
  readonly #given: boolean;
  readonly #state: CursorState;
  readonly #began: number;

  constructor(reader: SqliteConnection, clock: Clock, kind: SoundKind, query: SoundQuery, limits: ListLimits) {
    this.#reader = reader;
    this.#clock = clock;
    this.#kind = kind;
    this.#query = query;
    this.#limits = limits;
    this.#given = query.cursor !== undefined;
    this.#began = clock.monotonic();
    this.#state =
      query.cursor === undefined
        ? {
            after: null,
            skip: (query.page - 1) * query.limit,
            floor: 0,
            walked: false,
            seen: 0,
            total: 0,
            total_exact: false,
          }
        : decodeCursor(kind, query, query.cursor);
  }

  page(): SeqPage {
    const plan = this.#plan();
    if (plan === null) return { ...EMPTY, page: this.#pageNumber() };
    if (plan.search === null && plan.others.length === 0) return this.#direct(plan);
    const readsRows = plan.search !== null || plan.others.some(isOfSeveral);
    const gathered = this.#gatherSource(plan, readsRows ? this.#limits.gatherText : this.#limits.gather);
    if (gathered !== null) return this.#gathered(plan, gathered);
    this.#refuseDeepPage();
    if (plan.search !== null) return this.#searched(plan, plan.search);
    return this.#walked(plan);
  }

  /** Null where a filter can match nothing. */
  #plan(): Plan | null {
    const { q, categories = [], tags, min_length: min, max_length: max, sort } = this.#query;
    const search = q === undefined ? null : parseSearch(q);
    if (search === 'nothing' || (min !== undefined && max !== undefined && min > max)) return null;
    const kindLabel = this.#label('kind', this.#kind);
    if (kindLabel === undefined || kindLabel.count === 0) return null;
    const choices = [...new Set(tags)].map(tag => choiceOf([this.#label('tag', tag)]));
    if (categories.length > 0) choices.push(choiceOf(categories.map(name => this.#label('category', name))));
    // A label that nobody has is not in the table.
    if (choices.some(({ labels }) => labels.length === 0)) return null;
    const [driver = choiceOf([kindLabel]), ...others] = choices.sort((a, b) => a.count - b.count);
    return { kind: this.#kind, order: ORDERS[sort], kindLabel, driver, others, search, min, max };
  }

  #label(type: 'kind' | 'category' | 'tag', name: string): Label | undefined {
    return this.#reader.get<Label>(
      'select id, name, count from labels where kind = ? and type = ? and name = ?',
      this.#kind,
      type,
      name,
    );
  }

  // --- One choice, nothing residual but perhaps the length

  #direct(plan: Plan): SeqPage {
    const ranged = plan.min !== undefined || plan.max !== undefined;
    if (!ranged) return this.#whole(plan);
    if (plan.order.column !== 'length') {
      const gathered = this.#gatherSource(plan, this.#limits.gather);
      if (gathered !== null) return this.#gathered(plan, gathered);
      this.#refuseDeepPage();
      return this.#walked(plan);
    }
    this.#refuseDeepPage();
    const counted = this.#countRange(plan, this.#limits.cap + 1);
    const rows = this.#read(plan, { after: this.#state.after, limit: this.#query.limit + 1, offset: this.#state.skip });
    return this.#finish(rows, {
      total: Math.min(counted, this.#limits.cap),
      total_exact: counted <= this.#limits.cap,
    });
  }

  #whole(plan: Plan): SeqPage {
    const { count } = plan.driver;
    const { after, skip } = this.#state;
    const totals = { total: count, total_exact: true };
    if (after !== null) {
      return this.#finish(this.#read(plan, { after, limit: this.#query.limit + 1, offset: skip }), totals);
    }
    if (skip >= count) return this.#finish([], totals);
    // Merging what is skipped costs several times what skipping over one label does.
    if (isOfSeveral(plan.driver)) this.#refuseDeepPage();
    // An offset walks over what it skips, so it is counted from the nearer end.
    const fromEnd = count - skip - this.#query.limit;
    if (skip <= fromEnd) {
      return this.#finish(this.#read(plan, { after, limit: this.#query.limit + 1, offset: skip }), totals);
    }
    const size = Math.min(this.#query.limit, count - skip);
    const rows = this.#read(plan, { after, limit: size, offset: Math.max(0, fromEnd), backwards: true }).reverse();
    return this.#finish(rows, totals, skip + size < count);
  }

  // --- Gather

  /** The few candidates to test, as a table expression; null where there are too many. */
  #gatherSource(plan: Plan, most: number): Sql | null {
    const labels = inLabels(plan.driver);
    if (plan.driver.count <= most) {
      return {
        text: `(select seq, name_key, length from sound_labels where ${labels.text})`,
        parameters: labels.parameters,
      };
    }
    if (plan.min === undefined && plan.max === undefined) return null;
    if (this.#countRange(plan, most + 1) > most) return null;
    const range = lengthRange(plan, 'length');
    return {
      text: `(select d.seq, d.name_key, d.length from (select label_id, seq from sound_labels
        indexed by sound_labels_by_length where ${labels.text}${range.text}) r
        cross join sound_labels d on d.label_id = r.label_id and d.seq = r.seq)`,
      parameters: [...labels.parameters, ...range.parameters],
    };
  }

  #gathered(plan: Plan, source: Sql): SeqPage {
    const { order } = plan;
    const { after, skip, floor } = this.#state;
    const tests = [this.#residual(plan), lengthRange(plan, 'd.length'), plan.search && textTest(plan.search)];
    const where = joined(tests);
    const behind = afterPosition(order, after, 'd.');
    const rows = this.#reader.all<Row & { behind: number }>(
      `select d.seq as seq, ${order.column === null ? 'null' : `d.${order.column}`} as key, (1 ${behind.text}) as behind
       from ${source.text} as d where d.seq >= ? ${where.text} order by ${orderBy(order, 'd.')}`,
      ...behind.parameters,
      ...source.parameters,
      floor,
      ...where.parameters,
    );
    const start = rows.findIndex(row => row.behind === 1);
    const rest = start === -1 ? [] : rows.slice(start + skip);
    return this.#finish(rest.slice(0, this.#query.limit + 1), { total: rows.length, total_exact: true });
  }

  // --- Search

  #searched(plan: Plan, search: Search): SeqPage {
    const { limit } = this.#query;
    const { after, skip, walked } = this.#state;
    const inUploadOrder = plan.order.column === null;
    if (walked || (this.#given && inUploadOrder)) return this.#walked(plan, search);
    const { found: collected, scan, ended } = this.#collect(plan, search);
    if (!ended) {
      this.#state.walked = true;
      // Newest first is how they were collected: the walk goes on from there.
      if (plan.order.descending)
        return this.#walked(plan, search, { scan, rows: collected.map(seq => ({ seq, key: null })) });
      return this.#walked(plan, search);
    }
    if (!this.#given) {
      const capped = collected.length > this.#limits.cap;
      if (capped) collected.length = this.#limits.cap;
      this.#state.floor = capped ? (collected.at(-1) ?? 0) : 0;
      this.#state.total = collected.length;
      this.#state.total_exact = !capped;
    }
    const totals = { total: this.#state.total, total_exact: this.#state.total_exact };
    if (inUploadOrder) {
      const ordered = plan.order.descending ? collected : collected.reverse();
      return this.#finish(
        ordered.slice(skip, skip + limit + 1).map(seq => ({ seq, key: null })),
        totals,
      );
    }
    const behind = afterPosition(plan.order, after, 'd.');
    const rows = this.#reader.all<Row>(
      `select d.seq as seq, d.${plan.order.column} as key from json_each(?) as found
       cross join sound_labels as d on d.label_id = ? and d.seq = found.value ${behind.text}
       order by ${orderBy(plan.order, 'd.')} limit ? offset ?`,
      JSON.stringify(collected),
      plan.kindLabel.id,
      ...behind.parameters,
      limit + 1,
      skip,
    );
    return this.#finish(rows, totals);
  }

  /** Matches newest first: one more than the cap at most, all from the floor on with a cursor. */
  #collect(plan: Plan, search: Search): { found: number[]; scan: TextScan; ended: boolean } {
    const most = this.#given ? Infinity : this.#limits.cap + 1;
    const deadline = this.#began + this.#limits.collectMs;
    const found: number[] = [];
    const residual = this.#residualOfSearch(plan, search);
    const scan = this.#scan(plan, search, null, true);
    for (;;) {
      const wanted = Math.min(most - found.length, this.#limits.cap + 1);
      for (const seq of scan.next(residual, residual.text === '' ? wanted : this.#limits.chunk * 2)) found.push(seq);
      const ended = scan.done || found.length >= most;
      if (ended && found.length > most) found.length = most;
      if (ended || this.#clock.monotonic() > deadline) return { found, scan, ended };
    }
  }

  // --- Walk

  /**
   * Reads on from the cursor until the page is full, the end is reached or time is up; then, on the first page, counts on.
   * With a search in upload order the text index is walked, otherwise the driver's index.
   */
  #walked(plan: Plan, search: Search | null = null, begun?: { scan: TextScan; rows: Row[] }): SeqPage {
    const { limit } = this.#query;
    const state = this.#state;
    const deadline = this.#began + this.#limits.walkMs;
    const walk = this.#walk(plan, search, begun?.scan);
    const page: Row[] = [];
    let skip = state.skip;
    let matches = 0;
    let last: Position | null = state.after;
    let ended: boolean;
    let step = begun === undefined ? walk() : { rows: begun.rows, last: at(begun.scan), ended: false };
    for (;;) {
      for (const row of step.rows) {
        matches += 1;
        if (skip > 0) skip -= 1;
        else if (page.length <= limit) page.push(row);
      }
      last = step.last ?? last;
      ended = step.ended;
      const full = page.length > limit;
      const counting = !this.#given && matches <= this.#limits.cap;
      if (ended || (full && !counting) || this.#clock.monotonic() > deadline) break;
      step = walk();
    }
    const more = page.length > limit;
    if (more) page.length = limit;
    state.seen += state.skip - skip + page.length;
    const exact = ended && !this.#given && matches <= this.#limits.cap;
    if (!this.#given) Object.assign(state, { total: Math.min(matches, this.#limits.cap), total_exact: exact });
    if (!state.total_exact) {
      state.total = Math.max(state.total, state.seen + (more ? 1 : 0));
      // The last page knows, having passed every sound; under a floor there are older matches that nobody counted.
      if (ended && !more && state.floor === 0) state.total_exact = true;
    }
    state.skip = skip;
    const lastRow = page.at(-1);
    const next = more && lastRow !== undefined ? { key: lastRow.key, seq: lastRow.seq } : ended ? null : last;
    return this.#answer(page, { total: state.total, total_exact: state.total_exact }, next);
  }

  #walk(
    plan: Plan,
    search: Search | null,
    begun?: TextScan,
  ): () => { rows: Row[]; last: Position | null; ended: boolean } {
    if (search !== null && plan.order.column === null) {
      const scan = begun ?? this.#scan(plan, search, this.#state.after, plan.order.descending);
      const residual = this.#residualOfSearch(plan, search);
      return () => {
        const seqs = scan.next(residual, this.#limits.chunk);
        return {
          rows: seqs.map(seq => ({ seq, key: null })),
          last: { key: null, seq: scan.position },
          ended: scan.done,
        };
      };
    }
    const range = lengthRange(plan, 'd.length');
    const floor = { text: ' and d.seq >= ?', parameters: [this.#state.floor] };
    const tests = joined([floor, range, this.#residual(plan), search && textTest(search)]);
    let position = this.#state.after;
    return () => {
      const rows = this.#read(plan, { after: position, limit: this.#limits.chunk, offset: 0, tests });
      const end = rows.at(-1);
      if (end !== undefined) position = { key: end.key, seq: end.seq };
      return { rows: rows.filter(row => row.passes === 1), last: position, ended: rows.length < this.#limits.chunk };
    };
  }

  #scan(plan: Plan, search: Search, after: Position | null, descending: boolean): TextScan {
    // The kind's own last sound and not the library's, so that the end is reached when this kind's is.
    const last = this.#reader.get<{ seq: number | null }>(
      'select max(seq) as seq from sound_labels where label_id = ?',
      plan.kindLabel.id,
    );
    return new TextScan(this.#reader, this.#clock, {
      table: `sound_${search.index}_${plan.kind}`,
      search,
      floor: Math.max(1, this.#state.floor),
      ceiling: last?.seq ?? 0,
      descending,
      after: after?.seq ?? null,
      // Whether to watch is found out once; later pages of the same list know.
      unwatchedMs: search.bounded || (this.#given && !this.#state.walked) ? Infinity : this.#limits.unwatchedMs,
      watched: this.#state.walked && !search.bounded,
    });
  }

  // --- Shared

  /** The driver's sounds in order. Where the sort is by length, the length range bounds the index; `tests` only mark rows. */
  #read(
    plan: Plan,
    from: { after: Position | null; limit: number; offset: number; backwards?: boolean; tests?: Sql },
  ): (Row & { passes: number })[] {
    const order = from.backwards ? { ...plan.order, descending: !plan.order.descending } : plan.order;
    const behind = afterPosition(order, from.after, '');
    const range = order.column === 'length' ? lengthRange(plan, 'length') : NONE;
    const tests = from.tests ?? NONE;
    const columns = order.column === 'name_key' ? 'seq, length, name_key' : 'seq, length';
    const oneLabel = `select ${columns} from sound_labels ${indexOf(order)} where label_id = ? ${range.text} ${behind.text}`;
    // Parts that each come in order are merged as they are read, so that the limit bounds what is read of all of them.
    const { labels } = plan.driver;
    return this.#reader.all<Row & { passes: number }>(
      `select seq, ${order.column ?? 'null'} as key, (1 ${tests.text}) as passes from (
         ${labels.map(() => oneLabel).join(' union all ')}
         order by ${orderBy(order, '')} limit ? offset ?) as d order by ${orderBy(order, 'd.')}`,
      ...tests.parameters,
      ...labels.flatMap(label => [label.id, ...range.parameters, ...behind.parameters]),
      from.limit,
      from.offset,
    );
  }

  #countRange(plan: Plan, most: number): number {
    const labels = inLabels(plan.driver);
    const range = lengthRange(plan, 'length');
    const row = this.#reader.get<{ n: number }>(
      `select count(*) as n from (select 1 from sound_labels indexed by sound_labels_by_length
       where ${labels.text}${range.text} limit ?)`,
      ...labels.parameters,
      ...range.parameters,
      most,
    );
    return row?.n ?? 0;
  }

  /** The choices besides the driver, for a row `d`. */
  #residual(plan: Plan): Sql {
    return fitsChoices(plan.others);
  }

  /** For rows that come from the text index: all choices, the length, and what the index was not asked for. */
  #residualOfSearch(plan: Plan, search: Search): Sql {
    const isKind = plan.driver.labels[0]?.id === plan.kindLabel.id;
    const choices = fitsChoices(isKind ? plan.others : [plan.driver, ...plan.others]);
    const text = search.exact ? NONE : textTest(search);
    if (plan.min === undefined && plan.max === undefined) return joined([choices, text]);
    // The plus keeps SQLite from reading the whole range by its index instead of the one row by its key.
    const range = lengthRange(plan, '+k.length');
    return joined([
      choices,
      {
        text: ` and exists (select 1 from sound_labels k where k.label_id = ? and k.seq = d.seq${range.text})`,
        parameters: [plan.kindLabel.id, ...range.parameters],
      },
      text,
    ]);
  }

  #refuseDeepPage(): void {
    if (this.#given || this.#state.skip < this.#limits.cap) return;
    const message = `reaches only the first ${this.#limits.cap} matches; follow next_cursor to go deeper`;
    throw new AppError('request.invalid', `With filters the parameter page ${message}.`, {
      issues: [{ path: 'page', message }],
    });
  }

  /** @param rows one more than the limit where there is more, unless `more` tells. */
  #finish(
    rows: Row[],
    totals: { total: number; total_exact: boolean },
    more = rows.length > this.#query.limit,
  ): SeqPage {
    const page = rows.slice(0, this.#query.limit);
    const last = page.at(-1);
    this.#state.seen += this.#state.skip + page.length;
    this.#state.skip = 0;
    return this.#answer(page, totals, more && last !== undefined ? { key: last.key, seq: last.seq } : null);
  }

  #answer(page: Row[], totals: { total: number; total_exact: boolean }, next: Position | null): SeqPage {
    return {
      seqs: page.map(row => row.seq),
      ...totals,
      has_more: next !== null,
      next_cursor:
        next === null ? null : encodeCursor(this.#kind, this.#query, { ...this.#state, ...totals, after: next }),
      page: this.#pageNumber(),
    };
  }

  #pageNumber(): number | null {
    return this.#given ? null : this.#query.page;
  }
}

interface ScanRange {
  readonly table: string;
  readonly search: Search;
  /** The lowest and the highest row number of interest. */
  readonly floor: number;
  readonly ceiling: number;
  readonly descending: boolean;
  /** Row number to continue behind; null begins. */
  readonly after: number | null;
  /** Milliseconds that one query may be foretold to take; Infinity asks no samples. */
  readonly unwatchedMs: number;
  /** Goes block by block from the start. */
  readonly watched: boolean;
}

const SMALL = 2 ** BLOCK_BITS.small;
const LARGE = 2 ** BLOCK_BITS.large;
/** Small blocks within which enough is found for one look to tell. */
const MANY = 8;

/**
 * Reads a text index in upload order.
 *
 * How long FTS5 looks for its next match cannot be limited from outside, so a few blocks are timed first. Where the rest
 * promises to be quick it is read at once, otherwise block by block (`lib/storage/migrations/0003-sound-search.ts`) with a look
 * at the clock after each.
 */
class TextScan {
  readonly #reader: SqliteConnection;
  readonly #clock: Clock;
  readonly #range: ScanRange;
  #watched: boolean | undefined;
  /** Everything up to this row number was looked at. */
  position: number;
  done = false;

  constructor(reader: SqliteConnection, clock: Clock, range: ScanRange) {
    this.#reader = reader;
    this.#clock = clock;
    this.#range = range;
    this.#watched = range.watched ? true : range.unwatchedMs === Infinity ? false : undefined;
    this.position = range.after ?? (range.descending ? range.ceiling + 1 : range.floor - 1);
  }

  /** Row numbers of matches that pass `residual`, from at most `most` matches; perhaps none though there are more to come. */
  next(residual: Sql, most: number): number[] {
    const { search, floor, ceiling, descending } = this.#range;
    this.#watched ??= this.#foretell(most) > this.#range.unwatchedMs;
    const start = descending ? this.position - 1 : this.position + 1;
    const block = this.#watched ? Math.floor(Math.max(0, start) / LARGE) : null;
    const low = descending ? Math.max(floor, block === null ? floor : block * LARGE) : start;
    const high = descending ? start : Math.min(ceiling, block === null ? ceiling : (block + 1) * LARGE - 1);
    const match = block === null ? search.match : inBlock(search, 'large', block);
    const { seqs, looked, end } = this.#query(match, low, high, most, residual);
    this.position = looked === most && end !== null ? end : descending ? low : high;
    this.done = descending ? this.position <= floor : this.position >= ceiling;
    return seqs;
  }

  /**
   * Milliseconds that reading on until `most` matches would take. A block costs what it holds and what it takes to get there;
   * only the first grows with the library, and the difference between a small block and the large one around it tells it.
   */
  #foretell(most: number): number {
    const { floor, ceiling, descending } = this.#range;
    const rows = ceiling - floor + 1;
    if (rows <= SMALL) return 0;
    // The block before the newest, which is seldom full.
    const next = descending ? Math.max(floor, ceiling - SMALL) : floor;
    const first = this.#time('small', next);
    if (first.matches * MANY >= most) return (first.ms * most) / first.matches;
    const samples = [next, Math.floor((floor + ceiling) / 2)].map((row, index) => {
      const small = index === 0 ? first : this.#time('small', row);
      const large = this.#time('large', row);
      return { ms: Math.max(0, large.ms - small.ms), matches: large.matches };
    });
    const ms = samples.reduce((sum, sample) => sum + sample.ms, 0) / samples.length / (LARGE - SMALL);
    const matches = samples.reduce((sum, sample) => sum + sample.matches, 0) / samples.length / LARGE;
    return ms * Math.min(rows, matches === 0 ? Infinity : most / matches);
  }

  /** Oldest first, because lists of common words take longer to be opened at their other end. */
  #time(size: keyof typeof BLOCK_BITS, row: number): { ms: number; matches: number } {
    const { table, search } = this.#range;
    const began = this.#clock.monotonic();
    const match = inBlock(search, size, Math.floor(row / 2 ** BLOCK_BITS[size]));
    const counted = this.#reader.get<{ n: number }>(`select count(*) as n from ${table} where ${table} match ?`, match);
    return { ms: this.#clock.monotonic() - began, matches: counted?.n ?? 0 };
  }

  #query(
    match: string,
    low: number,
    high: number,
    most: number,
    residual: Sql,
  ): { seqs: number[]; looked: number; end: number | null } {
    const { table, descending } = this.#range;
    const source = `select rowid as seq from ${table} where ${table} match ? and rowid between ? and ?
      order by rowid ${descending ? 'desc' : 'asc'} limit ?`;
    if (residual.text === '') {
      const row = this.#reader.get<{ seqs: string }>(
        `select json_group_array(seq) as seqs from (${source})`,
        match,
        low,
        high,
        most,
      );
      const seqs = JSON.parse(row?.seqs ?? '[]') as number[];
      return { seqs, looked: seqs.length, end: seqs.at(-1) ?? null };
    }
    const row = this.#reader.get<{ looked: number; end: number | null; seqs: string }>(
      `with d as materialized (${source})
       select (select count(*) from d) as looked, (select ${descending ? 'min' : 'max'}(seq) from d) as end,
         (select json_group_array(seq) from d where 1 ${residual.text}) as seqs`,
      match,
      low,
      high,
      most,
      ...residual.parameters,
    );
    return { seqs: JSON.parse(row?.seqs ?? '[]') as number[], looked: row?.looked ?? 0, end: row?.end ?? null };
  }
}

/** Where a walk over the text index stands. */
function at(scan: TextScan): Position {
  return { key: null, seq: scan.position };
}

const NONE: Sql = { text: '', parameters: [] };

function joined(parts: readonly (Sql | null)[]): Sql {
  const present = parts.filter(part => part !== null);
  return { text: present.map(part => part.text).join(''), parameters: present.flatMap(part => part.parameters) };
}

/** Each label once; those that are not there make no difference to the others. */
function choiceOf(found: readonly (Label | undefined)[]): Choice {
  const labels = [...new Map(found.flatMap(label => (label === undefined ? [] : [[label.id, label]]))).values()];
  return { labels, count: labels.reduce((sum, label) => sum + label.count, 0) };
}

function isOfSeveral(choice: Choice): boolean {
  return choice.labels.length > 1;
}

/** Rows of `sound_labels` that are of the choice. */
function inLabels({ labels }: Choice): Sql {
  return { text: `label_id in (${placeholders(labels)})`, parameters: labels.map(label => label.id) };
}

/** For a row `d`. One look at the row of a sound costs less than a look for each of several labels. */
function fitsChoices(choices: readonly Choice[]): Sql {
  return joined(
    choices
      .toSorted((a, b) => Number(isOfSeveral(a)) - Number(isOfSeveral(b)))
      .map(({ labels }) =>
        labels.length === 1
          ? {
              text: ' and exists (select 1 from sound_labels o where o.label_id = ? and o.seq = d.seq)',
              parameters: labels.map(label => label.id),
            }
          : {
              text: ` and exists (select 1 from sounds c where c.seq = d.seq and c.category in (${placeholders(labels)}))`,
              parameters: labels.map(label => label.name),
            },
      ),
  );
}

function placeholders(list: readonly unknown[]): string {
  return list.map(() => '?').join(', ');
}

function textTest(search: Search): Sql {
  const tests = ` and instr(t.search_${search.index}, ?)`.repeat(search.needles.length);
  return { text: ` and exists (select 1 from sounds t where t.seq = d.seq${tests})`, parameters: search.needles };
}

function lengthRange(plan: Plan, column: string): Sql {
  const bounds: [string, number | undefined][] = [
    ['>=', plan.min],
    ['<=', plan.max],
  ];
  return joined(
    bounds.map(([operator, value]) =>
      value === undefined ? null : { text: ` and ${column} ${operator} ?`, parameters: [value] },
    ),
  );
}

function afterPosition(order: Order, after: Position | null, prefix: string): Sql {
  if (after === null) return NONE;
  const comparison = order.descending ? '<' : '>';
  if (order.column === null || after.key === null) {
    return { text: ` and ${prefix}seq ${comparison} ?`, parameters: [after.seq] };
  }
  return {
    text: ` and (${prefix}${order.column}, ${prefix}seq) ${comparison} (?, ?)`,
    parameters: [after.key, after.seq],
  };
}

function orderBy(order: Order, prefix: string): string {
  const direction = order.descending ? 'desc' : 'asc';
  const key = order.column === null ? '' : `${prefix}${order.column} ${direction}, `;
  return `${key}${prefix}seq ${direction}`;
}

function indexOf(order: Order): string {
  if (order.column === null) return '';
  return `indexed by ${order.column === 'name_key' ? 'sound_labels_by_name' : 'sound_labels_by_length'}`;
}
