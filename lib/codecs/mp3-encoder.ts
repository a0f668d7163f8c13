/**
 * MP3 of a constant bit rate through `wasm-media-encoders`, which is LAME in WebAssembly. LAME takes 5 % off every sample, 0.4 dB, so that
 * what it adds does not clip.
 *
 * In front stands an Info frame (`mp3-info.ts`), which says how long the file is and what of it is the codec's own silence, so that players
 * give back exactly what went in.
 */
import type { WasmMediaEncoder } from 'wasm-media-encoders';
import { blockFrames, type PlanarBlock } from '#lib/audio/pcm.ts';
import type { AudioEncoder, EncodedEnd } from './encoder.ts';
import { Mp3Info } from './mp3-info.ts';

/** Hz that MP3 has; others are resampled before. */
export const MP3_RATES = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] as const;
export type Mp3Rate = (typeof MP3_RATES)[number];

/**
 * Bits a second over 1,000 that go with every rate in which they are taken: below, no Info frame has room; above 64 those under 16,000 Hz have
 * no number, above 160 those under 32,000.
 */
export const MP3_BITRATES = [48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const;
export type Mp3Bitrate = (typeof MP3_BITRATES)[number];

export interface Mp3EncoderOptions {
  sampleRate: Mp3Rate;
  channels: 1 | 2;
  bitrate: Mp3Bitrate;
}

/** @throws RangeError for a bit rate that this sample rate does not have */
export async function createMp3Encoder(options: Mp3EncoderOptions): Promise<AudioEncoder> {
  const { sampleRate, bitrate } = options;
  const most = sampleRate < 16_000 ? 64 : sampleRate < 32_000 ? 160 : 320;
  if (bitrate > most) throw new RangeError(`MP3 at ${sampleRate} Hz takes at most ${most} kbit/s, not ${bitrate}`);
  const { createMp3Encoder: create } = await import('wasm-media-encoders');
  const encoder = await create();
  // LAME would choose a lower rate of its own where bits are few.
  encoder.configure({ ...options, outputSampleRate: sampleRate });
  return new Mp3Encoder(encoder);
}

/** Given to LAME at once: it makes its memory as large as it takes, and keeps it. */
const STEP = 16_384;

class Mp3Encoder implements AudioEncoder {
  readonly contentType = 'audio/mpeg';
  #encoder: WasmMediaEncoder<'audio/mpeg'> | undefined;
  #info: Mp3Info | undefined;
  #frames = 0;

  constructor(encoder: WasmMediaEncoder<'audio/mpeg'>) {
    this.#encoder = encoder;
  }

  encode(block: PlanarBlock): Uint8Array<ArrayBuffer> {
    const parts: Uint8Array[] = [];
    const frames = blockFrames(block);
    for (let at = 0; at < frames; at += STEP) {
      const step = block.map(channel => clipped(channel.subarray(at, at + STEP)));
      // What comes back is a window on memory that the next call writes to.
      parts.push(this.#withInfo(this.#open().encode(step).slice()));
    }
    this.#frames += frames;
    return Uint8Array.from(Buffer.concat(parts));
  }

  finish(): EncodedEnd {
    const rest = this.#withInfo(this.#open().finalize().slice());
    this.close();
    return { rest, head: this.#info?.known(this.#frames) };
  }

  /** The instance is garbage with its memory. */
  close(): void {
    this.#encoder = undefined;
  }

  #open(): WasmMediaEncoder<'audio/mpeg'> {
    if (this.#encoder === undefined) throw new Error('The encoder is closed.');
    return this.#encoder;
  }

  /** With room for the Info frame before the first bytes. */
  #withInfo(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (bytes.length === 0) return bytes;
    const isFirst = this.#info === undefined;
    this.#info ??= new Mp3Info(bytes);
    this.#info.add(bytes);
    return isFirst ? Uint8Array.from(Buffer.concat([this.#info.unknown(), bytes])) : bytes;
  }
}

/** LAME clips too, but by turning what is beyond around. */
function clipped(samples: Float32Array): Float32Array {
  return samples.map(sample => Math.max(-1, Math.min(1, sample)));
}
