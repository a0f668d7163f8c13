/**
 * The rows of a list that may be far longer than the browser should hold: a sparse window over what the server has.
 *
 * `rows[i]` is the i-th match or undefined where it is not held. A range that is wanted is fetched by the nearest cursor before
 * it, or by page number where none is near. Rows far from what is looked at are let go again. Sounds that come, change or go
 * are worked into the rows that are held, and into the positions of the cursors, so that nothing is fetched twice for it.
 */
import type { Sound, SoundKind, SoundList } from '#lib/sounds/sound.ts';
import { createStore, type Store } from '../store.ts';
import type { SoundEvent } from './sound-events.ts';

export type ListFilters = Readonly<Record<'q' | 'min_length' | 'max_length' | 'sort', string>> & {
  /** One of them must be the sound's. */
  readonly category: readonly string[];
  /** All of them must be the sound's. */
  readonly tag: readonly string[];
};

export interface ListState {
  filters: ListFilters;
  rows: readonly (Sound | undefined)[];
  /** Matches; a lower bound unless exact. */
  total: number;
  exact: boolean;
  /** Rows to show, ghosts for those still to come included. */
  length: number;
  status: 'ready' | 'searching' | 'failed';
  /** Why the last search failed, in words. */
  error: string | undefined;
  /** Why rows in between do not come, in words; those that are held stay. */
  stuck: string | undefined;
  /** Counts up when the list begins anew, so that the view goes to the top. */
  epoch: number;
}

export type FetchList = (
  kind: SoundKind,
  parameters: Readonly<Record<string, string | readonly string[]>>,
  signal: AbortSignal,
) => Promise<SoundList>;

export interface SoundListStore extends Store<ListState> {
  readonly kind: SoundKind;
  /** Asks for rows `start` to `end`; those that are held cost nothing. */
  want: (start: number, end: number) => void;
  /** Begins anew with other filters; the old request is cancelled, the old rows stay until the new ones are there. */
  search: (filters: ListFilters) => void;
  /** After a failure, of a search or of rows in between. */
  retry: () => void;
  apply: (...events: SoundEvent[]) => void;
}

const CHUNK = 100;
/** Rows held at most, and kept around what is looked at when some are let go. */
const HELD = 6000;
const KEPT = 2500;
/** How far ahead a cursor may be followed before a page number is the shorter way. */
const NEAR = 3 * CHUNK;
/** Page numbers reach this far into a filtered list. */
const PAGED = 10_000;

export const NO_FILTERS: ListFilters = { q: '', category: [], tag: [], min_length: '', max_length: '', sort: 'newest' };

export function isFiltered({ q, category, tag, min_length, max_length }: ListFilters): boolean {
  return q !== '' || category.length > 0 || tag.length > 0 || min_length !== '' || max_length !== '';
}

/**
 * @param first the page that the server rendered, with the same filters
 * @param firstIndex where in the list that page stands
 */
export function createListStore(
  kind: SoundKind,
  filters: ListFilters,
  first: SoundList,
  fetchList: FetchList,
  firstIndex = 0,
): SoundListStore {
  let rows: (Sound | undefined)[] = [];
  /** Where a cursor leads to: `[index of the first row behind it, cursor]`. */
  let marks: [number, string][] = [];
  let end: number | undefined;
  let wanted: [number, number] = [0, 0];
  let running: { controller: AbortController; start: number } | undefined;

  const store = createStore<ListState>(begin(filters, first, 0, firstIndex));

  function begin(next: ListFilters, list: SoundList, epoch: number, index = 0): ListState {
    rows = [];
    list.items.forEach((sound, i) => {
      rows[index + i] = sound;
    });
    marks = list.next_cursor === null ? [] : [[rows.length, list.next_cursor]];
    end = list.has_more ? undefined : rows.length;
    return view({
      filters: next,
      total: list.total,
      exact: list.total_exact,
      status: 'ready',
      error: undefined,
      stuck: undefined,
      epoch,
    });
  }

  function view(state: Omit<ListState, 'rows' | 'length'>): ListState {
    const length = end ?? (state.exact ? Math.max(state.total, rows.length) : Math.max(rows.length + 1, state.total));
    return { ...state, rows: rows.slice(), length };
  }

  function show(change: Partial<Omit<ListState, 'rows' | 'length'>> = {}): void {
    const { rows: _rows, length: _length, ...rest } = store.get();
    store.set(view({ ...rest, ...change }));
  }

  async function fetchMissing(): Promise<void> {
    const { length, filters: now } = store.get();
    const from = Math.max(0, wanted[0]);
    const to = Math.min(length, wanted[1]);
    let start = from;
    while (start < to && rows[start] !== undefined) start += 1;
    if (start >= to || (end !== undefined && start >= end)) return;

    const mark = marks.findLast(([index]) => index <= start && start - index <= NEAR);
    const byPage = mark === undefined && (start < PAGED || !isFiltered(now));
    const near = mark ?? marks.findLast(([index]) => index <= start);
    if (!byPage && near === undefined) return;
    const at = byPage ? Math.floor(start / CHUNK) * CHUNK : near![0];
    const place = byPage ? { page: String(at / CHUNK + 1) } : { cursor: near![1] };

    const controller = new AbortController();
    running = { controller, start: at };
    try {
      const list = await fetchList(kind, { ...parametersOf(now), ...place, limit: String(CHUNK) }, controller.signal);
      if (running?.controller !== controller) return;
      running = undefined;
      take(at, list);
      void fetchMissing();
    } catch (error) {
      if (running?.controller !== controller) return;
      running = undefined;
      show({ stuck: (error as Error).message });
    }
  }

  function take(at: number, list: SoundList): void {
    list.items.forEach((sound, i) => {
      rows[at + i] = sound;
    });
    const after = at + list.items.length;
    if (list.next_cursor !== null) mark(after, list.next_cursor);
    if (!list.has_more) {
      end = after;
      rows.length = Math.min(rows.length, after);
    }
    letGo();
    show({ total: list.total, exact: list.total_exact, stuck: undefined });
  }

  function mark(index: number, cursor: string): void {
    const i = marks.findIndex(([known]) => known >= index);
    if (i === -1) marks.push([index, cursor]);
    else marks.splice(i, marks[i]![0] === index ? 1 : 0, [index, cursor]);
  }

  function letGo(): void {
    const held = rows.reduce<number>((sum, row) => (row === undefined ? sum : sum + 1), 0);
    if (held <= HELD) return;
    const middle = (wanted[0] + wanted[1]) / 2;
    for (let i = 0; i < rows.length; i += 1) if (Math.abs(i - middle) > KEPT) rows[i] = undefined;
  }

  /** Takes rows out; what lies behind them moves up. */
  function remove(gone: ReadonlySet<number>): void {
    if (gone.size === 0) return;
    const before = (index: number) => [...gone].reduce((sum, one) => (one < index ? sum + 1 : sum), 0);
    marks = marks.map(([at, cursor]) => [at - before(at), cursor]);
    if (end !== undefined) end -= gone.size;
    const kept: (Sound | undefined)[] = [];
    for (let i = 0; i < rows.length; i += 1) if (!gone.has(i)) kept.push(rows[i]);
    rows = kept;
  }

  async function again(next: ListFilters): Promise<void> {
    running?.controller.abort();
    const controller = new AbortController();
    running = { controller, start: 0 };
    show({ filters: next, status: 'searching' });
    try {
      const list = await fetchList(kind, { ...parametersOf(next), limit: String(CHUNK) }, controller.signal);
      if (running?.controller !== controller) return;
      running = undefined;
      store.set(begin(next, list, store.get().epoch + 1));
    } catch (error) {
      if (running?.controller !== controller) return;
      running = undefined;
      show({ status: 'failed', error: (error as Error).message });
    }
  }

  return {
    ...store,
    kind,
    want(start, stop) {
      wanted = [start, stop];
      if (running !== undefined && store.get().status === 'searching') return;
      // What is on its way may be far from where the reader has gone.
      if (running !== undefined && (running.start + CHUNK < start || running.start > stop)) {
        running.controller.abort();
        running = undefined;
      }
      // Scrolling on would only fail again and again: see `retry`.
      const { status, stuck } = store.get();
      if (running === undefined && status !== 'failed' && stuck === undefined) void fetchMissing();
    },
    search: next => void again(next),
    retry() {
      if (store.get().status === 'failed') void again(store.get().filters);
      else if (running === undefined) void fetchMissing();
    },
    apply(...events) {
      const ours = events.filter(event => (event.type === 'removed' ? event.kind : event.sound.kind) === kind);
      if (ours.length === 0) return;
      const { filters: now, total } = store.get();
      const places = new Map<string, number>();
      rows.forEach((row, index) => row !== undefined && places.set(row.id, index));
      const gone = new Set<number>();
      const come: Sound[] = [];
      let lost = 0;
      let anew = false;
      for (const event of ours) {
        const index = places.get(event.type === 'removed' ? event.id : event.sound.id);
        if (event.type === 'removed') {
          if (index !== undefined) gone.add(index);
          // Whether one that is not held matched only the server knows.
          if (index !== undefined || !isFiltered(now)) lost += 1;
        } else if (index !== undefined) rows[index] = event.sound;
        else if (event.type === 'added' && !isFiltered(now) && now.sort === 'newest') come.unshift(event.sound);
        // Where it belongs only the server knows.
        else if (event.type !== 'changed') anew = true;
      }
      remove(gone);
      if (come.length > 0) {
        rows.unshift(...come);
        marks = marks.map(([at, cursor]) => [at + come.length, cursor]);
        if (end !== undefined) end += come.length;
      }
      show({ total: Math.max(0, total - lost) + come.length });
      if (anew) void again(now);
    },
  };
}

export function parametersOf(filters: ListFilters): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(filters).filter(([name, value]) => value.length > 0 && !(name === 'sort' && value === 'newest')),
  );
}

/** The address of the library page with these filters. */
export function addressOf(kind: SoundKind, filters: ListFilters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parametersOf(filters))) {
    // A category may hold a comma, a tag does not.
    if (name === 'category') for (const one of value) search.append(name, one);
    else search.set(name, typeof value === 'string' ? value : value.join(','));
  }
  const query = search.toString();
  return `/sounds/${kind}${query === '' ? '' : `?${query}`}`;
}

export function filtersOf(search: URLSearchParams): ListFilters {
  const text = (name: string) => search.get(name) ?? '';
  return {
    q: text('q'),
    category: [...new Set(search.getAll('category').filter(category => category !== ''))],
    tag: text('tag')
      .split(',')
      .map(tag => tag.trim())
      .filter(tag => tag !== ''),
    min_length: text('min_length'),
    max_length: text('max_length'),
    sort: text('sort') || 'newest',
  };
}
