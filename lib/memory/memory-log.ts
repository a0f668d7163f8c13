import { formatBytes } from '#lib/base/units.ts';
import type { Logger } from '#lib/logging/logger.ts';
import type { MemoryObserver } from './memory-observer.ts';

/** Writes to the log what an operator should see: leaks, changes of pressure, and what was asked to be tracked. */
export function memoryLog(logger: Logger): MemoryObserver {
  return {
    leakFound({ kind, slope, since }) {
      logger.warn(
        { kind, bytes_per_hour: Math.round(slope), since_ms: since },
        `memory grows and is not given back: ${kind}, ${formatBytes(Math.round(slope))} an hour`,
      );
    },
    pressureChanged(level, before) {
      logger[level === 'calm' ? 'info' : 'warn']({ level, before }, `memory pressure is ${level}`);
    },
    tracked({ name, outcome, ms, rss, heap }) {
      logger.info({ work: name, outcome, ms, rss, heap }, 'memory of a piece of work');
    },
  };
}
