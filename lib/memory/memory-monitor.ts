/**
 * Watches the memory of this process: samples at an interval, follows collections, judges growth, and tells who should act.
 *
 * It is *stopped* or *running*. Running, each sample reads the process, goes into the history, moves the pressure level, and
 * hands what the collections since the last one left to the leak rule.
 */
import { AppError } from '#lib/base/errors.ts';
import type { Clock } from '#lib/base/clock.ts';
import { CollectionCounts } from './collection-counts.ts';
import { collectionNeed } from './collection-request.ts';
import type { CollectionKind } from './collections.ts';
import { EventLoopDelay, type LoopDelay } from './event-loop-delay.ts';
import { leakReport } from './leak-report.ts';
import { LeakWatch, type LeakEpisode } from './leak-watch.ts';
import { LiveMemory, type HeldBytes } from './live-memory.ts';
import { MemoryHistory } from './memory-history.ts';
import type { MemoryObserver, PressureListener } from './memory-observer.ts';
import { useOf } from './memory-optimiser.ts';
import type { MemoryReport } from './memory-report.ts';
import { SYSTEM, type MemorySystem } from './memory-system.ts';
import { nextPressure, PRESSURE_SHARES, pressureShare, type PressureLevel } from './pressure.ts';
import { readHeapSpaces, type MemoryLimit, type MemoryReading } from './reading.ts';

export interface MemoryMonitorOptions {
  readonly clock: Clock;
  /** Seconds between two samples. */
  readonly checkInterval: number;
  /** Bytes an hour. */
  readonly leakThreshold: number;
  readonly held: HeldBytes;
  readonly observers: readonly MemoryObserver[];
  readonly system?: Partial<MemorySystem>;
}

/** A level older than that is looked at again before somebody is let in, in milliseconds. */
const FRESH_MS = 1000;
/** Seconds after which a refused request may come again: a sample later, mostly. */
const RETRY_AFTER = 30;

export class MemoryMonitor {
  readonly #options: MemoryMonitorOptions;
  readonly #system: MemorySystem;
  readonly #watch: LeakWatch;
  readonly #history = new MemoryHistory();
  readonly #loop = new EventLoopDelay();
  readonly #listeners = new Set<PressureListener>();
  readonly #limit: MemoryLimit;
  readonly #heapLimit: number;
  readonly #began: number;
  readonly #beganAt: Date;
  readonly #counts = new CollectionCounts();
  readonly #live: LiveMemory;
  #askedPause = 0;
  #delay: LoopDelay = { p50: 0, p99: 0, max: 0 };
  #reading: MemoryReading;
  #peak: MemoryReading;
  #checkedAt = -Infinity;
  #level: PressureLevel = 'calm';
  #share = 0;
  #stop: (() => void) | undefined;

  constructor(options: MemoryMonitorOptions) {
    this.#options = options;
    this.#system = { ...SYSTEM, ...options.system };
    this.#live = new LiveMemory(options.held);
    this.#watch = new LeakWatch({ threshold: options.leakThreshold });
    this.#limit = this.#system.limit();
    this.#heapLimit = this.#system.heapLimit();
    this.#began = options.clock.monotonic();
    this.#beganAt = options.clock.now();
    this.#reading = this.#system.read();
    this.#peak = this.#reading;
  }

  /** Begins to watch. Does nothing where it is running. */
  start(): void {
    if (this.#stop !== undefined) return;
    this.#loop.start();
    const collections = this.#system.observeCollections({
      collected: (kind, ms) => this.#collected(kind, ms),
      live: reading => this.#live.found(this.#now(), reading),
    });
    const samples = this.#system.every(this.#options.checkInterval * 1000, () => this.#sample());
    this.#stop = () => {
      samples();
      collections();
      this.#loop.stop();
    };
    this.#sample();
  }

  /** Ends it; what was seen stays. */
  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  get level(): PressureLevel {
    return this.#level;
  }

  /** Running leaks, and the last ones that ended. */
  get episodes(): readonly LeakEpisode[] {
    return this.#watch.episodes;
  }

  /** @returns ends it */
  onPressure(listener: PressureListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Asks to begin something that costs memory.
   *
   * @throws AppError `memory.critical`
   */
  admit(): void {
    if (this.#now() - this.#checkedAt > FRESH_MS) this.#check(this.#system.read());
    if (this.#level !== 'critical') return;
    throw new AppError('memory.critical', 'The server is short of memory. Try again in half a minute.', {
      retryAfter: RETRY_AFTER,
    });
  }

  #now(): number {
    return this.#options.clock.monotonic() - this.#began;
  }

  #collected(kind: CollectionKind, ms: number): void {
    this.#counts.add(kind, ms);
    for (const observer of this.#options.observers) observer.collected?.(kind, ms);
  }

  /** Some 0.1 ms; the history and the rule are of fixed size. */
  #sample(): void {
    const at = this.#now();
    const reading = this.#system.read();
    this.#delay = this.#loop.take();
    const before = this.#level;
    this.#check(reading);
    // A change was told of already.
    if (this.#level !== 'calm' && this.#level === before) this.#tell();
    this.#seeLive(at, reading);
    const live = this.#live.take();
    const recent = this.#counts.take();
    const row = { ...reading, ...recent, live: live?.heap ?? NaN, share: this.#share, delay: this.#delay.max };
    this.#history.add(at, row);
    const found = this.#watch.observe({ at, live, minor: recent.minor });
    const sample = {
      ...reading,
      systemUsed: this.#system.systemUsed(),
      peak: this.#peak,
      delay: this.#delay,
      pressure: this.#level,
      share: this.#share,
    };
    for (const observer of this.#options.observers) {
      observer.sampled?.(sample);
      for (const episode of found) observer.leakFound?.(episode);
    }
  }

  #check(reading: MemoryReading): void {
    this.#reading = reading;
    this.#peak = highest(this.#peak, reading);
    this.#checkedAt = this.#now();
    const { rss, heapUsed } = reading;
    this.#share = pressureShare({ rss, limit: this.#limit.bytes, heapUsed, heapLimit: this.#heapLimit });
    const before = this.#level;
    this.#level = nextPressure(before, this.#share);
    if (this.#level === before) return;
    for (const observer of this.#options.observers) observer.pressureChanged?.(this.#level, before);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#level);
  }

  #seeLive(at: number, reading: MemoryReading): void {
    const { threshold } = this.#watch.rule;
    const facts = { ...this.#live.sinceLast(at, reading), lastPause: this.#askedPause, threshold };
    const need = collectionNeed(facts);
    if (need === 'unchanged') this.#live.unchanged(reading);
    if (need !== 'collect') return;
    const { clock } = this.#options;
    const started = clock.monotonic();
    this.#system.collect('major');
    this.#askedPause = clock.monotonic() - started;
  }

  /** @param length of the history, milliseconds; @param points at most */
  report(length: number, points: number): Omit<MemoryReport, 'optimised'> {
    const { clock, held } = this.#options;
    this.#check(this.#system.read());
    const { high, critical } = PRESSURE_SHARES;
    const bytesHeld = Object.values(held()).reduce((sum, bytes) => sum + bytes, 0);
    return {
      at: clock.now().toISOString(),
      started_at: this.#beganAt.toISOString(),
      now: { ...useOf(this.#reading), system_used: this.#system.systemUsed(), caches: bytesHeld },
      peak: useOf(this.#peak),
      limit: { ...this.#limit, heap_bytes: this.#heapLimit },
      pressure: {
        level: this.#level,
        share: this.#share,
        high_from: Math.round(high.begins * this.#limit.bytes),
        critical_from: Math.round(critical.begins * this.#limit.bytes),
      },
      heap_spaces: readHeapSpaces(),
      collections: this.#counts.report(),
      event_loop: { p50_ms: this.#delay.p50, p99_ms: this.#delay.p99, max_ms: this.#delay.max },
      leak: leakReport(this.#watch, at => this.#time(at)),
      history: this.#history.read(this.#now(), length, points).map(point => ({
        at: this.#time(point.at),
        ...useOf(point),
        live_heap: Number.isNaN(point.live) ? null : Math.max(0, point.live),
        minor: point.minor,
        major: point.major,
        pause_ms: point.pause,
        delay_ms: point.delay,
      })),
    };
  }

  #time(at: number): string {
    return new Date(this.#beganAt.getTime() + at).toISOString();
  }
}

function highest(one: MemoryReading, other: MemoryReading): MemoryReading {
  return {
    rss: Math.max(one.rss, other.rss),
    heapUsed: Math.max(one.heapUsed, other.heapUsed),
    heapTotal: Math.max(one.heapTotal, other.heapTotal),
    external: Math.max(one.external, other.external),
    arrayBuffers: Math.max(one.arrayBuffers, other.arrayBuffers),
  };
}
