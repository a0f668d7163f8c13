/** Gives back what can be given back, on request, and tells what each step freed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#lib/base/errors.ts';
import type { Clock } from '#lib/base/clock.ts';
import { collectGarbage, type Collection } from './garbage.ts';
import type { MemoryUse, OptimiseReport } from './memory-report.ts';
import { readMemory, type MemoryReading } from './reading.ts';

export interface OptimiseStep {
  /** `cold_cache_entries`; goes into the report. */
  readonly name: string;
  /** May tell how many things it closed or removed. */
  run(this: void): Promise<number | undefined>;
}

export interface MemoryOptimiserOptions {
  /** In this order; garbage is collected after all of them. */
  readonly steps: readonly OptimiseStep[];
  readonly clock: Clock;
  /** Told of a step that failed; the others are taken all the same. */
  readonly failed: (step: string, error: unknown) => void;
  readonly collect?: (this: void, collection: Collection) => void;
  readonly read?: (this: void) => MemoryReading;
}

/** Milliseconds between two calls. */
const AGAIN_AFTER = 10_000;
/** Between two collections: requests are answered, and V8's threads give free what the last one found. */
const BREATH_MS = 30;
/** Empty pages of the heap; to give less back at once is not worth two collections in one pause. */
const SLACK_BYTES = 96 * 1024 * 1024;

export class MemoryOptimiser {
  readonly #options: Required<MemoryOptimiserOptions>;
  #startedAt = -Infinity;
  #running = false;
  #last: OptimiseReport | undefined;

  constructor(options: MemoryOptimiserOptions) {
    this.#options = { collect: collectGarbage, read: readMemory, ...options };
  }

  get last(): OptimiseReport | undefined {
    return this.#last;
  }

  /** @throws AppError `memory.too_soon` while another call runs, and for ten seconds from its begin */
  async run(): Promise<OptimiseReport> {
    const { clock, steps, read } = this.#options;
    const started = clock.monotonic();
    const wait = this.#startedAt + AGAIN_AFTER - started;
    if (this.#running || wait > 0) {
      const retryAfter = Math.max(1, Math.ceil(wait / 1000));
      throw new AppError('memory.too_soon', `Memory was optimised a moment ago. Try again in ${retryAfter} s.`, {
        retryAfter,
      });
    }
    this.#running = true;
    this.#startedAt = started;
    try {
      const at = clock.now().toISOString();
      const before = useOf(read());
      const actions: OptimiseReport['actions'] = [];
      for (const step of steps) actions.push(await this.#take(step));
      let longest = 0;
      actions.push(
        await this.#take({
          name: 'garbage',
          run: async () => {
            longest = await this.#collect();
            return undefined;
          },
        }),
      );
      const after = useOf(read());
      this.#last = {
        at,
        before,
        after,
        freed_bytes: before.rss - after.rss,
        longest_pause_ms: longest,
        ms: clock.monotonic() - started,
        actions,
      };
      return this.#last;
    } finally {
      this.#running = false;
    }
  }

  async #take({ name, run }: OptimiseStep): Promise<OptimiseReport['actions'][number]> {
    const { clock, read, failed } = this.#options;
    const started = clock.monotonic();
    const { rss } = read();
    let count: number | null = null;
    let broken = false;
    try {
      count = (await run()) ?? null;
    } catch (error) {
      broken = true;
      failed(name, error);
    }
    return { name, count, freed_bytes: rss - read().rss, ms: clock.monotonic() - started, failed: broken };
  }

  /**
   * In several pauses instead of one: what is young, what is dead, and then the empty pages, which V8 would keep for some ten seconds
   * in case they are needed again. Returns the longest, in milliseconds.
   */
  async #collect(): Promise<number> {
    const { clock, collect, read } = this.#options;
    let longest = 0;
    const pause = async (collection: Collection) => {
      const started = clock.monotonic();
      collect(collection);
      longest = Math.max(longest, clock.monotonic() - started);
      await sleep(BREATH_MS);
    };
    await pause('minor');
    await pause('major');
    const { heapTotal, heapUsed } = read();
    // Buffers that the first one found dead keep their memory until the second.
    await pause(heapTotal - heapUsed > SLACK_BYTES ? 'exhaustive' : 'major');
    return longest;
  }
}

export function useOf({ rss, heapUsed, heapTotal, external, arrayBuffers }: MemoryReading): MemoryUse {
  return { rss, heap_used: heapUsed, heap_total: heapTotal, external, array_buffers: arrayBuffers };
}
