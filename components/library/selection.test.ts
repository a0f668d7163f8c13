import { describe, expect, it } from 'vitest';
import type { Sound, SoundList } from '#lib/sounds/sound.ts';
import { NO_FILTERS, type FetchList, type ListState } from './list-store.ts';
import { selectAll } from './select-all.ts';
import { createSelection, MOST_SELECTED, type Selection } from './selection.ts';

const sound = (n: number) => ({ kind: 'effects', id: `s${n}`, name: `Sound ${n}`, length: 1 }) as Sound;
const sounds = (count: number) => Array.from({ length: count }, (_, n) => sound(n));
const ids = (selection: Selection) => [...selection.get().sounds.keys()];
const listOf = (held: readonly (Sound | undefined)[], total: number, exact = true): ListState => ({
  filters: NO_FILTERS,
  rows: held,
  total,
  exact,
  length: total,
  status: 'ready',
  error: undefined,
  stuck: undefined,
  epoch: 0,
});

/** A server whose pages are given out one by one. */
function steppedServer(all: readonly Sound[]) {
  const asked: { start: number; limit: number; answer: () => void; fail: (error: Error) => void }[] = [];
  const fetchList: FetchList = (_kind, parameters, signal) =>
    new Promise<SoundList>((resolve, reject) => {
      const start = Number(parameters['cursor'] ?? 0);
      const limit = Number(parameters['limit']);
      const end = start + limit;
      const more = end < all.length;
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      asked.push({
        start,
        limit,
        answer: () =>
          resolve({
            items: all.slice(start, end),
            total: all.length,
            total_exact: true,
            limit,
            page: null,
            has_more: more,
            next_cursor: more ? String(end) : null,
          }),
        fail: reject,
      });
    });
  return { asked, fetchList };
}

/** What a promise that is kept leads to has happened. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

describe('a selection', () => {
  it('takes sounds in and lets them go', () => {
    const selection = createSelection('effects');
    selection.toggle(sound(1));
    selection.add([sound(2), undefined, sound(1)]);
    selection.toggle(sound(1));
    selection.toggle(undefined);
    expect(ids(selection)).toEqual(['s2']);
    selection.clear();
    expect(ids(selection)).toEqual([]);
  });

  it('loses what is deleted, of its own kind', () => {
    const selection = createSelection('effects');
    selection.replace([sound(1), sound(2)], true);
    selection.follow([
      { type: 'removed', kind: 'background', id: 's1' },
      { type: 'changed', sound: sound(2) },
    ]);
    expect(ids(selection)).toEqual(['s1', 's2']);
    selection.follow([
      { type: 'removed', kind: 'effects', id: 's1' },
      { type: 'removed', kind: 'effects', id: 's2' },
    ]);
    expect(selection.get()).toEqual({ sounds: new Map(), gathering: undefined, cut: false });
  });
});

describe('selecting all', () => {
  it('asks for nothing where everything is held', async () => {
    const selection = createSelection('effects');
    const { asked, fetchList } = steppedServer(sounds(3));
    await selectAll(selection, 'effects', listOf(sounds(3), 3), fetchList);
    expect(ids(selection)).toEqual(['s0', 's1', 's2']);
    expect(asked).toEqual([]);
  });

  it('fetches what is not held page by page, and tells how far it is', async () => {
    const selection = createSelection('effects');
    selection.toggle(sound(7));
    const { asked, fetchList } = steppedServer(sounds(450));
    // Rows that were let go leave holes.
    const held: (Sound | undefined)[] = sounds(450);
    held[100] = undefined;
    const all = selectAll(selection, 'effects', listOf(held, 450), fetchList);
    expect(selection.get().gathering).toMatchObject({ found: 0, of: 450, exact: true });
    for (const [page, found] of [200, 400].entries()) {
      asked[page]!.answer();
      await settle();
      expect(selection.get().gathering).toMatchObject({ found, of: 450 });
      // Until all are there nothing is what one asked for.
      expect(ids(selection)).toEqual(['s7']);
    }
    asked[2]!.answer();
    await all;
    expect(asked.map(({ start }) => start)).toEqual([0, 200, 400]);
    expect(ids(selection)).toEqual(sounds(450).map(({ id }) => id));
    expect(selection.get()).toMatchObject({ gathering: undefined, cut: false });
  });

  it('leaves the selection as it was when it is called off, or fails', async () => {
    const selection = createSelection('effects');
    selection.toggle(sound(7));
    const { asked, fetchList } = steppedServer(sounds(450));
    const all = selectAll(selection, 'effects', listOf([], 450), fetchList);
    asked[0]!.answer();
    await settle();
    selection.get().gathering!.cancel();
    await all;
    expect(ids(selection)).toEqual(['s7']);
    expect(selection.get().gathering).toBeUndefined();

    const failing = selectAll(selection, 'effects', listOf([], 450), fetchList);
    asked.at(-1)!.fail(new Error('The server was not reached.'));
    await expect(failing).rejects.toThrow('not reached');
    expect(ids(selection)).toEqual(['s7']);
    expect(selection.get().gathering).toBeUndefined();
  });

  it('takes the first ten thousand of more, and says so', async () => {
    const selection = createSelection('effects');
    const { asked, fetchList } = steppedServer(sounds(MOST_SELECTED + 1));
    const all = selectAll(selection, 'effects', listOf([], MOST_SELECTED + 1), fetchList);
    for (let page = 0; page < MOST_SELECTED / 200; page += 1) {
      asked[page]!.answer();
      await settle();
    }
    await all;
    expect(selection.get().sounds.size).toBe(MOST_SELECTED);
    expect(selection.get().cut).toBe(true);
    expect(asked).toHaveLength(MOST_SELECTED / 200);
  });

  it('begun again calls the first one off', async () => {
    const selection = createSelection('effects');
    const { asked, fetchList } = steppedServer(sounds(250));
    const first = selectAll(selection, 'effects', listOf([], 250), fetchList);
    const second = selectAll(selection, 'effects', listOf([], 250), fetchList);
    await first;
    expect(selection.get().gathering).toMatchObject({ found: 0, of: 250 });
    asked[1]!.answer();
    await settle();
    asked[2]!.answer();
    await second;
    expect(selection.get().sounds.size).toBe(250);
  });
});
