import 'server-only';
import type { Clock } from '#lib/base/clock.ts';
import type { CacheStore } from '#lib/cache/cache-store.ts';
import type { Config } from '#lib/config/config.ts';
import type { Logger } from '#lib/logging/logger.ts';
import { HeapSnapshots } from '#lib/memory/heap-snapshots.ts';
import { memoryLog } from '#lib/memory/memory-log.ts';
import { MemoryMonitor } from '#lib/memory/memory-monitor.ts';
import type { MemoryObserver } from '#lib/memory/memory-observer.ts';
import { MemoryOptimiser, type OptimiseStep } from '#lib/memory/memory-optimiser.ts';
import type { MemoryReport } from '#lib/memory/memory-report.ts';
import type { MemorySystem } from '#lib/memory/memory-system.ts';
import { trackMemory } from '#lib/memory/track-memory.ts';
import { explainFileError } from '#lib/storage/durable-file.ts';
import type { WorkerPool } from '#lib/workers/pool.ts';

const HOUR_MS = 3600_000;
/** Of the bytes in the cache; the least recently used of it goes. */
const COLD_SHARE = 0.5;

export interface MemoryOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cache: CacheStore;
  readonly pools: readonly Pick<WorkerPool<unknown, unknown>, 'stats' | 'trim'>[];
  /** Removes what dead instances left. @returns how many files */
  readonly sweep: () => Promise<number>;
  /** Beside the log. */
  readonly observers: readonly MemoryObserver[];
  /** A test hands in its own. */
  readonly system?: Partial<MemorySystem>;
}

/** The memory of this process: who watches it, who gives it back, and who acts when it gets scarce. */
export class Memory {
  readonly monitor: MemoryMonitor;
  readonly optimiser: MemoryOptimiser;
  readonly snapshots: HeapSnapshots;
  readonly #observers: readonly MemoryObserver[];
  readonly #clock: Clock;

  constructor(options: MemoryOptions) {
    const { config, clock, logger, cache } = options;
    this.#clock = clock;
    this.#observers = [memoryLog(logger), ...options.observers];
    this.monitor = new MemoryMonitor({
      ...config.memory,
      clock,
      // Cached answers are text, which is in the heap.
      held: () => ({ heap: cache.heldBytes() }),
      observers: this.#observers,
      ...(options.system === undefined ? {} : { system: options.system }),
    });
    const steps = optimiseSteps(options);
    const failed = (step: string, error: unknown) =>
      logger.error({ err: error, step }, 'optimising memory: a step failed');
    this.optimiser = new MemoryOptimiser({ steps, clock, failed });
    this.snapshots = new HeapSnapshots({ folder: config.dataDir, clock, explain: explainFileError });
    this.monitor.onPressure(level => {
      if (level === 'high') void shrink(cache);
      // It logs its failures; asked for a moment ago, it has nothing more to give.
      if (level === 'critical') this.optimiser.run().catch(() => undefined);
    });
  }

  /** @param hours of history; @param points of it, at most */
  report(hours: number, points: number): MemoryReport {
    return { ...this.monitor.report(hours * HOUR_MS, points), optimised: this.optimiser.last ?? null };
  }

  /** As {@link trackMemory}, told to the log and the metrics. */
  track<T>(name: string, run: () => Promise<T> | T): Promise<T> {
    const observe: NonNullable<MemoryObserver['tracked']> = tracked => {
      for (const observer of this.#observers) observer.tracked?.(tracked);
    };
    return trackMemory(name, run, { observe, clock: this.#clock });
  }
}

/** What is held in Redis takes none of this process's memory, and others use it. */
async function shrink(cache: CacheStore): Promise<number> {
  return cache.heldBytes() === 0 ? 0 : cache.shrink(COLD_SHARE);
}

/** In the order in which they are taken. Garbage is collected after them. */
function optimiseSteps({ cache, pools, sweep }: MemoryOptions): OptimiseStep[] {
  return [
    { name: 'cold_cache_entries', run: async () => (await cache.sweep()) + (await shrink(cache)) },
    {
      name: 'idle_workers',
      run: async () => {
        const idle = pools.reduce((sum, pool) => sum + pool.stats().workers - pool.stats().busy, 0);
        await Promise.all(pools.map(pool => pool.trim()));
        return idle;
      },
    },
    { name: 'orphaned_files', run: sweep },
  ];
}
