/** The process around the monitor. */
import { observeCollections, type CollectionListener } from './collections.ts';
import { collectGarbage, type Collection } from './garbage.ts';
import { heapLimit, memoryLimit, readMemory, systemUsed, type MemoryLimit, type MemoryReading } from './reading.ts';

/** What the monitor reads and starts; a test hands in its own. */
export interface MemorySystem {
  /** Calls `run` every `ms` milliseconds of the clock until the returned function is called. */
  every(ms: number, run: () => void): () => void;
  read(): MemoryReading;
  limit(): MemoryLimit;
  heapLimit(): number;
  systemUsed(): number;
  observeCollections(listener: CollectionListener): () => void;
  collect(collection: Collection): void;
}

export const SYSTEM: MemorySystem = {
  every(ms, run) {
    const timer = setInterval(run, ms).unref();
    return () => clearInterval(timer);
  },
  read: readMemory,
  limit: memoryLimit,
  heapLimit,
  systemUsed,
  observeCollections,
  collect: collectGarbage,
};
