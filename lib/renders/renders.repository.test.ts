import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testRenders, textOf, WISH } from './renders.fixture.ts';

const claimOf = (name: string) => name.padEnd(32, '0');

describe('renders in the database', () => {
  it('have the book as it was when they were asked for', async () => {
    await using test = await testRenders();
    const { books, renders } = test;
    const draft = { title: 'A book', author: null, script: 'One.', cast: { a: 'b' }, settings: { limiter_dbfs: -3 } };
    const book = await books.insert(draft);
    const { id } = await renders.insert(book.id, book, WISH, 1);
    await books.update(book.id, { script: 'Two.', cast: {} });
    expect(renders.book(id)).toEqual({
      title: 'A book',
      script: 'One.',
      cast: { a: 'b' },
      settings: { limiter_dbfs: -3 },
    });
    expect(renders.find(id)).toMatchObject({ status: 'queued', units_total: 1, wish: WISH, revision: 1 });
  });

  it('are not made of a book that was deleted meanwhile', async () => {
    await using test = await testRenders();
    const { books, renders } = test;
    const book = await books.insert({ title: 'A book', author: null, script: 'One.', cast: {}, settings: {} });
    await books.remove(book.id);
    await expect(renders.insert(book.id, book, WISH, 1)).rejects.toMatchObject({ code: 'book.not_found' });
    expect(renders.count({})).toBe(0);
  });

  it('count each unit once, as what it was the first time', async () => {
    await using test = await testRenders();
    const { renders } = test;
    await test.queued();
    const render = (await renders.takeNext(claimOf('a')))!;
    await renders.work(render, {}, [{ unit: 0, source: 'synthesised' }]);
    const again = [
      { unit: 0, source: 'reused' as const },
      { unit: 1, source: 'reused' as const },
      { unit: 2, source: 'reused' as const },
    ];
    const now = await renders.work(render, {}, again);
    expect(now).toMatchObject({ units_synthesised: 1, units_reused: 2 });
    expect(renders.find(render.id)).toEqual(now);
    expect(renders.list({}, 10)).toEqual([now]);
  });

  it('do not write the text of the book again for every finished unit', async () => {
    await using test = await testRenders();
    const { renders, database } = test;
    const script = 'A long text. '.repeat(40_000);
    await test.queued(script);
    const render = (await renders.takeNext(claimOf('a')))!;
    const log = () => statSync(`${database.path}-wal`).size;
    const before = log();
    for (let unit = 0; unit < 10; unit += 1) await renders.work(render, {}, [{ unit, source: 'reused' }]);
    expect(log()).toBeGreaterThan(before);
    expect(log() - before).toBeLessThan(script.length);
  });
});

describe('the claim to a render', () => {
  it('is what writing takes, and ends when somebody asks for something else', async () => {
    await using test = await testRenders();
    const { renders } = test;
    const { id } = await test.queued();
    const first = (await renders.takeNext(claimOf('a')))!;
    expect(await renders.work(first, { stage: 'speak' })).toMatchObject({ status: 'running', stage: 'speak' });
    expect(await renders.work({ ...first, claim: claimOf('x') }, { stage: 'mix' })).toBeUndefined();
    await renders.ask(id, ['running'], { status: 'paused' }, 'paused');
    expect(await renders.work(first, { stage: 'mix' })).toBeUndefined();
    await renders.ask(id, ['paused'], { status: 'queued' }, 'resumed');
    // The same instance takes it again: what it did before is not meant any more.
    const second = (await renders.takeNext(claimOf('b')))!;
    expect(await renders.work(first, { status: 'completed' })).toBeUndefined();
    expect(await renders.keepTimeline(first, ['{}'])).toBe(false);
    expect(renders.find(id)).toMatchObject({ status: 'running', stage: 'speak', claim: claimOf('b') });
    expect(await renders.work(second, { status: 'completed' })).toMatchObject({ claim: null, instance_id: null });
  });

  it('goes back to the queue where its instance is dead, or does not know of it', async () => {
    await using test = await testRenders();
    const { renders, of } = test;
    for (const claim of ['mine', 'lost']) {
      await test.queued();
      await renders.takeNext(claimOf(claim));
    }
    for (const instance of ['alive', 'dead']) {
      await test.queued();
      await of(instance).takeNext(claimOf(instance));
    }
    const isHeld = (claim: string) => claim === claimOf('mine');
    expect(await renders.requeueOrphans(id => id === 'alive', isHeld)).toBe(2);
    const all = renders.list({}, 10).map(({ status, claim }) => [status, claim]);
    expect(all.reverse()).toEqual([
      ['running', claimOf('mine')],
      ['queued', null],
      ['running', claimOf('alive')],
      ['queued', null],
    ]);
  });
});

describe('the timeline of a render', () => {
  it('is there when all of its pieces are, and belongs to whoever wrote it last', async () => {
    await using test = await testRenders();
    const { renders, database } = test;
    const { id } = await test.queued();
    const render = (await renders.takeNext(claimOf('a')))!;
    const seen: unknown[] = [];
    function* pieces() {
      for (const piece of ['{"length":', '1', '}']) {
        seen.push(renders.timeline(id));
        yield piece;
      }
    }
    expect(await renders.keepTimeline(render, pieces())).toBe(true);
    expect(seen).toEqual([undefined, undefined, undefined]);
    expect(await textOf(renders.timeline(id))).toBe('{"length":1}');
    expect(await renders.keepTimeline(render, ['{"length":2}'])).toBe(true);
    expect(await textOf(renders.timeline(id))).toBe('{"length":2}');
    const reading = renders.timeline(id);
    await renders.ask(id, ['running'], { status: 'cancelled' }, 'cancelled');
    await renders.remove(id);
    await expect(textOf(reading)).rejects.toThrow('changed while it was read');
    expect(renders.timeline(id)).toBeUndefined();
    expect(database.reader.get('select count(*) as count from render_timelines')).toEqual({ count: 0 });
    expect(database.reader.get('select count(*) as count from render_books')).toEqual({ count: 0 });
  });

  it('lets others go first between two pieces', async () => {
    await using test = await testRenders();
    const { renders } = test;
    await test.queued();
    const render = (await renders.takeNext(claimOf('a')))!;
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await renders.keepTimeline(
      render,
      Array.from({ length: 20 }, (_, n) => String(n)),
    );
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(20);
  });
});
