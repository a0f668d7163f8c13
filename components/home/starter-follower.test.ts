import { describe, expect, it } from 'vitest';
import type { StarterPackState } from '#lib/starter/pack.ts';
import { createStarterFollower, LOOK_EVERY } from './starter-follower.ts';

const state = (status: StarterPackState['status'], done: number): StarterPackState => ({ status, done, total: 10 });

/** A server whose run moves on by hand, and a clock that moves when it is told to. */
function setup(initial: StarterPackState | undefined) {
  const server = { pack: initial ?? state('incomplete', 0), down: false, looks: 0, asked: 0 };
  const grown: number[] = [];
  let now = 0;
  let timer: { at: number; run: () => void } | undefined;
  let back = () => {};
  const answer = () =>
    server.down ? Promise.reject(new Error('The server was not reached.')) : Promise.resolve(server.pack);
  const follower = createStarterFollower(initial, {
    look() {
      server.looks += 1;
      return answer();
    },
    add() {
      server.asked += 1;
      if (!server.down) server.pack = { ...server.pack, status: 'running' };
      return answer();
    },
    onGrown: by => void grown.push(by),
    clock: {
      now: () => now,
      after(ms, run) {
        timer = { at: now + ms, run };
        return () => (timer = undefined);
      },
    },
    onBack(listener) {
      back = listener;
      return () => (back = () => {});
    },
  });
  const settle = async () => {
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };
  /** Lets the next timer go off; returns how long it was. */
  const next = async () => {
    const { at, run } = timer!;
    const ms = at - now;
    now = at;
    timer = undefined;
    run();
    await settle();
    return ms;
  };
  return { server, grown, follower, settle, next, waits: () => timer !== undefined, back: () => back() };
}

describe('the starter pack on its way', () => {
  it('is looked at until it is complete, with its numbers and the time left', async () => {
    const { server, grown, follower, next, waits } = setup(state('running', 2));
    follower.follow();
    server.pack = state('running', 4);
    await next();
    expect(follower.view.get()).toMatchObject({ pack: { done: 4 }, secondsLeft: undefined, seen: true });
    server.pack = state('running', 6);
    await next();
    // Four in two seconds, four to come.
    expect(follower.view.get().secondsLeft).toBe(2);
    server.pack = state('complete', 10);
    await next();
    expect(follower.view.get()).toMatchObject({ pack: { status: 'complete' }, seen: true, secondsLeft: undefined });
    expect(grown).toEqual([2, 2, 4]);
    expect(waits()).toBe(false);
  });

  it('is not looked at where nobody makes it, or nobody is there to see', () => {
    const { follower, waits } = setup(state('incomplete', 3));
    const leave = follower.follow();
    expect(waits()).toBe(false);
    leave();
    const running = setup(state('running', 3));
    const left = running.follower.follow();
    expect(running.waits()).toBe(true);
    left();
    expect(running.waits()).toBe(false);
  });

  it('is followed to its end where that is wanted, after everybody has left', async () => {
    const { server, follower, next, waits } = setup(state('running', 3));
    follower.follow(true)();
    expect(waits()).toBe(true);
    server.pack = state('complete', 10);
    await next();
    expect(waits()).toBe(false);
    expect(follower.view.get().pack?.status).toBe('complete');
  });

  it('is asked for once, however often the button is pressed', async () => {
    const { server, follower, settle, next } = setup(state('incomplete', 0));
    follower.follow();
    void follower.add();
    void follower.add();
    expect(follower.view.get().asking).toBe(true);
    await settle();
    expect(server.asked).toBe(1);
    expect(follower.view.get()).toMatchObject({ asking: false, pack: { status: 'running' } });
    expect(await next()).toBe(LOOK_EVERY);
  });

  it('says why it could not be asked for', async () => {
    const { server, follower } = setup(state('incomplete', 0));
    server.down = true;
    await follower.add();
    expect(follower.view.get()).toMatchObject({ asking: false, error: 'The server was not reached.' });
  });

  it('is looked at less often while the server does not answer, and at once when it does again', async () => {
    const { server, follower, next, settle, back } = setup(state('running', 1));
    follower.follow();
    server.down = true;
    expect([await next(), await next(), await next()]).toEqual([1000, 2000, 4000]);
    server.down = false;
    server.pack = state('running', 5);
    back();
    await settle();
    expect(follower.view.get().pack?.done).toBe(5);
    expect(await next()).toBe(LOOK_EVERY);
  });

  it('is asked about first where the page does not know', async () => {
    const { server, follower, settle } = setup(undefined);
    follower.follow();
    await settle();
    expect(server.looks).toBe(1);
    expect(follower.view.get().pack).toEqual(state('incomplete', 0));
  });
});
