/**
 * WAV as a stream: its length is known before it begins, so nothing is written twice. RIFF (Microsoft Multimedia Programming Interface
 * 1.0), and RF64 with a `ds64` chunk (EBU Tech 3306) where sizes do not fit into 32 bits.
 */
import type { PlanarBlock } from '#lib/audio/pcm.ts';
import { quantise } from '#lib/audio/quantise.ts';
import type { AudioEncoder } from './encoder.ts';

export interface WavLayout {
  /** Hertz. */
  sampleRate: number;
  channels: number;
  /** Linear PCM of 16 or 24 bits, or IEEE float of 32. */
  bitDepth: 16 | 24 | 32;
  /** Of the whole file. */
  frames: number;
}

export interface WavEncoderOptions extends WavLayout {
  /** Of 16 and 24 bits; float needs none. Default false. */
  dither?: boolean;
  /** Of the first frame among all that dither depends on. Default 0. */
  position?: number;
}

const PCM = 1;
const FLOAT = 3;
/** Stands for a size that is told elsewhere, so no size itself. */
const ELSEWHERE = 0xffff_ffff;
/** Of a chunk's name and size. */
const CHUNK_HEAD = 8;
const DS64 = 28;

/** Bytes of the whole file. */
export function wavFileSize(layout: WavLayout): number {
  return wavHeader(layout).length + paddedDataSize(layout);
}

/** Everything before the first sample. */
export function wavHeader(layout: WavLayout): Uint8Array<ArrayBuffer> {
  const { frames, bitDepth } = layout;
  const format = formatChunk(layout);
  // Whatever is not linear PCM tells its frames, too.
  const fact = bitDepth === 32 ? 12 : 0;
  const rest = 4 + format.length + fact + CHUNK_HEAD + paddedDataSize(layout);
  const isLong = rest >= ELSEWHERE;
  const out = new HeaderWriter(CHUNK_HEAD + rest - paddedDataSize(layout) + (isLong ? CHUNK_HEAD + DS64 : 0));
  out
    .name(isLong ? 'RF64' : 'RIFF')
    .uint32(isLong ? ELSEWHERE : rest)
    .name('WAVE');
  if (isLong) {
    out.name('ds64').uint32(DS64);
    out
      .uint64(rest + CHUNK_HEAD + DS64)
      .uint64(dataSize(layout))
      .uint64(frames);
    // No further chunk is that long.
    out.uint32(0);
  }
  out.bytes(format);
  if (fact > 0) out.name('fact').uint32(4).uint32(Math.min(frames, ELSEWHERE));
  out.name('data').uint32(isLong ? ELSEWHERE : dataSize(layout));
  return out.written;
}

/**
 * Takes exactly as many frames as were announced.
 *
 * @throws Error, at the block or at the end, where it is another number
 */
export function createWavEncoder(options: WavEncoderOptions): AudioEncoder {
  const { channels, frames, bitDepth, dither = false, position = 0 } = options;
  const samples = new SampleBytes(bitDepth);
  let taken = 0;
  let header: Uint8Array<ArrayBuffer> | undefined = wavHeader(options);
  const headed = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
    if (header === undefined) return bytes;
    const all = new Uint8Array(header.length + bytes.length);
    all.set(header);
    all.set(bytes, header.length);
    header = undefined;
    return all;
  };
  return {
    contentType: 'audio/wav',
    encode(block) {
      const places = dither ? { position: position + taken, channels } : undefined;
      taken += block[0]!.length;
      if (taken > frames) throw new Error(`${taken} frames of a file of ${frames}`);
      return headed(samples.of(block, places));
    },
    finish() {
      if (taken !== frames) throw new Error(`${taken} frames of a file of ${frames}`);
      return { rest: headed(new Uint8Array(paddedDataSize(options) - dataSize(options))), head: undefined };
    },
    close: () => undefined,
  };
}

function dataSize({ frames, channels, bitDepth }: WavLayout): number {
  return (frames * channels * bitDepth) / 8;
}

/** Chunks are of even length. */
function paddedDataSize(layout: WavLayout): number {
  return 2 * Math.ceil(dataSize(layout) / 2);
}

function formatChunk({ sampleRate, channels, bitDepth }: WavLayout): Uint8Array {
  const isFloat = bitDepth === 32;
  // Other formats than linear PCM tell the length of their extension, here none.
  const size = isFloat ? 18 : 16;
  const out = new HeaderWriter(CHUNK_HEAD + size);
  const blockAlign = (channels * bitDepth) / 8;
  out.name('fmt ').uint32(size);
  out
    .uint16(isFloat ? FLOAT : PCM)
    .uint16(channels)
    .uint32(sampleRate);
  out
    .uint32(sampleRate * blockAlign)
    .uint16(blockAlign)
    .uint16(bitDepth);
  return out.written;
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Blocks as interleaved little-endian bytes, each in the memory of the one before: a fresh array for each piles up outside of V8's heap,
 * which does not see it as its own.
 */
class SampleBytes {
  readonly #bitDepth: 16 | 24 | 32;
  #values: Int16Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  /** The bytes that the last block had of them: the next one mostly has as many, and every view is an object to collect. */
  #bytes: Uint8Array<ArrayBuffer>;

  constructor(bitDepth: 16 | 24 | 32) {
    this.#bitDepth = bitDepth;
    this.#values = this.#room(0);
    this.#bytes = new Uint8Array(this.#values.buffer);
  }

  of(block: PlanarBlock, places: { position: number; channels: number } | undefined): Uint8Array<ArrayBuffer> {
    const count = block.length * block[0]!.length;
    if (this.#values.length < count) this.#values = this.#room(count);
    const into = this.#values;
    block.forEach((samples, channel) => {
      if (into instanceof Float32Array) interleave(samples, into, channel, block.length);
      else {
        const placement = { into, first: channel, stride: block.length };
        quantise(samples, this.#bitDepth === 16 ? 16 : 24, placement, places && { ...places, channel });
      }
    });
    const size = (count * this.#bitDepth) / 8;
    if (this.#bytes.buffer !== into.buffer || this.#bytes.length !== size) {
      this.#bytes = new Uint8Array(into.buffer, 0, size);
    }
    if (into instanceof Int32Array) packThreeBytes(into, count, this.#bytes);
    else if (!IS_LITTLE_ENDIAN) swapBytes(this.#bytes, into.BYTES_PER_ELEMENT);
    return this.#bytes;
  }

  #room(count: number) {
    if (this.#bitDepth === 16) return new Int16Array(count);
    return this.#bitDepth === 24 ? new Int32Array(count) : new Float32Array(count);
  }
}

function interleave(samples: Float32Array, into: Float32Array, first: number, stride: number): void {
  for (let i = 0, at = first; i < samples.length; i++, at += stride) into[at] = samples[i]!;
}

function swapBytes(bytes: Uint8Array<ArrayBuffer>, each: number): void {
  const buffer = Buffer.from(bytes.buffer, 0, bytes.length);
  if (each === 2) buffer.swap16();
  else buffer.swap32();
}

/** `bytes` may be the memory of `values`: no value is read after its bytes were written over. */
function packThreeBytes(values: Int32Array, count: number, bytes: Uint8Array): void {
  for (let i = 0, at = 0; i < count; i++) {
    const value = values[i]!;
    bytes[at++] = value;
    bytes[at++] = value >> 8;
    bytes[at++] = value >> 16;
  }
}

class HeaderWriter {
  readonly written: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.written = new Uint8Array(length);
    this.#view = new DataView(this.written.buffer);
  }

  name(text: string): this {
    return this.bytes(Uint8Array.from(text, character => character.charCodeAt(0)));
  }

  bytes(bytes: Uint8Array): this {
    this.written.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  uint16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
    return this;
  }

  uint32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  uint64(value: number): this {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
    return this;
  }
}
