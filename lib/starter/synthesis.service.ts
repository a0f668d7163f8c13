/** Sounds are made in a thread of their own, one after the other: the server answers meanwhile. The thread's side is `synthesis.worker.ts`. */
import type { RecipeName } from '#lib/synthesis/recipes/index.ts';
import { createWorkerPool } from '#lib/workers/pool.ts';
import { spawnSynthesisWorker } from '#lib/workers/spawn.ts';

export interface SynthesisTask {
  name: RecipeName;
}

export interface Synthesiser {
  /** A WAV file. Rejects with the signal's reason when it is aborted. */
  synthesise(name: RecipeName, signal: AbortSignal): Promise<Uint8Array>;
  /** Ends the thread. */
  close(): Promise<void>;
}

/** Many times what the longest recipe takes on a slow machine. */
const TIME_LIMIT_MS = 120_000;

export function createSynthesiser(): Synthesiser {
  const pool = createWorkerPool<SynthesisTask, Uint8Array<ArrayBuffer>>({ spawn: spawnSynthesisWorker, size: 1 });
  return {
    synthesise: (name, signal) => pool.run({ name }, { signal, timeLimitMs: TIME_LIMIT_MS }),
    close: () => pool.close(),
  };
}
