/**
 * What is selected in a list. Framework-free.
 *
 * Sounds are taken one by one, or all that match at once: those come page by page (`select-all.ts`), and until they are there, or
 * the wait is called off, the selection stays what it was.
 */
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';
import { createStore, type Store } from '../store.ts';
import type { SoundEvent } from './sound-events.ts';

/** What has to be known of a sound to do something with it. */
export type Selected = Pick<Sound, 'kind' | 'id' | 'length'>;

/** More than one looks through, and what a search counts exactly. */
export const MOST_SELECTED = 10_000;

export interface Gathering {
  /** Sounds found so far. */
  found: number;
  /** Sounds that match, and whether that is all of them. */
  of: number;
  exact: boolean;
  /** Calls it off. */
  cancel: () => void;
}

export interface SelectionState {
  /** By id. */
  sounds: ReadonlyMap<string, Selected>;
  /** While all that match are on their way. */
  gathering: Gathering | undefined;
  /** More match than can be selected at once. */
  cut: boolean;
}

export interface Selection extends Store<SelectionState> {
  toggle: (sound: Selected | undefined) => void;
  /** Beside what is selected. */
  add: (sounds: readonly (Selected | undefined)[]) => void;
  /** In place of what is selected. @param cut whether there are more than these */
  replace: (sounds: readonly Selected[], cut?: boolean) => void;
  /** Nothing is selected any more; what is on its way is called off. */
  clear: () => void;
  /** What is gone is not selected any more. */
  follow: (events: readonly SoundEvent[]) => void;
}

const NOTHING: SelectionState = { sounds: new Map(), gathering: undefined, cut: false };

export function createSelection(kind: SoundKind): Selection {
  const store = createStore(NOTHING);
  const change = (work: (sounds: Map<string, Selected>) => void) =>
    store.set(now => {
      const sounds = new Map(now.sounds);
      work(sounds);
      return { ...now, sounds, cut: now.cut && sounds.size > 0 };
    });
  return {
    ...store,
    toggle(sound) {
      if (sound === undefined) return;
      change(sounds => {
        if (!sounds.delete(sound.id)) sounds.set(sound.id, sound);
      });
    },
    add: list =>
      change(sounds => {
        for (const sound of list) if (sound !== undefined) sounds.set(sound.id, sound);
      }),
    replace: (list, cut = false) =>
      store.set(now => ({ ...now, sounds: new Map(list.map(sound => [sound.id, sound])), cut })),
    clear() {
      store.get().gathering?.cancel();
      store.set(NOTHING);
    },
    follow(events) {
      const { sounds: now } = store.get();
      const gone = events.flatMap(event => (event.type === 'removed' && event.kind === kind ? [event.id] : []));
      if (!gone.some(id => now.has(id))) return;
      change(sounds => gone.forEach(id => sounds.delete(id)));
    },
  };
}
