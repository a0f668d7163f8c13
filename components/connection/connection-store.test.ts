import { describe, expect, it } from 'vitest';
import { createConnection, LOOK_AGAIN_AFTER, LOOK_AGAIN_AT_MOST } from './connection-store.ts';

/** A server that is up or down, and a clock that moves when it is told to. */
function setup() {
  const server = { up: true, looks: 0 };
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  const connection = createConnection({
    pulse: () => {
      server.looks += 1;
      return Promise.resolve(server.up);
    },
    clock: {
      now: () => now,
      after(ms, run) {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return () => (timers = timers.filter(one => one !== timer));
      },
    },
  });
  const settle = async () => {
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };
  const pass = async (ms: number) => {
    const until = now + ms;
    for (;;) {
      const [next] = timers.filter(timer => timer.at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      now = next.at;
      timers = timers.filter(timer => timer !== next);
      next.run();
      await settle();
    }
    now = until;
  };
  let backs = 0;
  connection.onBack(() => (backs += 1));
  return { server, connection, settle, pass, backs: () => backs, timers: () => timers.length };
}

const isLost = ({ connection }: ReturnType<typeof setup>) => connection.loss.get() !== undefined;

describe('the connection', () => {
  it('is not lost by one request that fails while the server answers', async () => {
    const all = setup();
    await all.connection.doubt();
    expect(isLost(all)).toBe(false);
    expect(all.server.looks).toBe(1);
    expect(all.backs()).toBe(0);
    expect(all.timers()).toBe(0);
  });

  it('is lost when the server does not answer, looked for ever less often, and told once when it is back', async () => {
    const all = setup();
    all.server.up = false;
    let resolved = false;
    void all.connection.doubt().then(() => (resolved = true));
    await all.settle();
    expect(all.connection.loss.get()).toEqual({ nextLook: LOOK_AGAIN_AFTER });
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const before = all.connection.loss.get()!.nextLook!;
      await all.pass(waits.at(-1) === undefined ? LOOK_AGAIN_AFTER : waits.at(-1)!);
      waits.push(all.connection.loss.get()!.nextLook! - before);
    }
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
    expect(resolved).toBe(false);
    all.server.up = true;
    await all.pass(LOOK_AGAIN_AT_MOST);
    expect(isLost(all)).toBe(false);
    expect(resolved).toBe(true);
    expect(all.backs()).toBe(1);
    expect(all.timers()).toBe(0);
  });

  it('is looked for once however many doubt, and all of them wait for it', async () => {
    const all = setup();
    all.server.up = false;
    const waiting = [all.connection.doubt(), all.connection.doubt(), all.connection.doubt()];
    await all.settle();
    expect(all.server.looks).toBe(1);
    expect(all.timers()).toBe(1);
    all.server.up = true;
    await all.pass(LOOK_AGAIN_AFTER);
    await Promise.all(waiting);
    expect(all.server.looks).toBe(2);
  });

  it('is back at once when any other request is answered, or when somebody says to look', async () => {
    const all = setup();
    all.server.up = false;
    void all.connection.doubt();
    await all.settle();
    all.connection.reached();
    expect(isLost(all)).toBe(false);
    expect(all.timers()).toBe(0);

    void all.connection.doubt();
    await all.settle();
    expect(all.connection.loss.get()?.nextLook).toBe(LOOK_AGAIN_AFTER);
    all.server.up = true;
    all.connection.look();
    await all.settle();
    expect(isLost(all)).toBe(false);
    expect(all.backs()).toBe(2);
  });

  it('is not looked for more often because more requests fail', async () => {
    const all = setup();
    all.server.up = false;
    void all.connection.doubt();
    await all.settle();
    for (let i = 0; i < 5; i += 1) void all.connection.doubt();
    await all.settle();
    expect(all.server.looks).toBe(1);
    expect(all.connection.loss.get()?.nextLook).toBe(LOOK_AGAIN_AFTER);
  });

  it('says while it looks that it does', async () => {
    const all = setup();
    all.server.up = false;
    void all.connection.doubt();
    await all.settle();
    all.connection.look();
    expect(all.connection.loss.get()).toEqual({ nextLook: undefined });
    await all.settle();
    expect(all.connection.loss.get()?.nextLook).toBe(2 * LOOK_AGAIN_AFTER);
  });
});
