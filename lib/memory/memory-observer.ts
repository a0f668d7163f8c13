/** Who wants to know of memory: metrics, the log, and what can act. */
import type { CollectionKind } from './collections.ts';
import type { LoopDelay } from './event-loop-delay.ts';
import type { LeakEpisode } from './leak-watch.ts';
import type { PressureLevel } from './pressure.ts';
import type { MemoryReading } from './reading.ts';
import type { TrackedMemory } from './track-memory.ts';

/** Told what the monitor sees; for metrics and the log. Must not throw. */
export interface MemoryObserver {
  sampled?(sample: MemorySample): void;
  /** @param ms in which nothing else ran */
  collected?(kind: CollectionKind, ms: number): void;
  leakFound?(episode: LeakEpisode): void;
  tracked?(tracked: TrackedMemory): void;
  pressureChanged?(level: PressureLevel, before: PressureLevel): void;
}

export interface MemorySample extends MemoryReading {
  readonly systemUsed: number;
  /** The highest so far of each. */
  readonly peak: MemoryReading;
  readonly delay: LoopDelay;
  readonly pressure: PressureLevel;
  /** Share of the scarcer limit. */
  readonly share: number;
}

/** Told of each change, and of each sample that is not calm: what shrinks may do so again. */
export type PressureListener = (level: PressureLevel) => void;
