import { describe, expect, it } from 'vitest';
import type { Sound, SoundKind, SoundsChange, SoundsChanged } from '#lib/sounds/sound.ts';
import { createBulk, type Change } from './bulk.ts';
import type { SoundEvent } from './sound-events.ts';

type Row = Pick<Sound, 'id' | 'category' | 'tags'> & { deleted: boolean };

/** What the server does, to rows that can be looked at. */
function world(rows: Row[], refused: ReadonlySet<string> = new Set()) {
  const calls: SoundsChange[] = [];
  const events: SoundEvent[] = [];
  let failure: Error | undefined;
  let onCall: () => void = () => undefined;
  const change = (_kind: SoundKind, wish: SoundsChange): Promise<SoundsChanged> => {
    calls.push(wish);
    onCall();
    if (failure !== undefined) return Promise.reject(failure);
    const answer: SoundsChanged = { changed: [], failed: [] };
    for (const id of wish.ids) {
      const row = rows.find(one => one.id === id)!;
      if (refused.has(id)) {
        answer.failed.push({ id, code: 'sound.not_found', detail: `There is no sound ${id}.` });
        continue;
      }
      const before = { category: row.category, tags: row.tags };
      if (wish.deleted !== undefined) row.deleted = wish.deleted;
      if (wish.category !== undefined) row.category = wish.category;
      const kept = row.tags.filter(tag => wish.remove_tags?.includes(tag) !== true);
      row.tags = [...new Set([...kept, ...(wish.add_tags ?? [])])];
      answer.changed.push({
        id,
        before,
        sound: row.deleted ? null : ({ kind: 'effects', ...row } as unknown as Sound),
      });
    }
    return Promise.resolve(answer);
  };
  const bulk = createBulk({ change, tell: (...told) => events.push(...told) });
  return {
    bulk,
    calls,
    events,
    rows,
    fail: (error: Error | undefined) => (failure = error),
    onCall: (work: () => void) => (onCall = work),
    run: (wish: Change, ids = rows.map(({ id }) => id)) =>
      bulk.run({ doing: 'Changing', did: 'Changed' }, 'effects', ids, wish),
  };
}

const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `s${n}`,
    category: n % 3 === 0 ? null : `Category ${n % 3}`,
    tags: n % 2 === 0 ? ['even'] : [],
    deleted: false,
  }));
const copy = (rows: readonly Row[]) => structuredClone(rows);

describe('a change to many sounds', () => {
  it.each<[string, Change]>([
    ['a category', { category: 'Category 1' }],
    ['a category that is cleared', { category: null }],
    ['tags, of which some have one already', { add_tags: ['even', 'wet'] }],
    ['a deletion', { deleted: true }],
  ])('reaches all of them and can be put back as it was: %s', async (_name, wish) => {
    const { bulk, calls, events, rows, run } = world(rowsOf(250));
    const before = copy(rows);
    const outcome = await run(wish);
    expect(outcome!.report).toEqual({ did: 'Changed', done: 250, of: 250, failed: [], stopped: undefined });
    expect(calls.map(({ ids }) => ids.length)).toEqual([100, 100, 50]);
    expect(events).toHaveLength(250);
    expect(rows).not.toEqual(before);
    await bulk.undo('effects', outcome!, wish);
    expect(rows.map(row => ({ ...row, tags: row.tags.toSorted() }))).toEqual(before);
    expect(bulk.get()).toEqual({ running: undefined, report: undefined });
  });

  it('counts on while it runs, and lets nothing else begin', async () => {
    const { bulk, onCall, run } = world(rowsOf(250));
    const seen: (number | undefined)[] = [];
    const second: unknown[] = [];
    onCall(() => {
      seen.push(bulk.get().running?.done);
      void run({ category: 'Other' }).then(outcome => second.push(outcome));
    });
    await run({ category: 'Town' });
    expect(seen).toEqual([0, 100, 200]);
    expect(second).toEqual([undefined, undefined, undefined]);
  });

  it('stops between two calls when it is told to, and what is done can be put back', async () => {
    const { bulk, calls, rows, run } = world(rowsOf(250));
    const before = copy(rows);
    const running = run({ category: 'Town' });
    bulk.stop();
    expect(bulk.get().running?.stopping).toBe(true);
    const outcome = await running;
    expect(outcome!.report).toMatchObject({ done: 100, of: 250, stopped: 'Stopped.' });
    // Who stops it knows, so there is nothing to report.
    expect(bulk.get().report).toBeUndefined();
    expect(calls).toHaveLength(1);
    await bulk.undo('effects', outcome!, { category: 'Town' });
    expect(rows).toEqual(before);
  });

  it('names those that could not be changed, and changes the others', async () => {
    const { bulk, rows, run } = world(rowsOf(5), new Set(['s1', 's3']));
    const outcome = await run({ category: 'Town' });
    expect(outcome!.report).toMatchObject({ done: 3, of: 5, stopped: undefined });
    expect(outcome!.report.failed.map(({ id }) => id)).toEqual(['s1', 's3']);
    expect(bulk.get().report).toBe(outcome!.report);
    expect(rows.filter(({ category }) => category === 'Town')).toHaveLength(3);
    bulk.closeReport();
    expect(bulk.get().report).toBeUndefined();
  });

  it('ends with the reason where a call fails as a whole', async () => {
    const { bulk, calls, fail, onCall, run } = world(rowsOf(250));
    onCall(() => calls.length === 2 && fail(new Error('The disk is full.')));
    const outcome = await run({ deleted: true });
    expect(outcome!.report).toMatchObject({ done: 100, of: 250, stopped: 'The disk is full.', failed: [] });
    expect(bulk.get().report).toBe(outcome!.report);
    expect(calls).toHaveLength(2);
  });

  it('tells what has become of the sounds', async () => {
    const { bulk, events, run } = world(rowsOf(1));
    await run({ category: 'Town' });
    const outcome = await run({ deleted: true });
    await bulk.undo('effects', outcome!, { deleted: true });
    expect(events.map(({ type }) => type)).toEqual(['changed', 'removed', 'restored']);
  });
});
