import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds by which timers were late. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Milliseconds between two looks: each wakes a process that sleeps, and 50 of them a second were nine tenths of what the whole monitor
 * costs. Whatever is late by more than this is seen all the same.
 */
const RESOLUTION = 50;

/** How late the event loop is. Costs a timer of libuv's, and no JavaScript. */
export class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION });

  start(): void {
    this.#histogram.enable();
  }

  stop(): void {
    this.#histogram.disable();
  }

  /** Since the last call. */
  take(): LoopDelay {
    const histogram = this.#histogram;
    // What it keeps is the time between two looks, in nanoseconds.
    const late = (ns: number) => (histogram.count === 0 ? 0 : Math.max(0, ns / 1e6 - RESOLUTION));
    const delay = {
      p50: late(histogram.percentile(50)),
      p99: late(histogram.percentile(99)),
      max: late(histogram.max),
    };
    histogram.reset();
    return delay;
  }
}
