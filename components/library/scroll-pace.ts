/**
 * Whether a list passes so fast that nobody can see its pictures. While it does they are not fetched: a fling through thousands
 * of rows would ask the server for every one of them, and those where it ends would wait behind all that were passed.
 */
import { createStore, type Store } from '../store.ts';

export interface ScrollPace {
  /** True from the moment that the list is too fast until it is half as fast or stands. */
  readonly hurried: Store<boolean>;
  /**
   * To be told of every scroll event.
   *
   * @param top pixels from the top
   * @param height pixels that are in view
   * @param time milliseconds
   */
  moved: (top: number, height: number, time: number) => void;
  /** Forgets the timer. */
  stop: () => void;
}

/** Views in a millisecond. A row that crosses the view in a third of a second is not looked at. */
const HURRIED = 3 / 1000;
/** Half of it, so that a fling that slows down does not change its mind from frame to frame. */
const CALM = HURRIED / 2;
/** Without an event for so long, the list stands; longer than between two turns of a wheel. */
const STANDS_AFTER_MS = 120;
/** Events closer than a frame tell nothing about speed. */
const FRAME_MS = 1000 / 60;

/** @param after calls back once, so many milliseconds later, unless what it returned was called */
export function createScrollPace(after: (ms: number, run: () => void) => () => void): ScrollPace {
  const hurried = createStore(false);
  let last: { top: number; time: number } | undefined;
  let cancel = () => {};
  return {
    hurried,
    moved(top, height, time) {
      const speed = last === undefined ? 0 : Math.abs(top - last.top) / Math.max(FRAME_MS, time - last.time);
      last = { top, time };
      hurried.set(now => speed > (now ? CALM : HURRIED) * height);
      cancel();
      cancel = after(STANDS_AFTER_MS, () => hurried.set(false));
    },
    stop() {
      cancel();
      hurried.set(false);
    },
  };
}
