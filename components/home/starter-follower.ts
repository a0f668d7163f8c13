/** Follows the starter pack on its way into the library, without React. */
import type { StarterPackState } from '#lib/starter/pack.ts';
import { createStore, type Store } from '../store.ts';

/** Between two looks, in milliseconds; doubled each time that the server does not answer. */
export const LOOK_EVERY = 1000;
const LOOK_AT_MOST = 30_000;
/** Sounds that must have come before a time left is told. */
const MEASURED = 3;

export interface StarterView {
  /** Undefined until the server has told it. */
  pack: StarterPackState | undefined;
  /** Of a run; undefined while it cannot be told. */
  secondsLeft: number | undefined;
  /** A run was seen here. */
  seen: boolean;
  /** It was asked for, and there is no answer yet. */
  asking: boolean;
  /** Why it could not be asked for, in words. */
  error: string | undefined;
}

export interface StarterFollower {
  readonly view: Store<StarterView>;
  /** Asks for the pack. */
  add: () => Promise<void>;
  /**
   * Looks while a run goes on.
   *
   * @param lingers a run is followed to its end after the way out was taken
   * @returns the way out
   */
  follow: (lingers?: boolean) => () => void;
}

export interface StarterMeans {
  look: () => Promise<StarterPackState>;
  add: () => Promise<StarterPackState>;
  /** So many sounds have come since it was told last, or a few more. */
  onGrown: (by: number) => void;
  clock: {
    /** Milliseconds, never going back. */
    now: () => number;
    /** Returns the way to call it off. */
    after: (ms: number, run: () => void) => () => void;
  };
  /** Calls back when a lost connection is there again; returns the way out. */
  onBack: (listener: () => void) => () => void;
}

export function createStarterFollower(initial: StarterPackState | undefined, means: StarterMeans): StarterFollower {
  const { clock } = means;
  const view = createStore<StarterView>({
    pack: initial,
    secondsLeft: undefined,
    seen: initial?.status === 'running',
    asking: false,
    error: undefined,
  });
  /** Where the run was when it was seen first. */
  let began = initial?.status === 'running' ? { at: clock.now(), done: initial.done } : undefined;
  let followers = 0;
  let misses = 0;
  let looking = false;
  let callOff: (() => void) | undefined;

  function take(pack: StarterPackState): void {
    const { pack: before, seen } = view.get();
    const runs = pack.status === 'running';
    if (!runs) began = undefined;
    else began ??= { at: clock.now(), done: pack.done };
    const come = began === undefined ? 0 : pack.done - began.done;
    const secondsLeft =
      began === undefined || come < MEASURED
        ? undefined
        : ((clock.now() - began.at) / 1000 / come) * (pack.total - pack.done);
    view.set({ pack, secondsLeft, seen: seen || runs, asking: false, error: undefined });
    if (before !== undefined && (pack.done !== before.done || pack.status !== before.status)) {
      means.onGrown(Math.abs(pack.done - before.done));
    }
  }

  function plan(): void {
    callOff?.();
    callOff = undefined;
    const { pack } = view.get();
    if (followers === 0 || looking || (pack !== undefined && pack.status !== 'running')) return;
    if (pack === undefined && misses === 0) return void look();
    callOff = clock.after(Math.min(LOOK_AT_MOST, LOOK_EVERY * 2 ** misses), () => void look());
  }

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      take(await means.look());
      misses = 0;
    } catch {
      // What goes on there goes on without this page.
      misses += 1;
    }
    looking = false;
    plan();
  }

  return {
    view,
    async add() {
      if (view.get().asking) return;
      view.set(now => ({ ...now, asking: true, error: undefined }));
      try {
        take(await means.add());
        plan();
      } catch (error) {
        view.set(now => ({ ...now, asking: false, error: (error as Error).message }));
      }
    },
    follow(lingers = false) {
      followers += 1;
      plan();
      const stopWaiting = means.onBack(() => {
        if (misses > 0) void look();
      });
      const leave = () => {
        followers -= 1;
        stopWaiting();
        plan();
      };
      return () => {
        if (!lingers || view.get().pack?.status !== 'running') return leave();
        const stop = view.subscribe(() => {
          if (view.get().pack?.status === 'running') return;
          stop();
          leave();
        });
      };
    },
  };
}
