/** The sheets whose changes are not saved yet outlive their component: closing a sheet loses nothing, with or without a server. */
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';
import { getSound, patchSound } from '../api/client.ts';
import { connection } from '../connection/connection.ts';
import { onSound, tellSound } from '../library/sound-events.ts';
import { createSheetStore, type SheetStore } from './sheet-store.ts';

interface Kept {
  store: SheetStore;
  /** Components that show it. */
  holders: number;
}

const kept = new Map<string, Kept>();

export function sheetStoreOf(kind: SoundKind, id: string, initial?: Sound): SheetStore {
  return (
    kept.get(`${kind}/${id}`)?.store ??
    createSheetStore({
      initial,
      api: { load: () => getSound(kind, id), save: (patch, etag) => patchSound(kind, id, patch, etag) },
      timers: {
        after(ms, run) {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      },
      onSound: sound => tellSound({ type: 'changed', sound }),
    })
  );
}

/** Loads, listens and saves until what is returned is called; then goes on until everything is saved. */
export function holdSheet(kind: SoundKind, id: string, store: SheetStore): () => void {
  const key = `${kind}/${id}`;
  let entry = kept.get(key);
  if (entry?.store !== store) {
    entry = { store, holders: 0 };
    watch(key, entry, kind, id);
  }
  const held = entry;
  held.holders += 1;
  store.start();
  return () => {
    held.holders -= 1;
    store.flush();
  };
}

function watch(key: string, entry: Kept, kind: SoundKind, id: string): void {
  const { store } = entry;
  kept.set(key, entry);
  window.addEventListener('beforeunload', onUnload);
  const stopListening = onSound(event => {
    const heard = event.type === 'removed' ? event : event.sound;
    if (heard.kind !== kind || heard.id !== id) return;
    if (event.type === 'removed') store.heardRemoved();
    else store.heard(event.sound);
  });
  const stopWaiting = connection.onBack(store.retry);
  const stopWatching = store.state.subscribe(() => {
    if (entry.holders > 0 || !store.isClean()) return;
    stopWatching();
    stopListening();
    stopWaiting();
    if (kept.get(key) === entry) kept.delete(key);
    if (kept.size === 0) window.removeEventListener('beforeunload', onUnload);
  });
}

function onUnload(event: BeforeUnloadEvent): void {
  const unsaved = [...kept.values()].map(entry => entry.store).filter(store => !store.isClean());
  for (const store of unsaved) store.flush();
  if (unsaved.length > 0) event.preventDefault();
}
