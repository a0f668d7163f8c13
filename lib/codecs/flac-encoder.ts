/**
 * FLAC (RFC 9639) of one or two channels: a whole file at once, for speech, or as a stream.
 *
 * Its own, because files of speech are seconds long and come by the thousand: the encoder of libFLAC that npm has starts a thread and
 * compiles its WebAssembly for each of them, and takes eleven sample rates. The same samples give the same bytes.
 */
import { createHash } from 'node:crypto';
import { quantise } from '#lib/audio/quantise.ts';
import type { AudioEncoder } from './encoder.ts';
import { BitWriter } from './flac-bits.ts';
import { FLAC_BLOCK, flacHead, littleEndian, takesRate, writeFrame } from './flac-frame.ts';

export { takesRate } from './flac-frame.ts';

export interface FlacEncoding {
  /** Integers of `bitDepth` bits. */
  samples: Int32Array;
  /** Hertz; see {@link takesRate}. */
  sampleRate: number;
  bitDepth: 16 | 24;
}

/**
 * A whole file of one channel: `fLaC`, STREAMINFO as the only metadata block, frames.
 *
 * @throws RangeError for a rate that frames cannot name
 */
export function encodeFlac({ samples, sampleRate, bitDepth }: FlacEncoding): Uint8Array<ArrayBuffer> {
  const frames = new FrameWriter({ sampleRate, bitDepth, channels: 1 });
  for (let at = 0; at < samples.length; at += FLAC_BLOCK) frames.write([samples.subarray(at, at + FLAC_BLOCK)]);
  const head = frames.head();
  const body = frames.take();
  const file = new Uint8Array(head.length + body.length);
  file.set(head);
  file.set(body, head.length);
  return file;
}

export interface FlacEncoderOptions {
  /** Hertz; see {@link takesRate}. */
  sampleRate: number;
  channels: 1 | 2;
  bitDepth: 16 | 24;
  /** Default false. */
  dither?: boolean;
  /** Of the first frame among all that dither depends on. Default 0. */
  position?: number;
}

/**
 * Its length, and the MD5 of its samples, are told by the head that it ends with.
 *
 * @throws RangeError for a rate that frames cannot name
 */
export function createFlacEncoder(options: FlacEncoderOptions): AudioEncoder {
  const { channels, bitDepth, dither = false, position = 0 } = options;
  const frames = new FrameWriter(options);
  /** What is not in a frame yet. */
  const held = Array.from({ length: channels }, () => new Int32Array(FLAC_BLOCK));
  let used = 0;
  let taken = 0;
  let first: Uint8Array<ArrayBuffer> | undefined = frames.emptyHead();
  const given = (): Uint8Array<ArrayBuffer> => {
    const body = frames.take();
    if (first === undefined) return body;
    const both = new Uint8Array(first.length + body.length);
    both.set(first);
    both.set(body, first.length);
    first = undefined;
    return both;
  };
  return {
    contentType: 'audio/flac',
    encode(block) {
      const length = block[0]!.length;
      for (let at = 0; at < length;) {
        const count = Math.min(length - at, FLAC_BLOCK - used);
        held.forEach((into, channel) => {
          const place = dither ? { position: position + taken, channel, channels } : undefined;
          quantise(block[channel]!.subarray(at, at + count), bitDepth, { into, first: used }, place);
        });
        at += count;
        used += count;
        taken += count;
        if (used === FLAC_BLOCK) {
          frames.write(held);
          used = 0;
        }
      }
      return given();
    },
    finish() {
      if (used > 0) frames.write(held.map(channel => channel.subarray(0, used)));
      return { rest: given(), head: frames.head() };
    },
    close: () => undefined,
  };
}

/** Frames of one stream, and what is known of them. */
class FrameWriter {
  readonly #format: { sampleRate: number; bitDepth: 16 | 24; channels: number };
  readonly #out = new BitWriter(4 * FLAC_BLOCK);
  readonly #md5 = createHash('md5');
  #count = 0;
  #samples = 0;
  #smallest = 0xff_ffff;
  #largest = 0;

  constructor({ sampleRate, bitDepth, channels }: { sampleRate: number; bitDepth: 16 | 24; channels: number }) {
    if (!takesRate(sampleRate)) throw new RangeError(`FLAC at ${sampleRate} Hz`);
    this.#format = { sampleRate, bitDepth, channels };
  }

  write(channels: readonly Int32Array[]): void {
    const start = this.#out.position;
    writeFrame(this.#out, { ...this.#format, frame: this.#count++, channels });
    this.#samples += channels[0]!.length;
    this.#smallest = Math.min(this.#smallest, this.#out.position - start);
    this.#largest = Math.max(this.#largest, this.#out.position - start);
    this.#md5.update(littleEndian(channels, this.#format.bitDepth));
  }

  /** The bytes since it was called last. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#out.take();
  }

  /** While nothing is known. */
  emptyHead(): Uint8Array<ArrayBuffer> {
    return flacHead({ ...this.#format, frames: 0, smallest: 0, largest: 0, md5: undefined });
  }

  /** Once all is written. */
  head(): Uint8Array<ArrayBuffer> {
    const [smallest, largest] = this.#count === 0 ? [0, 0] : [this.#smallest, this.#largest];
    return flacHead({ ...this.#format, frames: this.#samples, smallest, largest, md5: this.#md5.digest() });
  }
}
