import { systemClock, type Clock } from '#lib/base/clock.ts';

/** Bytes. */
export interface TrackedBytes {
  readonly before: number;
  /** As seen every {@link LOOK_EVERY_MS}: what comes and goes in between is missed. */
  readonly peak: number;
  readonly after: number;
}

export interface TrackedMemory {
  readonly name: string;
  readonly outcome: 'done' | 'failed';
  readonly ms: number;
  /** Of the whole process: whatever else runs at the same time counts too. */
  readonly rss: TrackedBytes;
  readonly heap: TrackedBytes;
}

export interface TrackMemoryOptions {
  /** Told at the end, however it ends. */
  observe: (tracked: TrackedMemory) => void;
  clock?: Clock;
}

export const LOOK_EVERY_MS = 50;

/**
 * Runs `run` and tells what time and memory it took. Returns what it returns and throws what it throws.
 *
 * @param name of the work, one of few: it is a label of a metric
 */
export async function trackMemory<T>(
  name: string,
  run: () => Promise<T> | T,
  { observe, clock = systemClock }: TrackMemoryOptions,
): Promise<T> {
  const started = clock.monotonic();
  const before = process.memoryUsage();
  const peak = { rss: before.rss, heap: before.heapUsed };
  const look = () => {
    const { rss, heapUsed } = process.memoryUsage();
    peak.rss = Math.max(peak.rss, rss);
    peak.heap = Math.max(peak.heap, heapUsed);
    return { rss, heapUsed };
  };
  const looking = setInterval(look, LOOK_EVERY_MS).unref();
  let outcome: TrackedMemory['outcome'] = 'failed';
  try {
    const result = await run();
    outcome = 'done';
    return result;
  } finally {
    clearInterval(looking);
    const after = look();
    observe({
      name,
      outcome,
      ms: clock.monotonic() - started,
      rss: { before: before.rss, peak: peak.rss, after: after.rss },
      heap: { before: before.heapUsed, peak: peak.heap, after: after.heapUsed },
    });
  }
}
