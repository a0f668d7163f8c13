/** The renders of one book, live, without React: those that are not over are followed until they are. */
import type { Render, RenderWish } from '#lib/renders/render.ts';
import { createStore, type Store } from '../store.ts';
import { isOver } from './studio-words.ts';

/** Until the list is asked for again after a stream has ended too early, in milliseconds. */
export const LOOK_AGAIN_AFTER = 3000;
/** Until a removed render is gone for good: as long as its way back is offered, and a little longer. Milliseconds. */
export const REMOVE_AFTER = 11_000;
/** Streams at once: a browser has few connections to a server. */
const MOST_FOLLOWED = 2;

export interface RendersState {
  /** The newest first. */
  renders: readonly Render[];
  /** Those that are followed tell what they do. */
  isLive: boolean;
  /** One was asked for, and there is no answer yet. */
  isStarting: boolean;
}

export interface RendersStore {
  readonly state: Store<RendersState>;
  /** @returns the way out */
  follow: () => () => void;
  start: (wish: RenderWish) => Promise<void>;
  pause: (id: string) => Promise<void>;
  resume: (id: string) => Promise<void>;
  /** One that is not over. */
  cancel: (id: string) => Promise<void>;
  /** Removes one that is over: out of the list at once, for good a little later. @returns the way back, until then */
  remove: (id: string) => () => void;
  /** Does not wait any longer with what is to be removed. @param remove how, where the page is being left */
  removeNow: (remove?: (id: string) => void) => void;
  /** Asks for the list again. */
  look: () => Promise<void>;
}

export interface RendersMeans {
  list: () => Promise<readonly Render[]>;
  create: (wish: RenderWish) => Promise<Render>;
  pause: (id: string) => Promise<Render>;
  resume: (id: string) => Promise<Render>;
  /** @returns the cancelled one, undefined for one that was over */
  remove: (id: string) => Promise<Render | undefined>;
  follow: (
    id: string,
    onRender: (render: Render) => void,
    onLive: (live: boolean) => void,
    onEnd: () => void,
  ) => () => void;
  /** Returns what calls it off. */
  after: (ms: number, run: () => void) => () => void;
  /** One has just come to its end. */
  onOver: (render: Render) => void;
  /** What nobody waits for has failed. */
  onError: (error: unknown) => void;
}

export function createRendersStore(initial: readonly Render[], means: RendersMeans): RendersStore {
  const state = createStore<RendersState>({ renders: initial, isLive: true, isStarting: false });
  const streams = new Map<string, () => void>();
  /** Out of the list, and not to come back into it with an answer that is under way. */
  const hidden = new Set<string>();
  /** Of those, what is not gone for good yet, and what calls that off. */
  const leaving = new Map<string, () => void>();
  let following = false;
  let callOff: (() => void) | undefined;

  function take(render: Render): void {
    if (hidden.has(render.id)) return;
    const { renders } = state.get();
    const known = renders.find(one => one.id === render.id);
    if (known !== undefined && known.revision > render.revision) return;
    const next = known === undefined ? [render, ...renders] : renders.map(one => (one === known ? render : one));
    state.set(now => ({ ...now, renders: next }));
    if (known !== undefined && !isOver(known) && isOver(render)) means.onOver(render);
    streamOn();
  }

  /** Streams for the newest that are not over, and for none else. */
  function streamOn(): void {
    const wanted = state
      .get()
      .renders.filter(render => !isOver(render))
      .slice(0, MOST_FOLLOWED)
      .map(({ id }) => id);
    for (const [id, stop] of [...streams]) {
      if (following && wanted.includes(id)) continue;
      stop();
      streams.delete(id);
    }
    if (!following) return;
    for (const id of wanted) {
      if (streams.has(id)) continue;
      const onLive = (isLive: boolean) => state.set(now => (now.isLive === isLive ? now : { ...now, isLive }));
      streams.set(id, means.follow(id, take, onLive, lost));
    }
  }

  function lost(): void {
    callOff?.();
    callOff = means.after(LOOK_AGAIN_AFTER, () => {
      for (const stop of streams.values()) stop();
      streams.clear();
      look().catch(() => state.set(now => ({ ...now, isLive: false })));
    });
  }

  async function look(): Promise<void> {
    const listed = await means.list();
    const { renders } = state.get();
    const known = new Map(renders.map(render => [render.id, render]));
    const next = listed
      .filter(({ id }) => !hidden.has(id))
      .map(render => {
        const mine = known.get(render.id);
        return mine !== undefined && mine.revision > render.revision ? mine : render;
      });
    state.set(now => ({ ...now, renders: next, isLive: true }));
    for (const render of next) {
      const before = known.get(render.id);
      if (before !== undefined && !isOver(before) && isOver(render)) means.onOver(render);
    }
    streamOn();
  }

  function finish(id: string, remove: (id: string) => void = one => void means.remove(one).catch(means.onError)): void {
    leaving.get(id)?.();
    leaving.delete(id);
    remove(id);
  }

  return {
    state,
    look,
    follow() {
      following = true;
      streamOn();
      return () => {
        following = false;
        callOff?.();
        streamOn();
      };
    },
    async start(wish) {
      state.set(now => ({ ...now, isStarting: true }));
      try {
        take(await means.create(wish));
      } finally {
        state.set(now => ({ ...now, isStarting: false }));
      }
    },
    pause: async id => take(await means.pause(id)),
    resume: async id => take(await means.resume(id)),
    async cancel(id) {
      const cancelled = await means.remove(id);
      if (cancelled !== undefined) return take(cancelled);
      // It was over before the wish came there.
      state.set(now => ({ ...now, renders: now.renders.filter(render => render.id !== id) }));
      streamOn();
    },
    remove(id) {
      const render = state.get().renders.find(one => one.id === id);
      if (render === undefined) return () => {};
      hidden.add(id);
      state.set(now => ({ ...now, renders: now.renders.filter(one => one !== render) }));
      leaving.set(
        id,
        means.after(REMOVE_AFTER, () => finish(id)),
      );
      return () => {
        const callOffRemoval = leaving.get(id);
        if (callOffRemoval === undefined) return;
        callOffRemoval();
        leaving.delete(id);
        hidden.delete(id);
        const later = (one: Render) => one.created_at > render.created_at;
        state.set(now => ({
          ...now,
          renders: [...now.renders.filter(later), render, ...now.renders.filter(one => !later(one))],
        }));
      };
    },
    removeNow(remove) {
      for (const id of [...leaving.keys()]) finish(id, remove);
    },
  };
}
