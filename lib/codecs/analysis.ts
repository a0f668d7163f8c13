/**
 * Everything the library wants to know of a recording, in one pass over its samples, in a thread that can be stopped.
 *
 * The triple: the messages and the client are here, the thread's side is `analysis.worker.ts`.
 */
import { stat } from 'node:fs/promises';
import { singleton } from '#lib/base/singleton.ts';
import { createWorkerPool, isTaskTimeout, isWorkerCrash, type WorkerPool } from '#lib/workers/pool.ts';
import { poolSize, spawnAnalysisWorker } from '#lib/workers/spawn.ts';
import type { AudioFormat } from './codec.ts';
import { damaged, tooSlow } from './codecs.errors.ts';
import { renderWaveformPicture } from './waveform-picture.ts';

export interface AudioFacts {
  /** For example `pcm_s16le`, `mp3`, `vorbis`, `opus`, `flac`, `aac`. */
  codec: string;
  /** Hz. */
  sample_rate: number;
  channels: number;
  /** Bits a sample for linear formats, null for lossy ones. */
  bit_depth: number | null;
  /** Samples per channel. */
  frames: number;
  /** Seconds: frames / sample_rate. */
  length: number;
  /** Sample peak in dBFS; null for digital silence. */
  peak_dbfs: number | null;
  /** Integrated loudness, LUFS; null where nothing passes the gate. */
  loudness_lufs: number | null;
  /** Interleaved min and max, −128…127, at most 800 pairs; see `waveformJson`. */
  peaks: Int8Array<ArrayBuffer>;
  /** Frames that each pair covers. */
  samples_per_pixel: number;
}

export interface AudioAnalysis extends AudioFacts {
  /** The waveform as WebP with alpha, 800×96 pixels. */
  picture: Uint8Array<ArrayBuffer>;
}

export interface AnalysisTask {
  path: string;
  format: AudioFormat;
  maxSeconds: number | undefined;
}

export interface AnalysisResult {
  facts: AudioFacts;
  svg: string;
}

export interface AnalysisOptions {
  signal?: AbortSignal | undefined;
  /** Wall-clock milliseconds, time in line not counted; {@link timeLimitOf} the file when not given. */
  timeLimitMs?: number | undefined;
  /** Decoded seconds at most. */
  maxSeconds?: number | undefined;
}

const MIN_TIME_LIMIT_MS = 2 * 60_000;
const MAX_TIME_LIMIT_MS = 30 * 60_000;
const TIME_LIMIT_MS_PER_MB = 10_000;

/**
 * Milliseconds that the analysis of so many bytes may take. The slowest per byte is sparse Opus: six hours in 20 MB are decoded in
 * 150 s on an idle core, six hours of WAV in 35 to 60. A busy machine takes some times as long; a decoder that hangs does not end.
 */
export function timeLimitOf(bytes: number): number {
  return Math.min(MAX_TIME_LIMIT_MS, MIN_TIME_LIMIT_MS + (bytes / 1e6) * TIME_LIMIT_MS_PER_MB);
}

/**
 * Decodes the file at `path` to its end and measures it.
 *
 * Refuses with `AppError`: `audio.damaged`, `audio.empty`, `audio.unsupported`, `audio.needs_ffmpeg`, `audio.too_long`
 * (`maxSeconds`), `audio.too_slow` (`timeLimitMs`). Errors of the file system come as they are; an abort as the signal's reason.
 */
export async function analyseAudio(
  path: string,
  format: AudioFormat,
  { signal, maxSeconds, ...options }: AnalysisOptions = {},
): Promise<AudioAnalysis> {
  const task: AnalysisTask = { path, format, maxSeconds };
  const timeLimitMs = options.timeLimitMs ?? timeLimitOf((await stat(path)).size);
  const { facts, svg } = await analysisPool()
    .run(task, { signal, timeLimitMs })
    .catch((error: unknown) => {
      if (isTaskTimeout(error)) throw tooSlow(timeLimitMs);
      // A file that takes the thread with it, by its memory for example, is at fault itself.
      if (isWorkerCrash(error)) throw damaged('reading it failed', error);
      throw error;
    });
  signal?.throwIfAborted();
  return { ...facts, picture: await renderWaveformPicture(svg) };
}

/** The process's one pool of analysis threads; for metrics, for giving memory back, and for shutting down. */
export function analysisPool(): WorkerPool<AnalysisTask, AnalysisResult> {
  return singleton('codecs.analysis-pool', () =>
    createWorkerPool<AnalysisTask, AnalysisResult>({ spawn: spawnAnalysisWorker, size: poolSize() }),
  );
}
