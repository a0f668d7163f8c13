import { describe, expect, it, vi } from 'vitest';
import type { Render } from '#lib/renders/render.ts';
import { createRendersStore, type RendersMeans } from './renders-store.ts';
import { renderOf } from './renders.fixture.ts';

const id = (n: number) => String(n).repeat(32);

function storeOf(initial: readonly Render[], own: Partial<RendersMeans> = {}) {
  const streams = new Map<string, { tell: (render: Render) => void; live: (live: boolean) => void; end: () => void }>();
  const later: (() => void)[] = [];
  const over: string[] = [];
  const store = createRendersStore(initial, {
    list: async () => initial,
    create: async wish => renderOf({ id: id(9), wish }),
    pause: async one => renderOf({ id: one, status: 'paused', revision: 50 }),
    resume: async one => renderOf({ id: one, status: 'queued', revision: 60 }),
    remove: async one => renderOf({ id: one, status: 'cancelled', revision: 70 }),
    follow: (one, tell, live, end) => {
      streams.set(one, { tell, live, end });
      return () => streams.delete(one);
    },
    after: (_ms, run) => {
      later.push(run);
      return () => {
        const at = later.indexOf(run);
        if (at !== -1) later.splice(at, 1);
      };
    },
    onOver: render => over.push(`${render.id[0]} ${render.status}`),
    onError: error => {
      throw error;
    },
    ...own,
  });
  return { store, streams, later, over, shown: () => store.state.get().renders };
}

describe('the renders of a book', () => {
  it('are followed until they are over, and their end is told once', () => {
    const { store, streams, over, shown } = storeOf([
      renderOf({ id: id(2), status: 'running' }),
      renderOf({ id: id(1), status: 'completed' }),
    ]);
    expect([...streams.keys()]).toEqual([]);
    const leave = store.follow();
    expect([...streams.keys()]).toEqual([id(2)]);
    streams.get(id(2))!.tell(renderOf({ id: id(2), status: 'running', progress: 0.5, revision: 3 }));
    // An answer that was overtaken.
    streams.get(id(2))!.tell(renderOf({ id: id(2), status: 'running', progress: 0.2, revision: 2 }));
    expect(shown()[0]).toMatchObject({ progress: 0.5 });
    streams.get(id(2))!.tell(renderOf({ id: id(2), status: 'completed', progress: 1, revision: 4 }));
    expect(over).toEqual(['2 completed']);
    expect([...streams.keys()]).toEqual([]);
    leave();
  });

  it('are followed again from the list where a stream is refused', async () => {
    const { store, streams, later } = storeOf([renderOf({ id: id(2), status: 'running' })], {
      list: async () => [renderOf({ id: id(2), status: 'completed', revision: 8 })],
    });
    store.follow();
    streams.get(id(2))!.end();
    later[0]!();
    await vi.waitFor(() => expect(store.state.get().renders[0]?.status).toBe('completed'));
    expect([...streams.keys()]).toEqual([]);
  });

  it('stay at their last word, marked, while the connection is lost', () => {
    const { store, streams } = storeOf([renderOf({ id: id(2), status: 'running' })]);
    store.follow();
    streams.get(id(2))!.live(false);
    expect(store.state.get().isLive).toBe(false);
    streams.get(id(2))!.live(true);
    expect(store.state.get().isLive).toBe(true);
  });

  it('can be started, paused, gone on with and cancelled', async () => {
    const { store, streams, over, shown } = storeOf([]);
    store.follow();
    const starting = store.start(renderOf().wish);
    expect(store.state.get().isStarting).toBe(true);
    await starting;
    expect(store.state.get().isStarting).toBe(false);
    expect([...streams.keys()]).toEqual([id(9)]);
    await store.pause(id(9));
    expect(shown()[0]?.status).toBe('paused');
    await store.resume(id(9));
    expect(shown()[0]?.status).toBe('queued');
    await store.cancel(id(9));
    expect(shown()[0]?.status).toBe('cancelled');
    expect(over).toEqual(['9 cancelled']);
  });

  it('a refused start leaves nothing behind', async () => {
    const { store, shown } = storeOf([], { create: () => Promise.reject(new Error('The script has errors.')) });
    await expect(store.start(renderOf().wish)).rejects.toThrow('errors');
    expect(store.state.get().isStarting).toBe(false);
    expect(shown()).toEqual([]);
  });

  it('come back where they were, or are removed for good once', async () => {
    const removed: string[] = [];
    const list = [3, 2, 1].map(n =>
      renderOf({ id: id(n), status: 'completed', created_at: `2030-01-0${n}T00:00:00Z` }),
    );
    const { store, shown, later } = storeOf(list, {
      remove: async one => void removed.push(one),
    });
    const back = store.remove(id(2));
    expect(shown().map(one => one.id[0])).toEqual(['3', '1']);
    back();
    expect(shown().map(one => one.id[0])).toEqual(['3', '2', '1']);
    const tooLate = store.remove(id(1));
    later[0]!();
    tooLate();
    store.remove(id(3));
    store.removeNow(one => removed.push(`${one} at last`));
    store.removeNow();
    expect(removed).toEqual([id(1), `${id(3)} at last`]);
    // An answer that was under way does not bring them back.
    await store.look();
    expect(shown().map(one => one.id[0])).toEqual(['2']);
  });
});
