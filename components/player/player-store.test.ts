import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sound } from '#lib/sounds/sound.ts';
import type { PlayableSound } from './player-store.ts';

/** As much of an audio element as the player uses. */
class FakeAudio extends EventTarget {
  static last: FakeAudio;
  src = '';
  paused = true;
  seeking = false;
  readyState = 4;
  volume = 1;
  loop = false;
  error: { code: number } | null = null;
  seeks: number[] = [];
  #time = 0;

  constructor() {
    super();
    FakeAudio.last = this;
  }
  get currentTime() {
    return this.#time;
  }
  set currentTime(time: number) {
    this.seeks.push(time);
    this.#time = time;
    this.seeking = true;
  }
  play() {
    this.paused = false;
    this.tell('play');
    return Promise.resolve();
  }
  pause() {
    if (this.paused) return;
    this.paused = true;
    this.tell('pause');
  }
  load() {}
  removeAttribute() {
    this.src = '';
  }
  tell(type: string) {
    this.dispatchEvent(new Event(type));
  }
  moveTo(time: number) {
    this.#time = time;
    this.tell('timeupdate');
  }
  arrive() {
    this.seeking = false;
    this.tell('seeked');
  }
  end() {
    this.pause();
    this.tell('ended');
  }
}

function soundNamed(id: string, part: Partial<PlayableSound> = {}): PlayableSound {
  const base = `/api/sounds/effects/${id}`;
  return {
    id,
    kind: 'effects',
    name: id,
    audio_url: `${base}/audio?v=1`,
    waveform_url: `${base}/waveform.webp?v=1`,
    length: 10,
    ...part,
  };
}

const rain = soundNamed('rain');
const wind = soundNamed('wind');
let kept: Map<string, string>;

/** A fresh application. */
async function open() {
  vi.resetModules();
  const store = await import('./player-store.ts');
  const events = await import('../library/sound-events.ts');
  return { ...store, ...events, state: () => store.player.get() };
}

beforeEach(() => {
  kept = new Map();
  vi.stubGlobal('Audio', FakeAudio);
  vi.stubGlobal('MediaError', { MEDIA_ERR_DECODE: 3 });
  vi.stubGlobal('requestAnimationFrame', () => 0);
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the player', () => {
  it('plays, pauses, goes on, and begins anew with another sound', async () => {
    const { toggle, state } = await open();
    toggle(rain);
    expect(state()).toMatchObject({ sound: rain, playing: true, time: 0, duration: 10 });
    FakeAudio.last.moveTo(4);
    toggle(rain);
    expect(state()).toMatchObject({ playing: false, time: 4 });
    toggle();
    expect(state()).toMatchObject({ playing: true, time: 4 });
    toggle(wind);
    expect(state()).toMatchObject({ sound: wind, playing: true, time: 0 });
    expect(FakeAudio.last.src).toBe(wind.audio_url);
  });

  it('does nothing without a sound', async () => {
    const { toggle, pause, seek, seekBy, stop, state } = await open();
    toggle();
    pause();
    seek(3);
    seekBy(1);
    stop();
    expect(state()).toMatchObject({ sound: null, playing: false, time: 0 });
  });

  it('seeks within the sound, and of many places asked for during a seek only to the last', async () => {
    const { play, seek, seekBy, state } = await open();
    play(rain);
    const audio = FakeAudio.last;
    for (const time of [1, 2, 3, 99]) seek(time);
    expect(audio.seeks).toEqual([1]);
    audio.moveTo(1);
    expect(state().time, 'shows where it is going').toBe(10);
    audio.arrive();
    expect(audio.seeks).toEqual([1, 10]);
    audio.arrive();
    expect(audio.seeks).toEqual([1, 10]);
    seekBy(-12);
    expect(state().time).toBe(0);
    audio.arrive();
    audio.moveTo(0.5);
    expect(state().time).toBe(0.5);
  });

  it('never shows more time than the sound has', async () => {
    const { play, state } = await open();
    play(rain);
    FakeAudio.last.moveTo(10.03);
    expect(state().time).toBe(10);
  });

  it('remembers the volume and whether the next one follows', async () => {
    const before = await open();
    before.play(rain);
    before.setVolume(0.5);
    before.switchAutoNext(true);
    expect(FakeAudio.last.volume).toBe(0.25);
    before.setVolume(7);
    expect(before.state().volume).toBe(1);
    before.setVolume(0.5);

    const after = await open();
    after.play(rain);
    expect(after.state()).toMatchObject({ volume: 0.5, autoNext: true });
    expect(FakeAudio.last.volume).toBe(0.25);
  });

  it('plays the next of the list where that is wanted, and stops at its end', async () => {
    const { play, setAutoNext, switchAutoNext, state } = await open();
    setAutoNext(ended => (ended.id === 'rain' ? wind : null));
    play(rain);
    FakeAudio.last.end();
    await Promise.resolve();
    expect(state()).toMatchObject({ sound: rain, playing: false, time: 10 });
    switchAutoNext(true);
    play(rain);
    FakeAudio.last.end();
    await vi.waitFor(() => expect(state()).toMatchObject({ sound: wind, playing: true, time: 0 }));
    FakeAudio.last.end();
    await Promise.resolve();
    expect(state()).toMatchObject({ sound: wind, playing: false });
  });

  it('leaves to a person what they chose while the next one was looked up', async () => {
    const { play, setAutoNext, switchAutoNext, state } = await open();
    const late = Promise.withResolvers<PlayableSound>();
    setAutoNext(() => late.promise);
    switchAutoNext(true);
    play(rain);
    FakeAudio.last.end();
    play(wind);
    late.resolve(soundNamed('late'));
    await late.promise;
    await Promise.resolve();
    expect(state().sound).toBe(wind);
  });

  it('ends when its sound is removed, and only then', async () => {
    const { play, tellSound, state } = await open();
    play(rain);
    tellSound({ type: 'removed', kind: 'background', id: 'rain' });
    expect(state().playing).toBe(true);
    tellSound({ type: 'removed', kind: 'effects', id: 'rain' });
    expect(state()).toMatchObject({ sound: null, playing: false });
  });

  it('takes a new name while it plays, and pauses for a new recording', async () => {
    const { play, toggle, tellSound, state } = await open();
    play(rain);
    tellSound({ type: 'changed', sound: { ...rain, name: 'Rain' } as Sound });
    expect(state()).toMatchObject({ playing: true, sound: { name: 'Rain' } });
    tellSound({ type: 'changed', sound: { ...rain, audio_url: '/new', length: 3 } as Sound });
    expect(state()).toMatchObject({ playing: false, time: 0, duration: 3 });
    toggle();
    expect(FakeAudio.last.src).toBe('/new');
  });

  it.each([
    [new Response(null, { headers: { 'content-type': 'audio/flac' } }), 'This browser cannot play FLAC.'],
    [new Response(null, { status: 404 }), 'This sound is no longer in the library.'],
    [new TypeError('offline'), 'The server was not reached.'],
  ])('says why it cannot play: %#', async (answer, words) => {
    vi.stubGlobal('fetch', () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)));
    const { play, toggle, state } = await open();
    play(rain);
    FakeAudio.last.moveTo(4);
    FakeAudio.last.error = { code: 4 };
    FakeAudio.last.tell('error');
    await vi.waitFor(() => expect(state().error).toContain(words));
    expect(state().playing).toBe(false);
    toggle();
    expect(state()).toMatchObject({ playing: true, error: null, time: 4 });
    expect(FakeAudio.last.seeks.at(-1)).toBe(4);
  });

  it('names formats as people do', async () => {
    const { formatName } = await open();
    expect(['audio/mpeg', 'audio/x-flac', 'audio/ogg; codecs=opus', ''].map(formatName)).toEqual([
      'MP3',
      'FLAC',
      'OGG',
      'this format',
    ]);
  });
});
