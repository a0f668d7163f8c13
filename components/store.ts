import { useSyncExternalStore } from 'react';

/** A value that changes over time, and those who want to know. Framework-free; {@link useStore} is its React side. */
export interface Store<T> {
  get: () => T;
  /** What it began with, on the server as in every browser. */
  readonly initial: T;
  set: (next: T | ((current: T) => T)) => void;
  /** Returns the way out. */
  subscribe: (listener: () => void) => () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    initial,
    set(next) {
      const changed = typeof next === 'function' ? (next as (current: T) => T)(value) : next;
      if (Object.is(changed, value)) return;
      value = changed;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The selected part of a store; renders again when that part changes. It must be the same value for the same state. */
export function useStore<T, S>(store: Store<T>, select: (value: T) => S): S {
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.get()),
    // A part that wakes up late has to find what the server wrote, though the store has moved on; React then draws it again.
    () => select(store.initial),
  );
}
