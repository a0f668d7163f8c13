/** Speech in the formats that travel light. Runs in a worker thread. */
import { resample } from '#lib/audio/resampler.ts';
import { encodeAll, type AudioEncoder } from '#lib/codecs/encoder.ts';
import { createMp3Encoder, MP3_RATES } from '#lib/codecs/mp3-encoder.ts';
import { createOpusEncoder, OPUS_RATES } from '#lib/codecs/opus-encoder.ts';
import type { MonoAudio } from './speech-decoding.ts';

/** `pcm` is what OpenAI calls so: 16 bits, little-endian, 24,000 Hz, without a header. */
export const ENCODED_FORMATS = ['mp3', 'opus', 'pcm'] as const;
export type EncodedFormat = (typeof ENCODED_FORMATS)[number];

export interface EncodedSpeech {
  file: Uint8Array<ArrayBuffer>;
  contentType: string;
}

/** Of one voice, for which this is more than anyone hears. kbit/s, below and from 32,000 Hz. */
const MP3_BITRATE = { narrow: 64, wide: 96 } as const;
/** Bits a second. */
const OPUS_BITRATE = 48_000;
const PCM_RATE = 24_000;

/** At the rate of the voice where the format has it, otherwise at the next one above, or the highest. */
export async function encodeSpeech({ samples, sampleRate }: MonoAudio, as: EncodedFormat): Promise<EncodedSpeech> {
  if (as === 'pcm') return { file: headerless({ samples, sampleRate }), contentType: `audio/pcm;rate=${PCM_RATE}` };
  const { encoder, rate } = await ENCODERS[as](sampleRate);
  return {
    file: encodeAll(encoder, [[resample(samples, { from: sampleRate, to: rate })]]),
    contentType: encoder.contentType,
  };
}

const ENCODERS: Readonly<
  Record<Exclude<EncodedFormat, 'pcm'>, (sampleRate: number) => Promise<{ encoder: AudioEncoder; rate: number }>>
> = {
  async mp3(sampleRate) {
    const rate = atLeast(sampleRate, MP3_RATES);
    const bitrate = rate < 32_000 ? MP3_BITRATE.narrow : MP3_BITRATE.wide;
    return { rate, encoder: await createMp3Encoder({ sampleRate: rate, channels: 1, bitrate }) };
  },
  async opus(sampleRate) {
    const rate = atLeast(sampleRate, OPUS_RATES);
    return { rate, encoder: await createOpusEncoder({ sampleRate: rate, channels: 1, bitrate: OPUS_BITRATE }) };
  },
};

/** @param rates rising */
function atLeast<R extends number>(rate: number, rates: readonly R[]): R {
  return rates.find(one => one >= rate) ?? rates.at(-1)!;
}

function headerless({ samples, sampleRate }: MonoAudio): Uint8Array<ArrayBuffer> {
  const resampled = resample(samples, { from: sampleRate, to: PCM_RATE });
  const bytes = new Uint8Array(resampled.length * 2);
  const view = new DataView(bytes.buffer);
  resampled.forEach((sample, i) =>
    view.setInt16(2 * i, Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))), true),
  );
  return bytes;
}
