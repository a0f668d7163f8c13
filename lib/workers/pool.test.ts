import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { isAppError } from '#lib/base/errors.ts';
import { createWorkerPool, type PoolOptions, type WorkerPool } from './pool.ts';
import type { TestTask } from './pool.test-worker.ts';

let pool: WorkerPool<TestTask, unknown>;
const started: Worker[] = [];

function open(options: Partial<PoolOptions> = {}) {
  const spawn = () => {
    const limits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };
    const worker = new Worker(new URL('./pool.test-worker.ts', import.meta.url), { resourceLimits: limits });
    started.push(worker);
    return worker;
  };
  pool = createWorkerPool({ spawn, size: 1, ...options });
  return pool;
}

afterEach(async () => {
  await pool.close();
  started.length = 0;
});

describe('a worker pool', () => {
  it('starts no thread before there is work, and one thread serves many tasks', async () => {
    open();
    expect(pool.stats()).toEqual({ workers: 0, busy: 0, waiting: 0 });
    const [first, second] = [await pool.run({ do: 'thread' }), await pool.run({ do: 'thread' })];
    expect(second).toBe(first);
    expect(started).toHaveLength(1);
  });

  it('never runs more threads than its size', async () => {
    open({ size: 2 });
    const runs = [1, 2, 3, 4, 5].map(value => pool.run({ do: 'echo', value }));
    expect(pool.stats()).toEqual({ workers: 2, busy: 2, waiting: 3 });
    expect(await Promise.all(runs)).toEqual([1, 2, 3, 4, 5]);
    expect(started).toHaveLength(2);
  });

  it('is pinged through a thread, in line behind its tasks', async () => {
    open();
    await pool.ping();
    expect(pool.stats()).toMatchObject({ workers: 1, busy: 0 });
    const order: string[] = [];
    await Promise.all([
      pool.run({ do: 'echo', value: 1 }).then(() => order.push('task')),
      pool.ping().then(() => order.push('ping')),
    ]);
    expect(order).toEqual(['task', 'ping']);
    const spinning = pool.run({ do: 'spin' }, { timeLimitMs: 300 });
    await Promise.all([expect(spinning).rejects.toThrow(/longer than 300 ms/), pool.ping()]);
    expect(started).toHaveLength(2);
  });

  it('takes tasks in the order they came', async () => {
    open();
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map(value => pool.run({ do: 'echo', value }).then(() => order.push(value))));
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('brings an AppError over with code, details and cause', async () => {
    const error = await open()
      .run({ do: 'refuse' })
      .catch((e: unknown) => e);
    expect(isAppError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'test.refused', message: 'No.', details: { limit: 7 }, retryAfter: 3 });
    expect(error).toMatchObject({ cause: { name: 'RangeError', message: 'why' } });
    await expect(pool.run({ do: 'throw' })).rejects.toMatchObject({ name: 'TypeError', message: 'plain' });
    expect(started).toHaveLength(1);
  });

  it('ends a task that runs over its time and goes on with a new thread', async () => {
    open();
    const stuck = pool.run({ do: 'spin' }, { timeLimitMs: 50 });
    const next = pool.run({ do: 'echo', value: 'next' });
    await expect(stuck).rejects.toMatchObject({ name: 'TaskTimeoutError', limitMs: 50 });
    expect(await next).toBe('next');
  });

  it('ends a task that is aborted, in hand or in line', async () => {
    open();
    const [inHand, inLine] = [new AbortController(), new AbortController()];
    const first = pool.run({ do: 'spin' }, { signal: inHand.signal });
    const second = pool.run({ do: 'echo', value: 2 }, { signal: inLine.signal });
    const third = pool.run({ do: 'echo', value: 3 });
    inLine.abort(new Error('in line'));
    inHand.abort(new Error('in hand'));
    await Promise.all([
      expect(first).rejects.toThrow('in hand'),
      expect(second).rejects.toThrow('in line'),
      expect(third).resolves.toBe(3),
    ]);
    await expect(pool.run({ do: 'thread' }, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
      'before',
    );
  });

  it.each([
    ['exits', { do: 'exit' }, 'The worker exited with code 3'],
    ['crashes', { do: 'crash' }, 'outside of any promise'],
    ['eats its heap', { do: 'hoard' }, 'out of memory|memory limit'],
  ] as [string, TestTask, string][])(
    'rejects the task of a thread that %s and replaces it',
    async (_, task, reason) => {
      open();
      const error = (await pool.run(task).catch((e: unknown) => e)) as Error;
      expect(error.name).toBe('WorkerCrashError');
      expect(`${error.message} ${(error.cause as Error | undefined)?.message ?? ''}`).toMatch(new RegExp(reason));
      expect(await pool.run({ do: 'echo', value: 'alive' })).toBe('alive');
    },
  );

  it('rejects a task that cannot be sent, and its thread stays', async () => {
    open();
    await expect(pool.run({ do: 'echo', value: () => 1 })).rejects.toThrow(/could not be cloned/);
    expect(await pool.run({ do: 'echo', value: 1 })).toBe(1);
    expect(started).toHaveLength(1);
  });

  it('ends idle threads after a while, and at once when trimmed', async () => {
    open({ idleMs: 1 });
    await pool.run({ do: 'thread' });
    await new Promise(resolve => started[0]!.once('exit', resolve));
    expect(pool.stats().workers).toBe(0);
    await pool.close();
    open();
    await pool.run({ do: 'thread' });
    await pool.trim();
    expect(pool.stats().workers).toBe(0);
  });

  it('once closed rejects what it has and what comes', async () => {
    open();
    const inHand = pool.run({ do: 'spin' });
    const inLine = pool.run({ do: 'thread' });
    await Promise.all([
      expect(inHand).rejects.toThrow('closed'),
      expect(inLine).rejects.toThrow('closed'),
      pool.close(),
    ]);
    await expect(pool.run({ do: 'thread' })).rejects.toThrow('closed');
  });
});
