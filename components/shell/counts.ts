import type { SoundKind } from '#lib/sounds/sound.ts';
import { onSound } from '../library/sound-events.ts';
import { createStore } from '../store.ts';

export type Counts = Readonly<Record<SoundKind, number>>;

/** Sounds of each kind; undefined until a page has told them. */
export const counts = createStore<Counts | undefined>(undefined);

/** Follows what happens to sounds; returns the way out. */
export function followCounts(initial: Counts): () => void {
  counts.set(now => now ?? initial);
  return onSound(event => {
    if (event.type === 'changed') return;
    const kind = event.type === 'removed' ? event.kind : event.sound.kind;
    counts.set(now => {
      const known = now ?? initial;
      return { ...known, [kind]: Math.max(0, known[kind] + (event.type === 'removed' ? -1 : 1)) };
    });
  });
}
