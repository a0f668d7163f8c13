import toWav from 'audiobuffer-to-wav';
import type { EncodedFormat } from '#lib/engines/speech-encoding.ts';
import { NO_STORE } from './cache-control.ts';
import { LENGTH_HEADER } from './media.ts';

/** Speech as it is kept: FLAC, and its samples or another format where those are wanted. */
interface Spoken {
  file: Uint8Array<ArrayBuffer>;
  /** Hertz. */
  sampleRate: number;
  warnings: readonly string[];
  samples(signal?: AbortSignal): Promise<Float32Array>;
  encoded(as: EncodedFormat, signal?: AbortSignal): Promise<{ file: Uint8Array<ArrayBuffer>; contentType: string }>;
}

export type SpeechAnswer = 'wav' | 'flac' | EncodedFormat;

/**
 * Speech as an answer. What was asked for and is not in it stands in the header `X-Speech-Warnings`, as a JSON list whose letters
 * outside ASCII are escaped.
 */
export async function speechResponse(
  spoken: Spoken,
  format: SpeechAnswer,
  { signal, cacheControl = NO_STORE }: { signal: AbortSignal; cacheControl?: string },
): Promise<Response> {
  const { file, contentType } = await fileOf(spoken, format, signal);
  return new Response(file, {
    headers: {
      'content-type': contentType,
      'cache-control': cacheControl,
      'x-content-type-options': 'nosniff',
      [LENGTH_HEADER]: String(file.byteLength),
      ...(spoken.warnings.length === 0 ? {} : { 'x-speech-warnings': asciiJson(spoken.warnings) }),
    },
  });
}

async function fileOf(spoken: Spoken, format: SpeechAnswer, signal: AbortSignal) {
  if (format === 'flac') return { file: spoken.file, contentType: 'audio/flac' };
  if (format !== 'wav') return spoken.encoded(format, signal);
  return { file: wavOf(await spoken.samples(signal), spoken.sampleRate), contentType: 'audio/wav' };
}

/** 16 bit, one channel. At most half an hour, since a request has at most 5,000 characters. */
function wavOf(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const buffer = { numberOfChannels: 1, sampleRate, length: samples.length, getChannelData: () => samples };
  return new Uint8Array(toWav(buffer as unknown as AudioBuffer));
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
