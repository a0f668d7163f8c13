/** The bytes of an answer as samples of one channel. Runs in a worker thread. */
import { silenceNonFinite, type PlanarBlock } from '#lib/audio/pcm.ts';
import { damaged, empty, tooLong, unsupported } from '#lib/codecs/codecs.errors.ts';
import { takesRate } from '#lib/codecs/flac-encoder.ts';
import { openAudio } from '#lib/codecs/decode.ts';
import { memorySource } from '#lib/codecs/source.ts';
import type { SpeechFormat } from './speech-format.ts';
import { SAMPLE_RATE_RANGE } from './speech-engine.ts';

export interface MonoAudio {
  /** At least one, −1…1. */
  samples: Float32Array<ArrayBuffer>;
  /** Hertz, {@link SAMPLE_RATE_RANGE}. */
  sampleRate: number;
}

/** The longest text at a quarter of the usual rate takes 25 minutes; whoever says more does not know where to stop. */
export const MAX_SPEECH_SECONDS = 40 * 60;

/** @throws AppError `audio.damaged`, `audio.empty`, `audio.unsupported`, `audio.too_long`, as decoders do */
export async function decodeSpeech(bytes: Uint8Array<ArrayBuffer>, format: SpeechFormat): Promise<MonoAudio> {
  const audio = format.format === 'pcm' ? decodeHeaderless(bytes, format.sampleRate) : await decodeFile(bytes, format);
  const { min, max } = SAMPLE_RATE_RANGE;
  // What cannot be kept is not taken either; no engine speaks at such a rate.
  if (audio.sampleRate < min || audio.sampleRate > max || !takesRate(audio.sampleRate)) {
    throw unsupported(`Speech at ${audio.sampleRate} Hz is not accepted; ${min} to ${max} are.`);
  }
  // Lossy codecs overshoot, and float files may hold anything.
  const { samples } = audio;
  for (let i = 0; i < samples.length; i++) samples[i] = Math.max(-1, Math.min(1, samples[i]!));
  return audio;
}

async function decodeFile(
  bytes: Uint8Array<ArrayBuffer>,
  { format }: Exclude<SpeechFormat, { format: 'pcm' }>,
): Promise<MonoAudio> {
  if (format === 'aac' || format === 'm4a')
    throw unsupported('Speech as AAC is not accepted; WAV, FLAC, Opus and MP3 are.');
  const opened = await openAudio(memorySource(bytes), format);
  const { sampleRate } = opened.info;
  const maxFrames = MAX_SPEECH_SECONDS * sampleRate;
  const parts: Float32Array[] = [];
  let frames = 0;
  for await (const block of opened.blocks()) {
    silenceNonFinite(block);
    const part = mixDown(block);
    parts.push(part);
    frames += part.length;
    if (frames > maxFrames) throw tooLong(MAX_SPEECH_SECONDS);
  }
  const samples = new Float32Array(frames);
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return { samples, sampleRate };
}

/** The mean of the channels, in memory of its own: engines that answer in stereo have the same voice in both. */
function mixDown(block: PlanarBlock): Float32Array {
  const mono = Float32Array.from(block[0] ?? []);
  if (block.length < 2) return mono;
  for (const channel of block.slice(1)) {
    for (let i = 0; i < mono.length; i++) mono[i]! += channel[i]!;
  }
  for (let i = 0; i < mono.length; i++) mono[i]! /= block.length;
  return mono;
}

/** s16le, one channel. Nothing in such bytes says that they are sound, so what cannot be is refused. */
function decodeHeaderless(bytes: Uint8Array, sampleRate: number): MonoAudio {
  if (bytes.length === 0) throw empty();
  if (bytes.length % 2 !== 0) throw damaged('it has no header, and its length is odd: half a sample is missing');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array(bytes.length / 2);
  for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(2 * i, true) / 32_768;
  if (samples.length > MAX_SPEECH_SECONDS * sampleRate) throw tooLong(MAX_SPEECH_SECONDS);
  if (!couldBeSpeech(samples)) throw damaged('it has no header, and its samples are no sound');
  return { samples, sampleRate };
}

/** Letters of a text lie far off the centre line; of bytes that mean something else each is as large as it likes. */
const MAX_OFFSET = 0.2;
const LOUD = 0.4;
const MIN_CORRELATION = 0.1;

function couldBeSpeech(samples: Float32Array): boolean {
  let sum = 0;
  let energy = 0;
  let neighbours = 0;
  let last = 0;
  for (const sample of samples) {
    sum += sample;
    energy += sample * sample;
    neighbours += sample * last;
    last = sample;
  }
  if (Math.abs(sum / samples.length) > MAX_OFFSET) return false;
  const isLoud = Math.sqrt(energy / samples.length) > LOUD;
  return !isLoud || Math.abs(neighbours / energy) > MIN_CORRELATION;
}
