/**
 * The one player of the application. It lives in the module, so it goes on while pages change; lists, sheet and bar command it
 * with functions and read it with {@link usePlayer}.
 */
import type { Sound, SoundKind } from '#lib/sounds/sound.ts';
import { onSound } from '../library/sound-events.ts';
import { createStore, useStore } from '../store.ts';

/** A sound of the library, or a sentence that a voice has spoken, whose id is that of the voice. */
export type PlayableSound = Pick<Sound, 'id' | 'name' | 'audio_url' | 'waveform_url' | 'length'> & {
  kind: SoundKind | 'voice';
};

export interface PlayerState {
  /** Null until something was played, and after {@link stop}. */
  sound: PlayableSound | null;
  playing: boolean;
  /** Seconds. */
  time: number;
  /** Seconds, as the server measured them: browsers only estimate it for some formats. */
  duration: number;
  loop: boolean;
  /** Where one ends the next of the list begins. */
  autoNext: boolean;
  /** Where the control stands, 0…1; {@link listeningGain} is what is heard. */
  volume: number;
  /** What went wrong and what to do, in words. */
  error: string | null;
}

/** The sound after the one that ended, in the order of the list that is shown. */
export type NextSound = (
  ended: PlayableSound,
) => PlayableSound | null | undefined | Promise<PlayableSound | null | undefined>;

const VOLUME = 'talk2me.volume';
const AUTO_NEXT = 'talk2me.auto-next';

/** To be read; what changes it are the functions of this file. */
export const player = createStore<PlayerState>({
  sound: null,
  playing: false,
  time: 0,
  duration: 0,
  loop: false,
  autoNext: false,
  volume: 1,
  error: null,
});

let element: HTMLAudioElement | undefined;
let next: NextSound | null = null;
let frame = 0;
/** Where a seek should lead, until it got there: a drag asks for many while one is under way. */
let wanted: number | undefined;
let sought: number | undefined;

/** The selected part of the player's state; it must be the same value for the same state. */
export function usePlayer<S>(select: (state: PlayerState) => S): S {
  return useStore(player, select);
}

type Named = Pick<PlayableSound, 'id' | 'kind'>;

export function isSameSound(a: Named | null, b: Named): boolean {
  return a?.id === b.id && a.kind === b.kind;
}

/** Plays it from its beginning, or goes on with it if it is the one that was paused. */
export function play(sound: PlayableSound): void {
  const audio = theElement();
  const { sound: current, error, time } = player.get();
  if (current?.audio_url !== sound.audio_url || !isSameSound(current, sound)) load(audio, sound, 0);
  else if (error !== null) load(audio, sound, time);
  audio.play().catch((reason: unknown) => {
    // An interrupted start is nothing to report, and what the file does not allow comes as an event.
    if ((reason as Error).name === 'NotAllowedError') fail('The browser did not let it start. Press play.');
  });
}

/** Pauses what plays or plays what is paused; another sound than that one begins. */
export function toggle(sound: PlayableSound | null = player.get().sound): void {
  if (sound === null) return;
  if (player.get().playing && isSameSound(player.get().sound, sound)) pause();
  else play(sound);
}

export function pause(): void {
  element?.pause();
  // Its event comes later; who asked may start another sound at once.
  patch({ playing: false });
}

/** @param seconds are kept within the sound */
export function seek(seconds: number): void {
  const { sound, duration } = player.get();
  if (sound === null) return;
  const audio = theElement();
  const time = Math.max(0, Math.min(duration, seconds));
  patch({ time });
  if (audio.readyState === 0) {
    audio.currentTime = time;
    return;
  }
  wanted = time;
  if (!audio.seeking) seekOn(audio);
}

export function seekBy(delta: number): void {
  seek(player.get().time + delta);
}

/** @param volume 0…1; remembered in this browser */
export function setVolume(volume: number): void {
  patch({ volume: Math.max(0, Math.min(1, volume)) });
  theElement().volume = listeningGain();
  localStorage.setItem(VOLUME, String(player.get().volume));
}

/** Amplitude 0…1 of everything that is listened to: the square of the control, since ears hear ratios. */
export function listeningGain(): number {
  return player.get().volume ** 2;
}

export function setLoop(loop: boolean): void {
  theElement().loop = loop;
  patch({ loop });
}

/** The list that is shown says what comes after a sound; null where nothing does. */
export function setAutoNext(following: NextSound | null): void {
  next = following;
}

/** Whether the next of the list begins where one ends; remembered in this browser. */
export function switchAutoNext(autoNext: boolean): void {
  patch({ autoNext });
  localStorage.setItem(AUTO_NEXT, autoNext ? 'on' : 'off');
}

/** Ends the sound and puts the player away. */
export function stop(): void {
  if (element === undefined) return;
  element.pause();
  element.removeAttribute('src');
  element.load();
  patch({ sound: null, playing: false, time: 0, duration: 0, error: null });
  if (mediaSession()) navigator.mediaSession.metadata = null;
}

function patch(part: Partial<PlayerState>): void {
  player.set(state => ({ ...state, ...part }));
}

function load(audio: HTMLAudioElement, sound: PlayableSound, time: number): void {
  wanted = undefined;
  audio.src = sound.audio_url;
  if (time > 0) audio.currentTime = time;
  patch({ sound, time, duration: sound.length, error: null });
  describe(sound);
}

/** Made when the first sound is played, since there is none on the server. */
function theElement(): HTMLAudioElement {
  if (element !== undefined) return element;
  const audio = new Audio();
  element = audio;
  patch({ volume: Number(localStorage.getItem(VOLUME) ?? 1), autoNext: localStorage.getItem(AUTO_NEXT) === 'on' });
  audio.volume = listeningGain();
  audio.addEventListener('play', () => {
    patch({ playing: true });
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(everyFrame);
  });
  audio.addEventListener('pause', () => {
    cancelAnimationFrame(frame);
    readTime();
    patch({ playing: false });
  });
  audio.addEventListener('timeupdate', readTime);
  audio.addEventListener('seeked', () => {
    if (wanted !== sought) seekOn(audio);
    else wanted = undefined;
  });
  audio.addEventListener('ended', () => {
    patch({ time: player.get().duration });
    if (player.get().autoNext) void playNext();
  });
  audio.addEventListener('error', () => void explain(audio));
  onSound(event => {
    const { sound } = player.get();
    if (event.type === 'removed') {
      if (isSameSound(sound, event)) stop();
    } else if (isSameSound(sound, event.sound)) {
      // A replaced recording has another address. What is heard ends, and the next press plays the new one.
      if (sound?.audio_url !== event.sound.audio_url) {
        audio.pause();
        load(audio, event.sound, 0);
      } else patch({ sound: event.sound });
    }
  });
  answerMediaKeys();
  return audio;
}

function seekOn(audio: HTMLAudioElement): void {
  sought = wanted;
  audio.currentTime = wanted!;
}

function everyFrame(): void {
  readTime();
  if (player.get().playing) frame = requestAnimationFrame(everyFrame);
}

function readTime(): void {
  const { sound, duration, time } = player.get();
  if (element === undefined || sound === null || wanted !== undefined) return;
  const now = Math.min(element.currentTime, duration);
  if (now !== time) patch({ time: now });
}

async function playNext(): Promise<void> {
  const { sound } = player.get();
  // A sentence stands in no list.
  const following = sound === null || sound.kind === 'voice' ? null : await next?.(sound);
  // Meanwhile someone may have chosen another.
  if (following && player.get().sound === sound && !player.get().playing) play(following);
}

function fail(error: string): void {
  pause();
  patch({ error });
}

async function explain(audio: HTMLAudioElement): Promise<void> {
  const { sound } = player.get();
  // Taking the source away is an error, too, in some browsers.
  if (sound === null) return;
  const words =
    audio.error?.code === MediaError.MEDIA_ERR_DECODE
      ? 'The recording is damaged here. Play on from a later place, or replace the file.'
      : await whyNot(sound.audio_url);
  if (player.get().sound === sound) fail(words);
}

/** Why a recording does not play, and what to do. An element does not tell a missing file from an unknown format; the server does. */
export async function whyNot(address: string): Promise<string> {
  let answer: Response;
  try {
    answer = await fetch(address, { method: 'HEAD', cache: 'no-store' });
  } catch {
    return 'The server was not reached. Check that it runs, then press play.';
  }
  if (answer.status === 404 || answer.status === 410) return 'This sound is no longer in the library.';
  if (!answer.ok) return `The server answered ${answer.status}. Try again.`;
  return `This browser cannot play ${formatName(answer.headers.get('content-type') ?? '')}. Upload it as MP3 or WAV.`;
}

/** `audio/x-flac; …` is FLAC to people. */
export function formatName(mediaType: string): string {
  const subtype = /\/(?:x-)?([^;]+)/.exec(mediaType)?.[1]?.trim();
  return subtype === 'mpeg' ? 'MP3' : (subtype?.toUpperCase() ?? 'this format');
}

function mediaSession(): boolean {
  return 'mediaSession' in navigator;
}

const ALBUMS: Readonly<Record<PlayableSound['kind'], string>> = {
  effects: 'Effects',
  background: 'Background',
  voice: 'Voices',
};

function describe({ name, kind }: PlayableSound): void {
  if (!mediaSession()) return;
  navigator.mediaSession.metadata = new MediaMetadata({
    title: name,
    artist: 'Talk2Me',
    album: ALBUMS[kind],
  });
}

/** The keys of keyboards, headsets and lock screens. */
function answerMediaKeys(): void {
  if (!mediaSession()) return;
  const actions: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
    play: () => toggle(),
    pause,
    stop,
    seekbackward: ({ seekOffset }) => seekBy(-(seekOffset ?? 5)),
    seekforward: ({ seekOffset }) => seekBy(seekOffset ?? 5),
    seekto: ({ seekTime }) => seek(seekTime ?? 0),
    nexttrack: () => {
      pause();
      void playNext();
    },
  };
  for (const [action, handler] of Object.entries(actions)) {
    try {
      navigator.mediaSession.setActionHandler(action as MediaSessionAction, handler);
    } catch {
      // A browser that does not know an action throws.
    }
  }
}
