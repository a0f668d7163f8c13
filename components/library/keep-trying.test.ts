import { describe, expect, it } from 'vitest';
import { createStore } from '../store.ts';
import { keepTrying, TRY_AFTER, TRY_AT_MOST } from './keep-trying.ts';
import type { ListState } from './list-store.ts';

/** A list that fails as long as it is told to, timers that go off by hand, and a connection that comes back by hand. */
function setup() {
  const state = createStore({ status: 'ready', stuck: undefined } as ListState);
  const world = { broken: true, tries: 0 };
  const fail = () => state.set(now => ({ ...now, stuck: 'No.' }));
  let timer: { ms: number; run: () => void } | undefined;
  let back = () => {};
  const stop = keepTrying(
    {
      ...state,
      retry() {
        world.tries += 1;
        if (world.broken) fail();
        else state.set(now => ({ ...now, stuck: undefined }));
      },
    },
    {
      onBack(listener) {
        back = listener;
        return () => (back = () => {});
      },
      after(ms, run) {
        timer = { ms, run };
        return () => (timer = undefined);
      },
    },
  );
  const goOff = () => {
    const now = timer!;
    timer = undefined;
    now.run();
    return now.ms;
  };
  return { world, fail, stop, goOff, waits: () => timer?.ms, back: () => back() };
}

describe('what a list could not get', () => {
  it('is tried again ever less often, and waits for nothing once it is there', () => {
    const { world, fail, goOff, waits } = setup();
    expect(waits()).toBeUndefined();
    fail();
    expect([1, 2, 3, 4, 5, 6].map(goOff)).toEqual([TRY_AFTER, 4000, 8000, 16_000, TRY_AT_MOST, TRY_AT_MOST]);
    world.broken = false;
    goOff();
    expect(waits()).toBeUndefined();
    fail();
    expect(waits()).toBe(TRY_AFTER);
  });

  it('is tried when the connection is back, and only then', () => {
    const { world, fail, back, waits } = setup();
    back();
    expect(world.tries).toBe(0);
    fail();
    world.broken = false;
    back();
    expect(world.tries).toBe(1);
    expect(waits()).toBeUndefined();
  });

  it('is nobody’s any more when the list is gone', () => {
    const { world, fail, stop, back, waits } = setup();
    fail();
    stop();
    back();
    expect(waits()).toBeUndefined();
    expect(world.tries).toBe(0);
  });
});
