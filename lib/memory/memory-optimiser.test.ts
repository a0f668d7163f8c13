import { describe, expect, it } from 'vitest';
import type { Clock } from '#lib/base/clock.ts';
import { isAppError } from '#lib/base/errors.ts';
import { MemoryOptimiser, type OptimiseStep } from './memory-optimiser.ts';
import type { Collection } from './garbage.ts';
import { optimiseReport } from './memory-report.ts';

const MIB = 1024 * 1024;

/** A process whose memory the steps and collections change. */
function processOf(rss: number, { slack = 0, pause = 0 } = {}) {
  const state = { rss, heapUsed: 10 * MIB, heapTotal: 10 * MIB + slack, time: 0 };
  const collections: Collection[] = [];
  const clock: Clock = { now: () => new Date(Date.UTC(2026, 0, 1)), monotonic: () => state.time };
  return {
    state,
    collections,
    optimiser: (steps: OptimiseStep[], failed: (step: string, error: unknown) => void = () => undefined) =>
      new MemoryOptimiser({
        steps,
        clock,
        failed,
        read: () => ({ ...state, external: 0, arrayBuffers: 0 }),
        collect: collection => {
          collections.push(collection);
          state.time += pause;
          state.rss -= 5 * MIB;
        },
      }),
  };
}

describe('optimising', () => {
  it('takes its steps in order and tells what each of them freed', async () => {
    const { state, optimiser } = processOf(200 * MIB, { pause: 40 });
    const free = (name: string, bytes: number, count?: number): OptimiseStep => ({
      name,
      run: () => {
        state.rss -= bytes;
        state.time += 7;
        return Promise.resolve(count);
      },
    });
    const report = await optimiser([free('one', 30 * MIB, 3), free('two', -MIB)]).run();
    expect(optimiseReport.parse(report)).toEqual(report);
    expect(report).toMatchObject({ freed_bytes: 44 * MIB, longest_pause_ms: 40, ms: 14 + 120 });
    expect(report.before.rss - report.after.rss).toBe(report.freed_bytes);
    expect(report.actions).toEqual([
      { name: 'one', count: 3, freed_bytes: 30 * MIB, ms: 7, failed: false },
      { name: 'two', count: null, freed_bytes: -MIB, ms: 7, failed: false },
      { name: 'garbage', count: null, freed_bytes: 15 * MIB, ms: 120, failed: false },
    ]);
  });

  it('takes the other steps where one fails, and tells of it', async () => {
    const failures: unknown[] = [];
    const { optimiser, collections } = processOf(MIB);
    const broken: OptimiseStep = { name: 'broken', run: () => Promise.reject(new Error('no')) };
    const report = await optimiser([broken], (step, error) => failures.push([step, (error as Error).message])).run();
    expect(report.actions.map(({ failed }) => failed)).toEqual([true, false]);
    expect(failures).toEqual([['broken', 'no']]);
    expect(collections).not.toEqual([]);
  });

  it('gives empty pages back only where there are many', async () => {
    const little = processOf(MIB, { slack: MIB });
    await little.optimiser([]).run();
    expect(little.collections).toEqual(['minor', 'major', 'major']);
    const much = processOf(MIB, { slack: 200 * MIB });
    await much.optimiser([]).run();
    expect(much.collections).toEqual(['minor', 'major', 'exhaustive']);
  });

  it('is refused while it runs and for ten seconds from its begin', async () => {
    const { state, optimiser } = processOf(MIB);
    const one = optimiser([]);
    const refusal = async () => {
      const error = await one.run().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      return isAppError(error) ? [error.code, error.retryAfter] : error;
    };
    const running = one.run();
    expect(await refusal()).toEqual(['memory.too_soon', 10]);
    await running;
    state.time += 9_100;
    expect(await refusal()).toEqual(['memory.too_soon', 1]);
    state.time += 900;
    expect(await refusal()).toBeUndefined();
    expect(one.last).toBeDefined();
  });
});
