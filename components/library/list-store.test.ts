import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sound, SoundList } from '#lib/sounds/sound.ts';
import { addressOf, createListStore, filtersOf, NO_FILTERS, type FetchList } from './list-store.ts';

const sound = (n: number) => ({ kind: 'effects', id: `s${n}`, name: `Sound ${n}` }) as Sound;

/** Newest first, as the server has it; a cursor is the id of the last sound that was given. */
function fakeServer(count: number, { shortPages = false } = {}) {
  const sounds = Array.from({ length: count }, (_, i) => sound(count - i));
  let asked = 0;
  const page = (start: number, limit: number, list = sounds): SoundList => {
    const size = shortPages ? Math.floor(limit / 3) : limit;
    const items = list.slice(start, start + size);
    const more = start + size < list.length;
    const last = list[start + size - 1];
    const total = shortPages ? Math.min(list.length, start + items.length) : list.length;
    return {
      items,
      total,
      total_exact: !shortPages,
      limit,
      page: null,
      has_more: more,
      next_cursor: more ? last!.id : null,
    };
  };
  const fetchList: FetchList = (_kind, parameters) => {
    asked += 1;
    const matches =
      parameters['q'] === undefined ? sounds : sounds.filter(({ name }) => name.endsWith(String(parameters['q'])));
    const limit = Number(parameters['limit']);
    const cursor = parameters['cursor'];
    const start =
      cursor === undefined
        ? (Number(parameters['page'] ?? 1) - 1) * limit
        : matches.findIndex(({ id }) => id === cursor) + 1;
    return Promise.resolve(page(start, limit, matches));
  };
  return { sounds, page, fetchList, requests: () => asked };
}

/** Everything that was asked for has come: a fake answer takes a few microtasks, and one leads to the next. */
async function settled(server: { requests: () => number }): Promise<void> {
  for (let before = -1; before !== server.requests();) {
    before = server.requests();
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  }
}

describe('a list in the browser', () => {
  it('shows what the server has wherever one looks, in any order of looking', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3000 }),
        fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (count, looks, shortPages) => {
          const server = fakeServer(count, { shortPages });
          const store = createListStore('effects', NO_FILTERS, server.page(0, 50), server.fetchList);
          for (const look of looks) {
            const start = Math.min(look, store.get().length - 1);
            store.want(start, start + 30);
            await settled(server);
            const { rows, length } = store.get();
            const wanted = server.sounds.slice(start, Math.min(start + 30, length));
            expect(rows.slice(start, start + wanted.length).map(row => row?.id)).toEqual(wanted.map(({ id }) => id));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('asks for nothing that it holds', async () => {
    const server = fakeServer(500);
    const store = createListStore('effects', NO_FILTERS, server.page(0, 50), server.fetchList);
    store.want(0, 200);
    await settled(server);
    const asked = server.requests();
    store.want(20, 180);
    store.want(0, 200);
    await settled(server);
    expect(server.requests()).toBe(asked);
  });

  it('lets go of what is far away, and fetches it again', async () => {
    const server = fakeServer(20_000);
    const store = createListStore('effects', NO_FILTERS, server.page(0, 50), server.fetchList);
    for (let at = 0; at < 19_000; at += 500) {
      store.want(at, at + 500);
      await settled(server);
    }
    expect(store.get().rows.filter(row => row !== undefined).length).toBeLessThanOrEqual(6100);
    expect(store.get().rows[10]).toBeUndefined();
    store.want(0, 30);
    await settled(server);
    expect(store.get().rows[10]?.id).toBe(server.sounds[10]!.id);
  });

  it('works in sounds that come and go, and goes on behind them', async () => {
    const server = fakeServer(400);
    const store = createListStore('effects', NO_FILTERS, server.page(0, 50), server.fetchList);
    const added = sound(9999);
    server.sounds.unshift(added);
    store.apply({ type: 'added', sound: added });
    expect([store.get().rows[0]?.id, store.get().total, store.get().length]).toEqual(['s9999', 401, 401]);

    const [gone] = server.sounds.splice(5, 1);
    store.apply({ type: 'removed', kind: 'effects', id: gone!.id });
    expect(store.get().total).toBe(400);
    store.want(0, 400);
    await settled(server);
    expect(store.get().rows.map(row => row?.id)).toEqual(server.sounds.map(({ id }) => id));
  });

  it('begins anew with a search, and drops the answer of the one before', async () => {
    const server = fakeServer(100);
    const late: (() => void)[] = [];
    const fetchList: FetchList = async (kind, parameters, signal) => {
      if (parameters['q'] === '7') await new Promise<void>(resolve => late.push(resolve));
      return server.fetchList(kind, parameters, signal);
    };
    const store = createListStore('effects', NO_FILTERS, server.page(0, 50), fetchList);
    store.search({ ...NO_FILTERS, q: '7' });
    store.search({ ...NO_FILTERS, q: '42' });
    await settled(server);
    for (const answer of late) answer();
    await settled(server);
    expect(store.get().rows.map(row => row?.id)).toEqual(['s42']);
    expect(store.get()).toMatchObject({ total: 1, length: 1, status: 'ready', epoch: 1 });
  });

  it('says why rows do not come, keeps those it has, and tries again when asked', async () => {
    const server = fakeServer(300);
    let broken = true;
    let failed = 0;
    const store = createListStore('effects', NO_FILTERS, server.page(0, 50), (...call) => {
      if (!broken) return server.fetchList(...call);
      failed += 1;
      return Promise.reject(new Error('The server was not reached.'));
    });
    store.want(100, 130);
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
    expect(store.get()).toMatchObject({ status: 'ready', stuck: 'The server was not reached.', length: 300 });
    expect(store.get().rows[49]?.id).toBe(server.sounds[49]!.id);
    // Scrolling on does not ask in vain.
    store.want(130, 160);
    store.want(160, 190);
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
    expect(failed).toBe(1);
    broken = false;
    store.retry();
    await settled(server);
    expect(store.get().stuck).toBeUndefined();
    expect(store.get().rows[170]?.id).toBe(server.sounds[170]!.id);
  });

  it('says why a search failed, and searches again for the same when asked', async () => {
    const server = fakeServer(300);
    let broken = true;
    const store = createListStore('effects', NO_FILTERS, server.page(0, 50), (...call) =>
      broken ? Promise.reject(new Error('The server was not reached.')) : server.fetchList(...call),
    );
    store.search({ ...NO_FILTERS, q: '42' });
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
    expect(store.get()).toMatchObject({ status: 'failed', error: 'The server was not reached.', length: 300 });
    broken = false;
    store.retry();
    await settled(server);
    expect(store.get()).toMatchObject({ status: 'ready', error: undefined, epoch: 1 });
    expect(store.get().rows.map(row => row?.id)).toEqual(
      server.sounds.filter(({ name }) => name.endsWith('42')).map(({ id }) => id),
    );
  });

  it('has an address that leads back to its filters', () => {
    const filters = { ...NO_FILTERS, q: 'rain & wind', tag: ['a', 'b c'], min_length: '1.5', sort: 'name' };
    const address = addressOf('background', filters);
    expect(filtersOf(new URL(address, 'http://localhost').searchParams)).toEqual(filters);
    expect(addressOf('effects', NO_FILTERS)).toBe('/sounds/effects');
  });
});
