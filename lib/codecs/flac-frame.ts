/** A frame of FLAC (RFC 9639, 9) of one or two channels, and the STREAMINFO that stands before the first one. */
import { crc16, crc8, type BitWriter } from './flac-bits.ts';
import { predict, writeSubframe, type Prediction } from './flac-subframe.ts';

/** Samples of each channel in a frame; only the last one may have fewer. */
export const FLAC_BLOCK = 4096;

export interface FlacFrame {
  /** Counted from 0. */
  frame: number;
  sampleRate: number;
  bitDepth: 16 | 24;
  /** Integers of `bitDepth` bits, {@link FLAC_BLOCK} of them or, at the end, fewer; at least one. */
  channels: readonly Int32Array[];
}

const RATE_CODES = new Map([
  [88_200, 1],
  [176_400, 2],
  [192_000, 3],
  [8000, 4],
  [16_000, 5],
  [22_050, 6],
  [24_000, 7],
  [32_000, 8],
  [44_100, 9],
  [48_000, 10],
  [96_000, 11],
]);
/** Of the rest: 16 bits at the end of the header, which count hertz or tens of them. */
const RATE_IN_HERTZ = 13;
const RATE_IN_TENS = 14;

/** Whether every frame can name this rate, so that it can be played from the middle (RFC 9639, 7). */
export function takesRate(sampleRate: number): boolean {
  return RATE_CODES.has(sampleRate) || sampleRate <= 0xffff || (sampleRate % 10 === 0 && sampleRate <= 655_350);
}

export function writeFrame(out: BitWriter, { frame, sampleRate, bitDepth, channels }: FlacFrame): void {
  const start = out.position;
  const length = channels[0]!.length;
  const whole = length === FLAC_BLOCK;
  const rateCode = RATE_CODES.get(sampleRate) ?? (sampleRate <= 0xffff ? RATE_IN_HERTZ : RATE_IN_TENS);
  const { code, parts } = assign(channels, bitDepth);
  out.write(0xfff8, 16);
  out.write(whole ? 12 : 7, 4);
  out.write(rateCode, 4);
  out.write(code, 4);
  out.write(bitDepth === 16 ? 4 : 6, 3);
  out.write(0, 1);
  writeCodedNumber(out, frame);
  if (!whole) out.write(length - 1, 16);
  if (rateCode === RATE_IN_HERTZ) out.write(sampleRate, 16);
  if (rateCode === RATE_IN_TENS) out.write(sampleRate / 10, 16);
  out.write(crc8(out.view(start)), 8);
  for (const { samples, bits, prediction } of parts) writeSubframe(out, samples, bits, prediction);
  out.align();
  out.write(crc16(out.view(start)), 16);
}

interface Part {
  samples: Int32Array;
  /** Of a sample. */
  bits: number;
  prediction: Prediction;
}

const LEFT_SIDE = 8;
const SIDE_RIGHT = 9;
const MID_SIDE = 10;

/** Two channels as the two of left, right, middle and difference that are told in the fewest bits (RFC 9639, 4.2). */
function assign(channels: readonly Int32Array[], bitDepth: number): { code: number; parts: Part[] } {
  const part = (samples: Int32Array, bits = bitDepth): Part => ({ samples, bits, prediction: predict(samples) });
  const [left, right] = channels.map(channel => part(channel)) as [Part, Part | undefined];
  if (right === undefined) return { code: 0, parts: [left] };
  const length = left.samples.length;
  const middle = new Int32Array(length);
  const difference = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const l = left.samples[i]!;
    const r = right.samples[i]!;
    // The bit that is lost here is the lowest of the difference, too.
    middle[i] = (l + r) >> 1;
    difference[i] = l - r;
  }
  const mid = part(middle);
  const side = part(difference, bitDepth + 1);
  const ways = [
    { code: 1, parts: [left, right] },
    { code: LEFT_SIDE, parts: [left, side] },
    { code: SIDE_RIGHT, parts: [side, right] },
    { code: MID_SIDE, parts: [mid, side] },
  ];
  const cost = ({ parts }: { parts: Part[] }) => parts.reduce((sum, one) => sum + bitsAbout(one), 0);
  return ways.reduce((best, way) => (cost(way) < cost(best) ? way : best));
}

/** For each sample, but for what is the same for all. */
function bitsAbout({ samples, prediction }: Part): number {
  return Math.log2(1 + prediction.sum / samples.length);
}

/** UTF-8 as it once was, up to 36 bits (RFC 9639, 9.1.5). */
function writeCodedNumber(out: BitWriter, value: number): void {
  if (value < 0x80) return out.write(value, 8);
  let bytes = 2;
  while (value >= 2 ** (5 * bytes + 1)) bytes += 1;
  out.write(((0xff00 >> bytes) & 0xff) | Math.floor(value / 2 ** (6 * (bytes - 1))), 8);
  for (let i = bytes - 2; i >= 0; i--) out.write(0x80 | (Math.floor(value / 2 ** (6 * i)) & 0x3f), 8);
}

export interface FlacStreamInfo {
  sampleRate: number;
  channels: number;
  bitDepth: number;
  /** Of each channel; 0 where it is not known. */
  frames: number;
  /** Bytes of the smallest and the largest frame; 0 where it is not known. */
  smallest: number;
  largest: number;
  /** Of the samples, see {@link littleEndian}; undefined where it is not known. */
  md5: Uint8Array | undefined;
}

const STREAM_INFO_LENGTH = 34;
/** Bytes before the first frame. */
export const FLAC_HEAD_BYTES = 8 + STREAM_INFO_LENGTH;

/** `fLaC`, and STREAMINFO as the only metadata block (RFC 9639, 8.2). */
export function flacHead({
  sampleRate,
  channels,
  bitDepth,
  frames,
  ...known
}: FlacStreamInfo): Uint8Array<ArrayBuffer> {
  const { smallest, largest, md5 } = known;
  const head = new Uint8Array(FLAC_HEAD_BYTES);
  head.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, STREAM_INFO_LENGTH]);
  const view = new DataView(head.buffer, 8);
  view.setUint16(0, FLAC_BLOCK);
  view.setUint16(2, FLAC_BLOCK);
  // Two of 24 bits.
  view.setUint32(4, ((smallest << 8) | (largest >>> 16)) >>> 0);
  view.setUint16(8, largest & 0xffff);
  const format = (BigInt(sampleRate) << 44n) | (BigInt(channels - 1) << 41n) | (BigInt(bitDepth - 1) << 36n);
  view.setBigUint64(10, format | BigInt(frames));
  if (md5 !== undefined) head.set(md5, 8 + 18);
  return head;
}

/** Interleaved, in whole bytes: what the MD5 in STREAMINFO is taken of (RFC 9639, 8.2). */
export function littleEndian(channels: readonly Int32Array[], bitDepth: 16 | 24): Uint8Array {
  const length = channels[0]!.length;
  const bytes = new Uint8Array((length * channels.length * bitDepth) / 8);
  let at = 0;
  for (let i = 0; i < length; i++) {
    for (let channel = 0; channel < channels.length; channel++) {
      const value = channels[channel]![i]!;
      bytes[at++] = value;
      bytes[at++] = value >> 8;
      if (bitDepth === 24) bytes[at++] = value >> 16;
    }
  }
  return bytes;
}
