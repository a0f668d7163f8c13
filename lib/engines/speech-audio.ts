/**
 * Speech from bytes and to bytes, in threads that can be stopped.
 *
 * The triple: the messages and the client are here, the thread's side is `speech-audio.worker.ts`.
 */
import { singleton } from '#lib/base/singleton.ts';
import { isAppError, type AppError } from '#lib/base/errors.ts';
import { createWorkerPool, isTaskTimeout, isWorkerCrash, type WorkerPool } from '#lib/workers/pool.ts';
import { poolSize, spawnSpeechAudioWorker } from '#lib/workers/spawn.ts';
import { foreignMessage } from './foreign-text.ts';
import type { RemoteAnswer } from './remote-client.ts';
import { failed } from './remote.errors.ts';
import type { MonoAudio } from './speech-decoding.ts';
import type { Speech } from './speech-engine.ts';
import type { EncodedSpeech, EncodedFormat } from './speech-encoding.ts';
import type { PackedSpeech, SpeechNote } from './speech-file.ts';
import { speechFormatOf, type SpeechFormat } from './speech-format.ts';

export type SpeechAudioTask =
  | { do: 'decode'; bytes: Uint8Array<ArrayBuffer>; format: SpeechFormat }
  | { do: 'pack'; audio: MonoAudio; noted: Pick<SpeechNote, 'words' | 'warnings'> }
  | { do: 'encode'; bytes: Uint8Array<ArrayBuffer>; as: EncodedFormat };
export type SpeechAudioResult = MonoAudio | PackedSpeech | EncodedSpeech;

/** Many times what the longest answer takes on a slow machine. */
const TIME_LIMIT_MS = 120_000;

/**
 * The speech in an engine's answer.
 *
 * @throws AppError `speech.engine_failed`; the signal's reason
 */
export async function speechOf(engine: string, answer: RemoteAnswer, signal?: AbortSignal): Promise<MonoAudio> {
  const { bytes, type } = answer;
  const format = await speechFormatOf(bytes, answer);
  if (format === undefined) throw noAudio(engine, answer);
  try {
    return await decodeInThread(bytes, format, signal);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (isTaskTimeout(error) || isWorkerCrash(error)) throw noAudio(engine, answer, error);
    if (!isAppError(error)) throw error;
    if (format.format === 'pcm' && saysSomething(answer)) throw noAudio(engine, answer, error);
    throw failed(engine, `answered with ${type} that is of no use. ${error.message}`, { cause: error });
  }
}

/** Rejects as {@link decodeSpeech} does, with the signal's reason, and as a pool does. */
export async function decodeInThread(
  bytes: Uint8Array<ArrayBuffer>,
  format: SpeechFormat,
  signal?: AbortSignal,
): Promise<MonoAudio> {
  const task: SpeechAudioTask = { do: 'decode', bytes, format };
  return (await speechAudioPool().run(task, { signal, timeLimitMs: TIME_LIMIT_MS })) as MonoAudio;
}

/** {@link packSpeech} in a thread; the samples that are given stay as they are. */
export async function packInThread(
  { samples, sampleRate }: Pick<Speech, 'samples' | 'sampleRate'>,
  noted: Pick<SpeechNote, 'words' | 'warnings'>,
): Promise<PackedSpeech> {
  // A window on larger memory would take all of that along.
  const whole = samples.length * samples.BYTES_PER_ELEMENT === samples.buffer.byteLength;
  const audio = { samples: (whole ? samples : samples.slice()) as Float32Array<ArrayBuffer>, sampleRate };
  const task: SpeechAudioTask = { do: 'pack', audio, noted };
  return (await speechAudioPool().run(task, { timeLimitMs: TIME_LIMIT_MS })) as PackedSpeech;
}

/** {@link encodeSpeech} in a thread. @param bytes FLAC */
export async function encodeInThread(
  bytes: Uint8Array<ArrayBuffer>,
  as: EncodedFormat,
  signal?: AbortSignal,
): Promise<EncodedSpeech> {
  const task: SpeechAudioTask = { do: 'encode', bytes, as };
  return (await speechAudioPool().run(task, { signal, timeLimitMs: TIME_LIMIT_MS })) as EncodedSpeech;
}

/** The process's one pool of these threads; for metrics, for giving memory back, and for shutting down. */
export function speechAudioPool(): WorkerPool<SpeechAudioTask, SpeechAudioResult> {
  return singleton('engines.speech-audio-pool', () =>
    createWorkerPool<SpeechAudioTask, SpeechAudioResult>({ spawn: spawnSpeechAudioWorker, size: poolSize(2) }),
  );
}

/** Enough to see whether it is text. */
const WORDS = 4096;

function saysSomething({ bytes }: RemoteAnswer): boolean {
  return foreignMessage(bytes.subarray(0, WORDS)) !== undefined;
}

function noAudio(engine: string, { bytes, type }: RemoteAnswer, cause?: unknown): AppError {
  const said = foreignMessage(bytes.subarray(0, WORDS));
  const label = type === '' ? '' : ` labelled ${type}`;
  const words = said === undefined ? '' : ` It said: ${said}`;
  return failed(
    engine,
    `answered with something that is no audio${label}.${words}`,
    cause === undefined ? {} : { cause },
  );
}
