import { describe, expect, it } from 'vitest';
import type { Clock } from '#lib/base/clock.ts';
import { isAppError } from '#lib/base/errors.ts';
import type { CollectionListener } from './collections.ts';
import { HOUR } from './leak-rule.ts';
import type { LeakEpisode } from './leak-watch.ts';
import type { HeldBytes } from './live-memory.ts';
import { MemoryMonitor } from './memory-monitor.ts';
import type { MemorySample } from './memory-observer.ts';
import { memoryReport } from './memory-report.ts';
import type { PressureLevel } from './pressure.ts';
import type { MemoryReading } from './reading.ts';

const MIB = 1024 * 1024;
const LIMIT = 1000 * MIB;

/** A monitor in a made-up process with a clock that is turned by hand. */
function watched({ held = () => ({}) }: { held?: HeldBytes } = {}) {
  const state = { time: 0, rss: 100 * MIB, heapUsed: 50 * MIB, external: 5 * MIB, arrayBuffers: 2 * MIB };
  const clock: Clock = { now: () => new Date(Date.UTC(2026, 0, 1) + state.time), monotonic: () => state.time };
  const read = (): MemoryReading => {
    const { rss, heapUsed, external, arrayBuffers } = state;
    return { rss, heapUsed, heapTotal: heapUsed, external, arrayBuffers };
  };
  const timers = new Set<() => void>();
  let listener: CollectionListener | undefined;
  const seen = { samples: [] as MemorySample[], leaks: [] as LeakEpisode[], levels: [] as PressureLevel[], asked: 0 };
  const monitor = new MemoryMonitor({
    clock,
    checkInterval: 60,
    leakThreshold: 1_000_000,
    held,
    observers: [
      {
        sampled: sample => seen.samples.push(sample),
        leakFound: episode => seen.leaks.push(episode),
        pressureChanged: level => seen.levels.push(level),
      },
    ],
    system: {
      every(ms, run) {
        expect(ms).toBe(60_000);
        timers.add(run);
        return () => timers.delete(run);
      },
      read,
      limit: () => ({ bytes: LIMIT, source: 'cgroup' }),
      heapLimit: () => 500 * MIB,
      systemUsed: () => 3 * MIB,
      observeCollections(given) {
        listener = given;
        return () => (listener = undefined);
      },
      collect() {
        seen.asked += 1;
        collected();
      },
    },
  });
  const collected = () => {
    listener?.collected('major', 30);
    listener?.live(read());
  };
  const pass = (hours: number, change: (hour: number) => void = () => undefined) => {
    const end = state.time + hours * HOUR;
    while (state.time < end) {
      state.time += 60_000;
      change(state.time / HOUR);
      listener?.collected('minor', 1);
      for (const run of timers) run();
    }
  };
  return { state, monitor, seen, pass, collected, timers, listening: () => listener !== undefined };
}

describe('the monitor', () => {
  it('samples while it runs, and lets go of everything when it is stopped', () => {
    const { monitor, seen, pass, timers, listening } = watched();
    monitor.start();
    monitor.start();
    pass(1);
    expect(seen.samples).toHaveLength(61);
    monitor.stop();
    monitor.stop();
    expect([timers.size, listening()]).toEqual([0, false]);
    pass(1);
    expect(seen.samples).toHaveLength(61);
  });

  it('reports what it saw, in the shape that the API promises', () => {
    const { state, monitor, seen, pass } = watched({ held: () => ({ heap: 7 * MIB }) });
    monitor.start();
    pass(2, hour => (state.rss = (hour < 1 ? 100 : 300) * MIB));
    state.rss = 200 * MIB;
    const report = { ...monitor.report(24 * HOUR, 1440), optimised: null };
    expect(memoryReport.parse(report)).toEqual(report);
    expect(report.now).toMatchObject({ rss: 200 * MIB, heap_used: 50 * MIB, system_used: 3 * MIB, caches: 7 * MIB });
    expect(report.peak.rss).toBe(300 * MIB);
    expect(report.pressure).toEqual({
      level: 'calm',
      share: 0.2,
      high_from: 800 * MIB,
      critical_from: 900 * MIB,
    });
    expect(report.collections.minor).toEqual({ count: 120, pause_ms: 120, longest_pause_ms: 1 });
    expect(report.collections.major.count).toBe(seen.asked);
    expect(report.leak).toMatchObject({ verdict: 'steady', threshold: 1_000_000, episodes: [] });
    expect(report.history).toHaveLength(121);
    expect(report.history.at(-1)).toMatchObject({ at: '2026-01-01T02:00:00.000Z', rss: 300 * MIB, minor: 1 });
    expect(report.history.some(({ live_heap }) => live_heap === 43 * MIB)).toBe(true);
  });

  it('learns first, then finds a leak, and counts it once', () => {
    const { state, monitor, seen, pass } = watched();
    monitor.start();
    pass(1);
    expect(monitor.report(HOUR, 10).leak.verdict).toBe('learning');
    pass(9, hour => (state.arrayBuffers = (2 + hour) * MIB));
    expect(seen.leaks.map(({ kind }) => kind)).toEqual(['array_buffers']);
    expect(monitor.report(HOUR, 10).leak).toMatchObject({
      verdict: 'leaking',
      episodes: [{ kind: 'array_buffers', ended_at: null }],
    });
  });

  it('takes what caches hold for no leak', () => {
    let cached = 0;
    const { state, monitor, seen, pass } = watched({ held: () => ({ heap: cached }) });
    monitor.start();
    pass(10, hour => {
      cached = 5 * hour * MIB;
      state.heapUsed = 50 * MIB + cached;
    });
    expect(seen.leaks).toEqual([]);
  });

  it('leaves a process alone in which nothing grows', () => {
    const { monitor, seen, pass } = watched();
    monitor.start();
    pass(10);
    // The first shows where growth begins.
    expect(seen.asked).toBe(1);
  });
});

describe('pressure in the monitor', () => {
  it('is told at each change, and again at each sample that is not calm', () => {
    const { state, monitor, seen, pass } = watched();
    const told: PressureLevel[] = [];
    const end = monitor.onPressure(level => told.push(level));
    monitor.start();
    state.rss = 0.82 * LIMIT;
    pass(2 / 60);
    state.rss = 0.92 * LIMIT;
    pass(1 / 60);
    state.rss = 0.1 * LIMIT;
    pass(2 / 60);
    expect(told).toEqual(['high', 'high', 'critical', 'calm']);
    expect(seen.levels).toEqual(['high', 'critical', 'calm']);
    end();
    state.rss = 0.95 * LIMIT;
    pass(1 / 60);
    expect(told).toHaveLength(4);
  });

  it('turns new work away at critical, and lets it in again, without waiting for the next sample', () => {
    const { state, monitor } = watched();
    monitor.start();
    monitor.admit();
    state.rss = 0.95 * LIMIT;
    state.time += 1500;
    let refusal: unknown;
    try {
      monitor.admit();
    } catch (error) {
      refusal = error;
    }
    expect(isAppError(refusal) && [refusal.code, refusal.retryAfter]).toEqual(['memory.critical', 30]);
    state.rss = 0.5 * LIMIT;
    state.time += 1500;
    expect(() => monitor.admit()).not.toThrow();
  });

  it('comes from the heap as well, which V8 lets grow less than the machine would', () => {
    const { state, monitor, pass } = watched();
    monitor.start();
    state.heapUsed = 480 * MIB;
    pass(1 / 60);
    expect(monitor.level).toBe('critical');
  });
});
