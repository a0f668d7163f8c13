/** The one way to open a recording: picks the adapter by format and holds every one of them to the contract. */
import type { PlanarBlock } from '#lib/audio/pcm.ts';
import { isAppError } from '#lib/base/errors.ts';
import type { AudioFormat, AudioInfo, ByteSource, OpenAudio, OpenedAudio, OpenOptions } from './codec.ts';
import { damaged, empty, unsupported } from './codecs.errors.ts';

const MAX_CHANNELS = 16;
const MIN_RATE = 4000;
const MAX_RATE = 768_000;

// Each adapter is loaded when its format comes: a worker that only ever sees WAV carries no WebAssembly.
const ADAPTERS: Readonly<Record<AudioFormat, () => Promise<OpenAudio>>> = {
  wav: async () => (await import('./wav.ts')).openWav,
  mp3: async () => (await import('./mp3.ts')).openMp3,
  vorbis: async () => (await import('./ogg-audio.ts')).openVorbis,
  opus: async () => (await import('./ogg-audio.ts')).openOpus,
  oggflac: async () => (await import('./ogg-audio.ts')).openOggFlac,
  flac: async () => (await import('./flac.ts')).openFlac,
  aac: async () => (await import('./ffmpeg.ts')).openAac,
  m4a: async () => (await import('./ffmpeg.ts')).openM4a,
};

/**
 * Opens `source`, which the caller closes. Whatever a decoder throws that is neither an `AppError`, an abort nor an error of the
 * file system becomes `audio.damaged` with the cause kept.
 */
export async function openAudio(
  source: ByteSource,
  format: AudioFormat,
  options: OpenOptions = {},
): Promise<OpenedAudio> {
  const { signal } = options;
  signal?.throwIfAborted();
  const open = await ADAPTERS[format]();
  const opened = await open(source, options).catch((error: unknown) => {
    throw translate(error, signal);
  });
  checkInfo(opened.info);
  return { info: opened.info, blocks: () => guarded(opened, signal) };
}

async function* guarded(opened: OpenedAudio, signal: AbortSignal | undefined): AsyncGenerator<PlanarBlock, void, void> {
  let frames = 0;
  try {
    for await (const block of opened.blocks()) {
      signal?.throwIfAborted();
      const length = block[0]?.length ?? 0;
      if (length === 0) continue;
      frames += length;
      yield block;
    }
  } catch (error) {
    throw translate(error, signal);
  }
  if (frames === 0) throw empty();
}

function checkInfo({ sampleRate, channels }: AudioInfo): void {
  if (channels === 0 || sampleRate === 0) throw damaged('its header makes no sense');
  if (channels > MAX_CHANNELS)
    throw unsupported(`Audio with ${channels} channels is not accepted; ${MAX_CHANNELS} are the most.`);
  if (sampleRate < MIN_RATE || sampleRate > MAX_RATE) {
    throw unsupported(`A sample rate of ${sampleRate} Hz is not accepted; resample it to 44100 or 48000 Hz.`);
  }
}

function translate(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (isAppError(error) || isSystemError(error)) return error;
  return damaged('it cannot be decoded', error);
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
