/** Books whose changes are not saved yet outlive their page: leaving it loses nothing, with or without a server. */
import type { Audiobook } from '#lib/audiobooks/audiobook.ts';
import { getBook, patchBook } from '../api/books.ts';
import type { Versioned } from '../api/client.ts';
import { clock, connection } from '../connection/connection.ts';
import { createBookStore, type BookStore } from './book-store.ts';
import { onBook, tellBook } from './book-events.ts';

interface Kept {
  store: BookStore;
  /** Pages that show it. */
  holders: number;
}

const kept = new Map<string, Kept>();

/** The store of a book; one that still has something to save rather than what the server gave. */
export function bookStoreOf(initial: Versioned<Audiobook>): BookStore {
  const { id } = initial.value;
  return (
    kept.get(id)?.store ??
    createBookStore(initial, {
      load: () => getBook(id),
      save: (patch, etag) => patchBook(id, patch, etag),
      after: clock.after,
      onSaved: () => tellBook({ type: 'changed', id }),
    })
  );
}

/** Listens and saves until what is returned is called; then goes on until everything is saved. */
export function holdBook(id: string, store: BookStore): () => void {
  let entry = kept.get(id);
  if (entry?.store !== store) {
    entry = { store, holders: 0 };
    watch(id, entry);
  }
  const held = entry;
  held.holders += 1;
  return () => {
    held.holders -= 1;
    store.flush();
  };
}

function watch(id: string, entry: Kept): void {
  const { store } = entry;
  kept.set(id, entry);
  window.addEventListener('beforeunload', onUnload);
  // Another machine may have changed it meanwhile.
  const onLook = () => document.visibilityState === 'visible' && store.heard();
  document.addEventListener('visibilitychange', onLook);
  const stopListening = onBook(event => {
    if (event.id !== id) return;
    if (event.type === 'removed') store.heardRemoved();
    else store.heard();
  });
  const stopWaiting = connection.onBack(store.retry);
  const stopWatching = store.state.subscribe(() => {
    if (entry.holders > 0 || !store.isClean()) return;
    stopWatching();
    stopListening();
    stopWaiting();
    document.removeEventListener('visibilitychange', onLook);
    if (kept.get(id) === entry) kept.delete(id);
    if (kept.size === 0) window.removeEventListener('beforeunload', onUnload);
  });
}

function onUnload(event: BeforeUnloadEvent): void {
  const unsaved = [...kept.values()].map(entry => entry.store).filter(store => !store.isClean());
  for (const store of unsaved) store.flush();
  if (unsaved.length > 0) event.preventDefault();
}
