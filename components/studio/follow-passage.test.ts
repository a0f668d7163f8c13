import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BookTimeline } from '#lib/renders/render.ts';
import { createStore } from '../store.ts';
import type { BookPlayer, BookPlayerState } from './book-player.ts';
import { followPassage } from './follow-passage.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function timeline(spoken: readonly boolean[], length = 30): BookTimeline {
  const units = spoken.map((one, n) => ({
    text: `Unit ${n}.`,
    voice: 'a',
    name: null,
    start: n * 3,
    end: n * 3 + 2,
    spoken: one,
    line: 1,
    offset: n * 10,
    offset_end: n * 10 + 7,
  }));
  return { length, exact: false, chapters: [], units, effects: [], beds: [] };
}

function setUp(first: BookTimeline) {
  const audio = { key: 'one', title: 'preview', url: '/one', from: 0, length: 30, timeline: first };
  const state = createStore<BookPlayerState>({ audio, playing: false, waiting: true, time: 0, error: '' });
  const known: [string, BookTimeline, number | undefined][] = [];
  const player = {
    state,
    know: (key: string, next: BookTimeline, length?: number) => void known.push([key, next, length]),
  } as unknown as BookPlayer;
  return { player, state, known };
}

describe('a preview that is spoken while it is heard', () => {
  it('is looked at until all of it was spoken', async () => {
    const { player, known } = setUp(timeline([false, false]));
    const answers = [timeline([true, false]), timeline([true, true], 12), timeline([true, true], 99)];
    const load = vi.fn(() => Promise.resolve(answers[load.mock.calls.length - 1]!));
    followPassage(player, 'one', load);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(known).toEqual([
      ['one', answers[0], 30],
      ['one', answers[1], 12],
    ]);
  });

  it('is not looked at where all of it was spoken before', async () => {
    const { player } = setUp(timeline([true, true]));
    const load = vi.fn(() => Promise.resolve(timeline([true, true])));
    followPassage(player, 'one', load);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(load).not.toHaveBeenCalled();
  });

  it('is left alone once something else is put on, or the server does not answer', async () => {
    const { player, state, known } = setUp(timeline([false]));
    const load = vi.fn(() => Promise.resolve(timeline([false])));
    followPassage(player, 'one', load);
    await vi.advanceTimersByTimeAsync(1500);
    expect(load).toHaveBeenCalledTimes(1);
    state.set(now => ({ ...now, audio: { ...now.audio!, key: 'two' } }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(load).toHaveBeenCalledTimes(1);
    expect(known).toHaveLength(1);

    const other = setUp(timeline([false]));
    const failing = vi.fn(() => Promise.reject(new Error('not reached')));
    followPassage(other.player, 'one', failing);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(failing).toHaveBeenCalledTimes(1);
    expect(other.known).toEqual([]);
  });
});
