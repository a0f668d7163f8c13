import { describe, expect, it, vi } from 'vitest';
import type { PlayableSound } from '../player/player-store.ts';
import { createSpeaker, type Speaking, type Wish } from './speaker.ts';

const voice = (id: string): Speaking => ({ id, name: id.toUpperCase(), preview_url: `/${id}` });
const saying = (text: string, change: Partial<Wish> = {}): Wish => ({ text, speed: 1, pitch: 0, ...change });

function setUp() {
  const asks: {
    id: string;
    wish: Wish;
    signal: AbortSignal;
    answer: (warnings?: string[]) => PlayableSound;
    fail: (error: Error) => void;
  }[] = [];
  let playing: PlayableSound | undefined;
  const play = vi.fn((sound: PlayableSound) => void (playing = sound));
  const toggle = vi.fn();
  const release = vi.fn();
  const speaker = createSpeaker({
    ask: ({ id, name }, wish, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')));
        asks.push({
          id,
          wish,
          signal,
          fail: reject,
          answer(warnings = []) {
            const sound: PlayableSound = {
              id,
              name,
              kind: 'voice',
              length: 1,
              audio_url: `blob:${asks.length}`,
              waveform_url: '',
            };
            resolve({ sound, warnings });
            return sound;
          },
        });
      }),
    play,
    toggle,
    release,
    isPlaying: sound => sound === playing,
  });
  const phase = (id: string) => speaker.said.get().get(id)?.phase;
  /** A voice speaks, to the end. */
  const speak = async (id: string, wish = saying('Hello.')) => {
    speaker.press(voice(id), wish);
    const sound = asks.at(-1)!.answer();
    await vi.waitFor(() => expect(phase(id)).toBe('ready'));
    return sound;
  };
  return { speaker, asks, play, toggle, release, phase, speak };
}

describe('a press on a voice', () => {
  it('asks for the sentence, and plays it when it is there', async () => {
    const { speaker, asks, play, phase } = setUp();
    speaker.press(voice('a'), saying('Hello.', { speed: 2 }));
    expect(phase('a')).toBe('asking');
    expect(asks).toMatchObject([{ id: 'a', wish: { text: 'Hello.', speed: 2 } }]);
    const sound = asks[0]!.answer(['It does not follow pitch.']);
    await vi.waitFor(() => expect(play).toHaveBeenCalledExactlyOnceWith(sound));
    expect(speaker.said.get().get('a')).toMatchObject({ phase: 'ready', warnings: ['It does not follow pitch.'] });
  });

  it('pauses and goes on where the same was said before, and asks anew for anything else', async () => {
    const { speaker, asks, toggle, release, speak } = setUp();
    const sound = await speak('a', saying('Hello.'));
    speaker.press(voice('a'), saying('Hello.'));
    expect(toggle).toHaveBeenCalledExactlyOnceWith(sound);
    expect(asks).toHaveLength(1);
    const others: PlayableSound[] = [];
    for (const wish of [saying('Hello!'), saying('Hello!', { speed: 1.5 }), saying('Hello!', { pitch: 2 })]) {
      others.push(await speak('a', wish));
    }
    expect(asks).toHaveLength(4);
    // What is played no more gives its memory back.
    await vi.waitFor(() => expect(release.mock.calls).toEqual([[sound], [others[0]], [others[1]]]));
  });

  it('gives up while it is asked', async () => {
    const { speaker, asks, play, phase } = setUp();
    speaker.press(voice('a'), saying('Hello.'));
    speaker.press(voice('a'), saying('Hello.'));
    expect(asks[0]!.signal.aborted).toBe(true);
    await vi.waitFor(() => expect(phase('a')).toBeUndefined());
    expect(play).not.toHaveBeenCalled();
  });

  it('takes the word from the voice that was asked before', async () => {
    const { speaker, asks, phase, play } = setUp();
    speaker.press(voice('a'), saying('Hello.'));
    speaker.press(voice('b'), saying('Hello.'));
    expect(asks[0]!.signal.aborted).toBe(true);
    expect(phase('a')).toBeUndefined();
    const sound = asks[1]!.answer();
    await vi.waitFor(() => expect(play).toHaveBeenCalledExactlyOnceWith(sound));
  });

  it('says what went wrong where it did, and may be tried again', async () => {
    const { speaker, asks, phase, speak } = setUp();
    speaker.press(voice('a'), saying('Привет'));
    asks[0]!.fail(new Error('This voice has no words for “П”.'));
    await vi.waitFor(() => expect(phase('a')).toBe('failed'));
    expect(speaker.said.get().get('a')).toMatchObject({ error: 'This voice has no words for “П”.' });
    await speak('a', saying('Привет'));
    expect(asks).toHaveLength(2);
  });
});

describe('what was said', () => {
  it('is let go of when there is much, the oldest first, but not what plays', async () => {
    const { speaker, play, release, speak } = setUp();
    const first = await speak('v0');
    for (let n = 1; n < 30; n += 1) await speak(`v${n}`);
    expect(play).toHaveBeenCalledTimes(30);
    expect(speaker.said.get().size).toBe(24);
    expect(release.mock.calls[0]).toEqual([first]);
    expect(release).toHaveBeenCalledTimes(6);
  });
});
