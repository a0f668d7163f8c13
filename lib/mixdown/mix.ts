/**
 * Mixes books in threads: a whole one to a file, or a part of it to samples.
 *
 * The triple: the messages and the client are here, the thread's side is `mix.worker.ts`.
 */
import { rm } from 'node:fs/promises';
import { singleton } from '#lib/base/singleton.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import { createWorkerPool, type WorkerPool } from '#lib/workers/pool.ts';
import { poolSize, spawnMixWorker } from '#lib/workers/spawn.ts';
import type { PcmFile } from './file-pcm-source.ts';
import { packStretches, stretchOf, type PackedStretches } from './stretches.ts';

/** How it is written. */
export interface MixLayout {
  channels: 1 | 2;
  /** 32 is IEEE float, of WAV only. */
  bitDepth: 16 | 24 | 32;
  /** Of 16 and 24 bits. */
  dither: boolean;
  /** dBFS that no sample exceeds, at most 0. */
  limiterDbfs: number;
  /** Frames of the book. */
  from: number;
  /** Exclusive. */
  to: number;
}

/** What is to be heard, and how it is written. */
export interface MixSettings extends MixLayout {
  timeline: Timeline;
  /** A file for each source that the timeline plays, at its rate. */
  sources: Readonly<Record<string, PcmFile>>;
}

export interface MixToFile extends MixSettings {
  format: 'wav' | 'flac';
  /** Written from its beginning, in place of what may be there. */
  file: string;
}

export interface MixedFile {
  bytes: number;
  /** Of the file, lower-case hexadecimal. */
  sha256: string;
  frames: number;
  /** Sample peak of the mix in dBFS; null for digital silence. */
  peakDbfs: number | null;
  /** Decibels that the limiter took off at most; 0 where it did nothing. */
  reduction: number;
}

export interface MixOptions {
  signal?: AbortSignal | undefined;
  /** Frames that are mixed, a few times a second and at the end. */
  onProgress?: ((frames: number) => void) | undefined;
}

export type MixTask = ({ do: 'file' } & MixToFileTask) | ({ do: 'range' } & MixSettings);

export interface MixToFileTask extends MixLayout, Pick<MixToFile, 'format' | 'file'> {
  /** Hertz. */
  sampleRate: number;
  stretches: PackedStretches;
  /** Frames that are mixed: one 64-bit integer of shared memory, for a thread that computes has no time for messages. */
  progress: SharedArrayBuffer;
}

/** Of a range the bytes of its samples. */
export type MixResult = MixedFile | Uint8Array<ArrayBuffer>;

const PROGRESS_MS = 200;

/**
 * Mixes into a file, whose bytes are durable when this returns; what makes its name durable is left to who knows where it goes. It is
 * not there when this throws.
 *
 * @throws AppError `storage.full`; the signal's reason; errors of the file system; as a pool does
 */
export async function mixToFile(mix: MixToFile, { signal, onProgress }: MixOptions = {}): Promise<MixedFile> {
  const progress = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const stopWatching = onProgress && watch(new BigInt64Array(progress), onProgress);
  try {
    const { timeline, sources, ...layout } = mix;
    const { from, to } = mix;
    const stretches = await packStretches({ timeline, sources, from, to }, signal);
    const task: MixTask = { do: 'file', ...layout, sampleRate: timeline.sampleRate, stretches, progress };
    const mixed = (await mixPool().run(task, { signal })) as MixedFile;
    signal?.throwIfAborted();
    stopWatching?.();
    onProgress?.(mixed.frames);
    return mixed;
  } catch (error) {
    await rm(mix.file, { force: true });
    throw error;
  } finally {
    stopWatching?.();
  }
}

/**
 * The samples of a range as they stand in a WAV file, with the bits of that part of a file with the same settings. A thread is busy with it
 * for some hundredths of a second for each minute.
 *
 * @throws the signal's reason; as a pool does
 */
export async function mixSamples(mix: MixSettings, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const { timeline: _timeline, sources: _sources, ...layout } = mix;
  // As little as decides how it sounds: a book is long, and is copied to the thread.
  const task: MixTask = { do: 'range', ...layout, ...stretchOf(mix, mix.from, mix.to) };
  return (await streamPool().run(task, { signal })) as Uint8Array<ArrayBuffer>;
}

/** The process's one pool of threads that mix files; for metrics, for giving memory back, and for shutting down. */
export function mixPool(): WorkerPool<MixTask, MixResult> {
  return singleton('mixdown.mix-pool', () =>
    createWorkerPool<MixTask, MixResult>({ spawn: spawnMixWorker, size: poolSize() }),
  );
}

/** Of threads that mix what somebody listens to now, and must not wait for a file. */
export function streamPool(): WorkerPool<MixTask, MixResult> {
  return singleton('mixdown.stream-pool', () =>
    createWorkerPool<MixTask, MixResult>({ spawn: spawnMixWorker, size: poolSize(2) }),
  );
}

function watch(progress: BigInt64Array, onProgress: (frames: number) => void): () => void {
  let told = 0;
  const timer = setInterval(() => {
    const frames = Number(Atomics.load(progress, 0));
    if (frames !== told) onProgress((told = frames));
  }, PROGRESS_MS);
  return () => clearInterval(timer);
}
