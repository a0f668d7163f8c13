import { expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { loadConfig } from '#lib/config/config.ts';
import { createLogger } from '#lib/logging/logger.ts';
import type { TrackedMemory } from '#lib/memory/track-memory.ts';
import { Memory } from './memory.ts';

const LIMIT = 1000;

function memory() {
  const state = { rss: 100 };
  const done: string[] = [];
  const tracked: TrackedMemory[] = [];
  let look: () => void = () => undefined;
  const cache = {
    heldBytes: () => 7,
    sweep: () => Promise.resolve(2),
    shrink: (share: number) => {
      done.push(`shrink ${share}`);
      return Promise.resolve(3);
    },
  };
  const pools = [
    {
      stats: () => ({ workers: 4, busy: 1, waiting: 0 }),
      trim: () => {
        done.push('trim');
        return Promise.resolve();
      },
    },
  ];
  const composed = new Memory({
    config: loadConfig({}),
    clock: systemClock,
    logger: createLogger('silent'),
    cache: cache as never,
    pools,
    sweep: () => Promise.resolve(5),
    observers: [{ tracked: one => tracked.push(one) }],
    system: {
      every(_ms, run) {
        look = run;
        return () => undefined;
      },
      read: () => ({ rss: state.rss, heapUsed: 10, heapTotal: 10, external: 0, arrayBuffers: 0 }),
      limit: () => ({ bytes: LIMIT, source: 'cgroup' }),
      heapLimit: () => LIMIT,
      collect: () => undefined,
    },
  });
  composed.monitor.start();
  const at = (share: number) => {
    state.rss = share * LIMIT;
    look();
  };
  return { composed, done, tracked, at };
}

it('caches shrink at high pressure, again at each look, and everything is given back at critical', async () => {
  const { composed, done, at } = memory();
  at(0.5);
  expect(done).toEqual([]);
  at(0.82);
  at(0.82);
  expect(done).toEqual(['shrink 0.5', 'shrink 0.5']);
  at(0.95);
  await expect.poll(() => composed.optimiser.last).toBeDefined();
  expect(composed.optimiser.last!.actions.map(({ name, count }) => [name, count])).toEqual([
    ['cold_cache_entries', 5],
    ['idle_workers', 3],
    ['orphaned_files', 5],
    ['garbage', null],
  ]);
  expect(done).toContain('trim');
  composed.monitor.stop();
});

it('the report says what caches hold and when memory was optimised last', async () => {
  const { composed } = memory();
  expect(composed.report(1, 10)).toMatchObject({ now: { caches: 7 }, optimised: null });
  const report = await composed.optimiser.run();
  expect(composed.report(1, 10).optimised).toEqual(report);
  composed.monitor.stop();
});

it('tracked work is told to every observer', async () => {
  const { composed, tracked } = memory();
  expect(await composed.track('work', () => 42)).toBe(42);
  expect(tracked).toMatchObject([{ name: 'work', outcome: 'done' }]);
  composed.monitor.stop();
});
