import { describe, expect, it } from 'vitest';
import { createScrollPace } from './scroll-pace.ts';

const VIEW = 800;

/** A clock that is moved by hand. */
function paced() {
  let now = 0;
  let due: { at: number; run: () => void } | undefined;
  const pace = createScrollPace((ms, run) => {
    const mine = { at: now + ms, run };
    due = mine;
    return () => {
      if (due === mine) due = undefined;
    };
  });
  let top = 0;
  return {
    pace,
    pass(ms: number) {
      now += ms;
      if (due === undefined || due.at > now) return;
      const { run } = due;
      due = undefined;
      run();
    },
    scroll(by: number) {
      top += by;
      pace.moved(top, VIEW, now);
    },
    timers: () => (due === undefined ? 0 : 1),
  };
}

describe('the pace of a list', () => {
  it('is unhurried while rows stay in view for a while, in both directions', () => {
    const { pace, pass, scroll } = paced();
    for (const by of [20, 20, 35, -35, -20, 39]) {
      scroll(by);
      expect(pace.hurried.get()).toBe(false);
      pass(16.7);
    }
  });

  it('is hurried from the second frame of a fling, whichever way it goes', () => {
    for (const by of [120, -120]) {
      const { pace, pass, scroll } = paced();
      scroll(by);
      expect(pace.hurried.get()).toBe(false);
      pass(16.7);
      scroll(by);
      expect(pace.hurried.get()).toBe(true);
    }
  });

  it('is unhurried again when a fling has slowed down to half of what was too fast', () => {
    const { pace, pass, scroll } = paced();
    scroll(200);
    pass(16.7);
    scroll(200);
    expect(pace.hurried.get()).toBe(true);
    pass(16.7);
    scroll(30);
    expect(pace.hurried.get()).toBe(true);
    pass(16.7);
    scroll(15);
    expect(pace.hurried.get()).toBe(false);
    pass(16.7);
    scroll(30);
    expect(pace.hurried.get()).toBe(false);
  });

  it('is unhurried when the events end, and leaves no timer behind', () => {
    const { pace, pass, scroll, timers } = paced();
    scroll(4000);
    pass(16.7);
    scroll(4000);
    pass(100);
    expect(pace.hurried.get()).toBe(true);
    pass(100);
    expect(pace.hurried.get()).toBe(false);
    scroll(10);
    expect(timers()).toBe(1);
    pace.stop();
    expect(timers()).toBe(0);
  });

  it('does not take two events of one frame for speed', () => {
    const { pace, scroll } = paced();
    scroll(20);
    scroll(20);
    expect(pace.hurried.get()).toBe(false);
  });
});
