/**
 * What plays of a book in its studio, in place of the application's player: a finished render, or a preview from some place on. It
 * knows when each unit is heard, so that the text can follow.
 */
import type { BookTimeline } from '#lib/renders/render.ts';
import { listeningGain, pause as pauseSounds, player } from '../player/player-store.ts';
import { createStore, type Store } from '../store.ts';

/** What is put on. */
export interface BookAudio {
  /** Tells one from the other. */
  key: string;
  title: string;
  url: string;
  /** Seconds of the book at which it begins. */
  from: number;
  /** Seconds. */
  length: number;
  /** Of the book that is heard; undefined while it is not known. */
  timeline: BookTimeline | undefined;
}

export interface BookPlayerState {
  audio: BookAudio | undefined;
  playing: boolean;
  /** It should play, and has nothing to play yet. */
  waiting: boolean;
  /** Seconds of the audio. */
  time: number;
  /** Why it does not play, in words; empty where it does. */
  error: string;
}

export interface BookPlayer {
  readonly state: Store<BookPlayerState>;
  /** Plays it from its beginning. */
  play: (audio: BookAudio) => void;
  toggle: () => void;
  /** @param seconds of the audio; kept within it */
  seek: (seconds: number) => void;
  /** The timeline came after the sound, or is better known. @param length of the audio, where that is better known too */
  know: (key: string, timeline: BookTimeline, length?: number) => void;
  /** Ends what plays and lets go of it. */
  close: () => void;
}

type Unit = BookTimeline['units'][number];

const NOTHING: BookPlayerState = { audio: undefined, playing: false, waiting: false, time: 0, error: '' };

/** The unit that is heard at this time of the book, or was heard last; undefined before the first. */
export function unitAt(timeline: BookTimeline, seconds: number): Unit | undefined {
  let low = 0;
  let high = timeline.units.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeline.units[middle]!.start <= seconds) low = middle + 1;
    else high = middle;
  }
  return timeline.units[low - 1];
}

/**
 * Where a unit stands in the script as it is now; undefined where it is not there any more.
 *
 * @param offset where it was, UTF-16 units
 */
export function placeOfUnit(
  script: string,
  { text, offset, offset_end }: Pick<Unit, 'text' | 'offset' | 'offset_end'>,
): { start: number; end: number } | undefined {
  const words = (part: string) =>
    part
      .replace(/\{\{\{[^{}]*\}\}\}/g, '')
      .replace(/^#\s+/, '')
      .replace(/\s+/g, '');
  const wanted = text.replace(/\s+/g, '');
  if (words(script.slice(offset, offset_end)) === wanted) return { start: offset, end: offset_end };
  const [behind, before] = [script.indexOf(text, offset), script.lastIndexOf(text, offset)];
  if (behind === -1 && before === -1) return undefined;
  const nearer = before === -1 || (behind !== -1 && behind - offset < offset - before) ? behind : before;
  return { start: nearer, end: nearer + text.length };
}

/** @param explain why an address does not play, in words */
export function createBookPlayer(explain: (address: string) => Promise<string>): BookPlayer {
  const state = createStore<BookPlayerState>(NOTHING);
  let element: HTMLAudioElement | undefined;
  let frame = 0;
  let leave: (() => void) | undefined;

  const put = (part: Partial<BookPlayerState>) => state.set(now => ({ ...now, ...part }));
  const readTime = () => {
    if (element !== undefined && element.currentTime !== state.get().time) put({ time: element.currentTime });
  };
  const everyFrame = () => {
    readTime();
    frame = requestAnimationFrame(everyFrame);
  };

  function theElement(): HTMLAudioElement {
    if (element !== undefined) return element;
    const audio = new Audio();
    element = audio;
    audio.addEventListener('playing', () => {
      put({ playing: true, waiting: false });
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(everyFrame);
    });
    audio.addEventListener('waiting', () => put({ waiting: true }));
    audio.addEventListener('pause', () => {
      cancelAnimationFrame(frame);
      readTime();
      put({ playing: false, waiting: false });
    });
    audio.addEventListener('seeked', readTime);
    audio.addEventListener('error', () => {
      const current = state.get().audio;
      if (current === undefined) return;
      put({ playing: false, waiting: false });
      void explain(current.url).then(error => {
        if (state.get().audio === current) put({ error });
      });
    });
    // One thing is heard at a time.
    leave = player.subscribe(() => {
      if (player.get().playing && !audio.paused) audio.pause();
    });
    return audio;
  }

  function start(audio: HTMLAudioElement): void {
    pauseSounds();
    audio.volume = listeningGain();
    put({ waiting: true, error: '' });
    audio.play().catch((reason: unknown) => {
      if ((reason as Error).name === 'NotAllowedError') {
        put({ playing: false, waiting: false, error: 'The browser did not let it start. Press play.' });
      }
    });
  }

  return {
    state,
    play(audio) {
      const sounds = theElement();
      sounds.src = audio.url;
      put({ ...NOTHING, audio });
      start(sounds);
    },
    toggle() {
      const { audio, playing, waiting, error } = state.get();
      if (audio === undefined) return;
      const sounds = theElement();
      if (playing || waiting) return sounds.pause();
      if (error !== '') sounds.load();
      start(sounds);
    },
    seek(seconds) {
      const { audio } = state.get();
      if (audio === undefined) return;
      const time = Math.max(0, Math.min(audio.length, seconds));
      theElement().currentTime = time;
      put({ time });
    },
    know(key, timeline, length) {
      state.set(now => {
        if (now.audio?.key !== key) return now;
        return { ...now, audio: { ...now.audio, timeline, length: length ?? now.audio.length } };
      });
    },
    close() {
      cancelAnimationFrame(frame);
      leave?.();
      leave = undefined;
      state.set(NOTHING);
      if (element === undefined) return;
      element.pause();
      element.removeAttribute('src');
      element.load();
      element = undefined;
    },
  };
}
