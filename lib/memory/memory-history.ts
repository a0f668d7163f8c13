/** A day of memory in a ring of fixed size. */

/** Levels keep the highest of a slot, counts and pauses add up, `live` keeps the lowest. */
const COLUMNS = {
  rss: 'highest',
  heapUsed: 'highest',
  heapTotal: 'highest',
  external: 'highest',
  arrayBuffers: 'highest',
  /** Heap after a collection of the whole of it. */
  live: 'lowest',
  /** Share of the limit, which tells the pressure. */
  share: 'highest',
  minor: 'sum',
  major: 'sum',
  /** Milliseconds in all collections. */
  pause: 'sum',
  /** Milliseconds that the event loop was late, at worst. */
  delay: 'highest',
} as const;

export type HistoryColumn = keyof typeof COLUMNS;
export type HistoryRow = Record<HistoryColumn, number>;

const NAMES = Object.keys(COLUMNS) as HistoryColumn[];
const DAY_MS = 24 * 3600_000;
/** A slot is a minute, however often is sampled: 1440 of them in 140 KB. */
const SLOT_MS = 60_000;
export const HISTORY_SLOTS = DAY_MS / SLOT_MS;

export interface HistoryPoint extends HistoryRow {
  /** Begin of the time that it stands for, in the clock of {@link MemoryHistory.add}. */
  readonly at: number;
}

export class MemoryHistory {
  /** Number of the slot since time began that each place holds; −1 for none. */
  readonly #slots = new Float64Array(HISTORY_SLOTS).fill(-1);
  readonly #values = Object.fromEntries(NAMES.map(name => [name, new Float64Array(HISTORY_SLOTS)])) as Record<
    HistoryColumn,
    Float64Array
  >;

  /** @param at milliseconds, 0 or more; @param row NaN where there is nothing to say */
  add(at: number, row: HistoryRow): void {
    const slot = Math.floor(at / SLOT_MS);
    const place = slot % HISTORY_SLOTS;
    const fresh = this.#slots[place] !== slot;
    this.#slots[place] = slot;
    for (const name of NAMES) {
      const values = this.#values[name];
      values[place] = fresh ? row[name] : joined(name, values[place]!, row[name]);
    }
  }

  /**
   * The last `length` before `now`, both milliseconds, as at most `points` points of equal length; what was not sampled is left out.
   */
  read(now: number, length: number, points: number): HistoryPoint[] {
    const last = Math.floor(now / SLOT_MS);
    const slots = Math.min(HISTORY_SLOTS, Math.max(1, Math.ceil(length / SLOT_MS)));
    const step = Math.max(1, Math.ceil(slots / points));
    // Points begin at multiples of their length, so that a chart which asks again gets the same ones.
    const first = Math.floor((last - slots + 1) / step) * step;
    const found: HistoryPoint[] = [];
    for (let from = first; from <= last; from += step) {
      const point = this.#join(Math.max(from, last - HISTORY_SLOTS + 1), Math.min(from + step, last + 1));
      if (point !== undefined) found.push({ at: from * SLOT_MS, ...point });
    }
    return found.slice(-points);
  }

  #join(from: number, to: number): HistoryRow | undefined {
    let row: HistoryRow | undefined;
    for (let slot = Math.max(0, from); slot < to; slot += 1) {
      const place = slot % HISTORY_SLOTS;
      if (this.#slots[place] !== slot) continue;
      const values = Object.fromEntries(NAMES.map(name => [name, this.#values[name][place]!])) as HistoryRow;
      if (row === undefined) row = values;
      else for (const name of NAMES) row[name] = joined(name, row[name], values[name]);
    }
    return row;
  }
}

function joined(name: HistoryColumn, one: number, other: number): number {
  if (Number.isNaN(one)) return other;
  if (Number.isNaN(other)) return one;
  if (COLUMNS[name] === 'sum') return one + other;
  return COLUMNS[name] === 'lowest' ? Math.min(one, other) : Math.max(one, other);
}
