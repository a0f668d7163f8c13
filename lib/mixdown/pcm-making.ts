/**
 * Makes recordings ready for the mixer, in threads that can be stopped: decoded, trimmed, downmixed to two channels where there are more,
 * resampled, written.
 *
 * The triple: the messages and the client are here, the thread's side is `pcm.worker.ts`.
 */
import { stat } from 'node:fs/promises';
import { singleton } from '#lib/base/singleton.ts';
import { timeLimitOf } from '#lib/codecs/analysis.ts';
import type { AudioFormat } from '#lib/codecs/codec.ts';
import { damaged, tooSlow } from '#lib/codecs/codecs.errors.ts';
import { createWorkerPool, isTaskTimeout, isWorkerCrash, type WorkerPool } from '#lib/workers/pool.ts';
import { poolSize, spawnPcmWorker } from '#lib/workers/spawn.ts';
import type { PcmFacts } from './pcm-file.ts';

/** The recording as it came, in a file or in memory. */
export type PcmOriginal = { format: AudioFormat } & ({ path: string } | { bytes: Uint8Array<ArrayBuffer> });

export interface PcmShape {
  /** Hertz of the mix. */
  rate: number;
  /** Frames of the original, `to` exclusive; all of it where undefined. What lies behind its end is left out. */
  trim?: { from: number; to: number } | undefined;
}

export type PcmTask =
  { do: 'check'; file: string } | { do: 'make'; original: PcmOriginal; shape: PcmShape; draft: string };
export type PcmResult = PcmFacts | undefined;

/** Times what decoding takes: resampling takes as long again, and so does writing to a slow disk. */
const TIME_FACTOR = 4;

/** What is in a kept file; undefined where it is not there, or not what it was. */
export async function checkInThread(file: string, signal?: AbortSignal): Promise<PcmFacts | undefined> {
  return pcmPool().run({ do: 'check', file }, { signal });
}

/**
 * Writes to `draft`, which must not be there, and may be left unfinished where this throws.
 *
 * @throws AppError as decoders do, `storage.full`; the signal's reason; errors of the file system
 */
export async function makeInThread(
  original: PcmOriginal,
  shape: PcmShape,
  draft: string,
  signal?: AbortSignal,
): Promise<PcmFacts> {
  const bytes = 'path' in original ? (await stat(original.path)).size : original.bytes.length;
  const timeLimitMs = TIME_FACTOR * timeLimitOf(bytes);
  try {
    const made = await pcmPool().run({ do: 'make', original, shape, draft }, { signal, timeLimitMs });
    return made!;
  } catch (error) {
    if (isTaskTimeout(error)) throw tooSlow(timeLimitMs);
    // A file that takes the thread with it, by its memory for example, is at fault itself.
    if (isWorkerCrash(error)) throw damaged('reading it failed', error);
    throw error;
  }
}

/** The process's one pool of these threads; for metrics, for giving memory back, and for shutting down. */
export function pcmPool(): WorkerPool<PcmTask, PcmResult> {
  return singleton('mixdown.pcm-pool', () =>
    createWorkerPool<PcmTask, PcmResult>({ spawn: spawnPcmWorker, size: poolSize() }),
  );
}
