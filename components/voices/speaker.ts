/**
 * Voices that say what is typed: one is asked at a time, what it said is kept for hearing it again, and the one player plays it.
 *
 * For each voice: nothing → asking → ready or failed; a press while it is asked gives up, and another text asks anew.
 */
import type { PlayableSound } from '../player/player-store.ts';
import { createStore, type Store } from '../store.ts';

/** What is to be said. An empty text stands for the voice's own sample, which knows no settings. */
export interface Wish {
  text: string;
  /** Times the voice's own rate. */
  speed: number;
  /** Semitones above the voice's own. */
  pitch: number;
}

export type Said =
  | { phase: 'asking'; wish: Wish }
  | { phase: 'ready'; wish: Wish; sound: PlayableSound; warnings: readonly string[] }
  | { phase: 'failed'; wish: Wish; error: string };

/** By the id of the voice, the one that spoke last at the end. */
export type SaidByVoice = ReadonlyMap<string, Said>;

/** Who can be asked. */
export interface Speaking {
  id: string;
  name: string;
  preview_url: string;
}

export interface SpeakerOptions {
  /** @throws Error whose message is for people; the signal's reason */
  ask: (
    voice: Speaking,
    wish: Wish,
    signal: AbortSignal,
  ) => Promise<{ sound: PlayableSound; warnings: readonly string[] }>;
  play: (sound: PlayableSound) => void;
  /** Plays or pauses what is ready. */
  toggle: (sound: PlayableSound) => void;
  /** What the player holds must not be let go of. */
  isPlaying: (sound: PlayableSound) => boolean;
  /** Lets go of a sound that nobody will hear again. */
  release: (sound: PlayableSound) => void;
}

export interface Speaker {
  said: Store<SaidByVoice>;
  /** What a press on a voice does. */
  press: (voice: Speaking, wish: Wish) => void;
  /** Gives up what is asked for. */
  cancel: () => void;
}

/** Sentences are a few hundred kilobytes each. */
const KEPT = 24;

export function createSpeaker(options: SpeakerOptions): Speaker {
  const said = createStore<SaidByVoice>(new Map());
  let asked: { id: string; controller: AbortController } | undefined;

  /** Sounds that no voice holds any more; one of them may still be in the player. */
  const unheld = new Set<PlayableSound>();

  const releaseUnheld = () => {
    for (const sound of unheld) {
      if (options.isPlaying(sound)) continue;
      unheld.delete(sound);
      options.release(sound);
    }
  };

  const put = (id: string, state: Said | undefined) => {
    const next = new Map(said.get());
    const leave = (other: string) => {
      const old = next.get(other);
      if (old?.phase === 'ready') unheld.add(old.sound);
      next.delete(other);
    };
    leave(id);
    if (state !== undefined) next.set(id, state);
    for (const other of [...next.keys()].slice(0, Math.max(0, next.size - KEPT))) leave(other);
    said.set(next);
    releaseUnheld();
  };

  const cancel = () => {
    if (asked === undefined) return;
    const { id, controller } = asked;
    asked = undefined;
    controller.abort();
    put(id, undefined);
  };

  const speak = async (voice: Speaking, wish: Wish) => {
    cancel();
    const controller = new AbortController();
    asked = { id: voice.id, controller };
    put(voice.id, { phase: 'asking', wish });
    try {
      const { sound, warnings } = await options.ask(voice, wish, controller.signal);
      if (controller.signal.aborted) return options.release(sound);
      asked = undefined;
      put(voice.id, { phase: 'ready', wish, sound, warnings });
      options.play(sound);
      releaseUnheld();
    } catch (error) {
      if (controller.signal.aborted) return;
      asked = undefined;
      put(voice.id, { phase: 'failed', wish, error: error instanceof Error ? error.message : String(error) });
    }
  };

  return {
    said,
    cancel,
    press(voice, wish) {
      const state = said.get().get(voice.id);
      if (state?.phase === 'asking') return cancel();
      if (state?.phase === 'ready' && isSameWish(state.wish, wish)) return options.toggle(state.sound);
      void speak(voice, wish);
    },
  };
}

function isSameWish(a: Wish, b: Wish): boolean {
  return a.text === b.text && (a.text === '' || (a.speed === b.speed && a.pitch === b.pitch));
}
