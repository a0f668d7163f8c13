/**
 * FLAC of one channel (RFC 9639), for speech: fixed predictors and Rice codes, which is what speech gains nearly everything from.
 *
 * Its own, because files here are seconds long and come by the thousand: the encoder of libFLAC that npm has starts a thread and
 * compiles its WebAssembly for each of them, and takes eleven sample rates. The same samples give the same bytes.
 */
import { createHash } from 'node:crypto';

export interface FlacEncoding {
  /** Integers of `bitDepth` bits. */
  samples: Int32Array;
  /** Hertz; see {@link takesRate}. */
  sampleRate: number;
  bitDepth: 16 | 24;
}

const BLOCK = 4096;
const MAX_ORDER = 4;
/** Partitions of a block, as a power of two: each has a Rice parameter of its own. */
const MAX_PARTITION_ORDER = 6;
const STREAM_INFO_LENGTH = 34;

/**
 * A whole file: `fLaC`, STREAMINFO as the only metadata block, frames.
 *
 * @throws RangeError for a rate that frames cannot name
 */
export function encodeFlac({ samples, sampleRate, bitDepth }: FlacEncoding): Uint8Array<ArrayBuffer> {
  if (!takesRate(sampleRate)) throw new RangeError(`FLAC at ${sampleRate} Hz`);
  const out = new BitWriter(1024 + samples.length * 2);
  for (const character of 'fLaC') out.write(character.charCodeAt(0), 8);
  out.write(0x80, 8);
  out.write(STREAM_INFO_LENGTH, 24);
  const streamInfo = out.position;
  out.skip(STREAM_INFO_LENGTH);
  let smallest = 0xff_ffff;
  let largest = 0;
  for (let at = 0, frame = 0; at < samples.length; at += BLOCK, frame++) {
    const start = out.position;
    writeFrame(out, samples.subarray(at, at + BLOCK), { frame, sampleRate, bitDepth });
    smallest = Math.min(smallest, out.position - start);
    largest = Math.max(largest, out.position - start);
  }
  const file = out.bytes();
  const view = new DataView(file.buffer, streamInfo, STREAM_INFO_LENGTH);
  view.setUint16(0, BLOCK);
  view.setUint16(2, BLOCK);
  // Two of 24 bits.
  view.setUint32(4, ((smallest << 8) | (largest >>> 16)) >>> 0);
  view.setUint16(8, largest & 0xffff);
  view.setBigUint64(10, (BigInt(sampleRate) << 44n) | (BigInt(bitDepth - 1) << 36n) | BigInt(samples.length));
  file.set(createHash('md5').update(littleEndian(samples, bitDepth)).digest(), streamInfo + 18);
  return file;
}

/** What the MD5 in STREAMINFO is taken of (RFC 9639, 8.2). */
function littleEndian(samples: Int32Array, bitDepth: number): Uint8Array {
  const width = bitDepth / 8;
  const bytes = new Uint8Array(samples.length * width);
  for (let i = 0, at = 0; i < samples.length; i++) {
    for (let shift = 0; shift < bitDepth; shift += 8) bytes[at++] = samples[i]! >> shift;
  }
  return bytes;
}

interface FrameHead {
  frame: number;
  sampleRate: number;
  bitDepth: 16 | 24;
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

/** RFC 9639, 9. */
function writeFrame(out: BitWriter, block: Int32Array, { frame, sampleRate, bitDepth }: FrameHead): void {
  const start = out.position;
  const whole = block.length === BLOCK;
  const rateCode = RATE_CODES.get(sampleRate) ?? (sampleRate <= 0xffff ? RATE_IN_HERTZ : RATE_IN_TENS);
  out.write(0xfff8, 16);
  out.write(whole ? 12 : 7, 4);
  out.write(rateCode, 4);
  out.write(0, 4);
  out.write(bitDepth === 16 ? 4 : 6, 3);
  out.write(0, 1);
  writeCodedNumber(out, frame);
  if (!whole) out.write(block.length - 1, 16);
  if (rateCode === RATE_IN_HERTZ) out.write(sampleRate, 16);
  if (rateCode === RATE_IN_TENS) out.write(sampleRate / 10, 16);
  out.write(crc8(out.view(start)), 8);
  writeSubframe(out, block, bitDepth);
  out.align();
  out.write(crc16(out.view(start)), 16);
}

/** UTF-8 as it once was, up to 31 bits (RFC 9639, 9.1.5). */
function writeCodedNumber(out: BitWriter, value: number): void {
  if (value < 0x80) return out.write(value, 8);
  let bytes = 2;
  while (value >= 2 ** (5 * bytes + 1)) bytes += 1;
  out.write(((0xff00 >> bytes) & 0xff) | (value >> (6 * (bytes - 1))), 8);
  for (let i = bytes - 2; i >= 0; i--) out.write(0x80 | ((value >> (6 * i)) & 0x3f), 8);
}

const CONSTANT = 0;
const VERBATIM = 1;
const FIXED = 8;

function writeSubframe(out: BitWriter, block: Int32Array, bitDepth: number): void {
  if (block.every(sample => sample === block[0])) {
    writeSubframeHead(out, CONSTANT);
    return out.write(block[0]!, bitDepth);
  }
  const { order, residual } = predict(block);
  const coding = chooseCoding(residual, order);
  if (coding.bits + order * bitDepth >= block.length * bitDepth) {
    writeSubframeHead(out, VERBATIM);
    for (const sample of block) out.write(sample, bitDepth);
    return;
  }
  writeSubframeHead(out, FIXED | order);
  for (let i = 0; i < order; i++) out.write(block[i]!, bitDepth);
  writeResidual(out, residual, order, coding);
}

function writeSubframeHead(out: BitWriter, type: number): void {
  out.write(type << 1, 8);
}

/** The order whose differences are smallest; they begin at index `order`, folded to unsigned (RFC 9639, 9.2.5 and 9.2.7). */
function predict(block: Int32Array): { order: number; residual: Uint32Array } {
  let differences = Int32Array.from(block);
  let best = { order: 0, residual: differences, sum: Infinity };
  for (let order = 0; order <= Math.min(MAX_ORDER, block.length - 1); order++) {
    if (order > 0) {
      const next = new Int32Array(block.length);
      for (let i = order; i < block.length; i++) next[i] = differences[i]! - differences[i - 1]!;
      differences = next;
    }
    let sum = 0;
    for (let i = order; i < block.length; i++) sum += Math.abs(differences[i]!);
    if (sum < best.sum) best = { order, residual: differences, sum };
  }
  const residual = new Uint32Array(block.length);
  for (let i = best.order; i < block.length; i++) residual[i] = (best.residual[i]! << 1) ^ (best.residual[i]! >> 31);
  return { order: best.order, residual };
}

interface Coding {
  partitionOrder: number;
  parameters: number[];
  /** At most. */
  bits: number;
}

/** The division into partitions that takes the fewest bits. Sums are taken once, of the smallest; those of larger ones are theirs. */
function chooseCoding(residual: Uint32Array, order: number): Coding {
  const finest = finestOrder(residual.length, order);
  let sums = partitionSums(residual, order, finest);
  let best: Coding = { partitionOrder: 0, parameters: [], bits: Infinity };
  for (let partitionOrder = finest; ; partitionOrder--) {
    const length = residual.length >> partitionOrder;
    const coding: Coding = { partitionOrder, parameters: [], bits: 0 };
    sums.forEach((sum, index) => {
      const { parameter, bits } = choosePartition(sum, index === 0 ? length - order : length);
      coding.parameters.push(parameter);
      coding.bits += bits;
    });
    if (coding.bits < best.bits) best = coding;
    if (partitionOrder === 0) return best;
    sums = Float64Array.from({ length: sums.length / 2 }, (_, i) => sums[2 * i]! + sums[2 * i + 1]!);
  }
}

/** Partitions are of one length, and the first is longer than the samples that stand before the residual. */
function finestOrder(length: number, order: number): number {
  let finest = 0;
  while (finest < MAX_PARTITION_ORDER && length % (2 << finest) === 0 && length >> (finest + 1) > order) finest += 1;
  return finest;
}

function partitionSums(residual: Uint32Array, order: number, partitionOrder: number): Float64Array {
  const length = residual.length >> partitionOrder;
  const sums = new Float64Array(1 << partitionOrder);
  for (let i = order; i < residual.length; i++) sums[Math.floor(i / length)]! += residual[i]!;
  return sums;
}

/** Of five bits, the last value means something else. */
const MAX_PARAMETER = 30;
/** Of a parameter, at most. */
const PARAMETER_BITS = 5;

/** By the most that a code can take: the sum of the quotients is no more than the quotient of the sum. */
function choosePartition(sum: number, count: number): { parameter: number; bits: number } {
  // The mean of a geometric distribution, whose Rice parameter is its logarithm or just beside it.
  const guess = Math.floor(Math.log2(Math.max(1, sum / count)));
  let best = { parameter: 0, bits: Infinity };
  for (let parameter = Math.max(0, guess - 1); parameter <= Math.min(MAX_PARAMETER, guess + 1); parameter++) {
    const bits = PARAMETER_BITS + count * (parameter + 1) + Math.floor(sum / 2 ** parameter);
    if (bits < best.bits) best = { parameter, bits };
  }
  return best;
}

function writeResidual(out: BitWriter, residual: Uint32Array, order: number, coding: Coding): void {
  const { partitionOrder, parameters } = coding;
  // Parameters of four bits reach to 14.
  const width = parameters.some(parameter => parameter > 14) ? 5 : 4;
  out.write(width - 4, 2);
  out.write(partitionOrder, 4);
  const length = residual.length >> partitionOrder;
  parameters.forEach((parameter, index) => {
    out.write(parameter, width);
    for (let i = index === 0 ? order : index * length; i < (index + 1) * length; i++) {
      const value = residual[i]!;
      out.writeUnary(value >>> parameter);
      out.write(value, parameter);
    }
  });
}

/** Bits, the highest first. */
class BitWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Whole bytes so far. */
  get position(): number {
    return this.#length;
  }

  /** The lowest `bits` bits of `value`; 0 to 32. */
  write(value: number, bits: number): void {
    if (bits > 24) {
      this.write(value >>> 24, bits - 24);
      return this.write(value, 24);
    }
    this.#pending = (this.#pending << bits) | (value & ((1 << bits) - 1));
    this.#pendingBits += bits;
    while (this.#pendingBits >= 8) {
      this.#pendingBits -= 8;
      this.#push(this.#pending >>> this.#pendingBits);
    }
  }

  /** So many zeros, and a one. */
  writeUnary(zeros: number): void {
    for (; zeros >= 24; zeros -= 24) this.write(0, 24);
    this.write(1, zeros + 1);
  }

  align(): void {
    if (this.#pendingBits > 0) this.write(0, 8 - this.#pendingBits);
  }

  /** Leaves room for so many bytes. */
  skip(bytes: number): void {
    for (let i = 0; i < bytes; i++) this.#push(0);
  }

  /** From the byte `start` on; to be read before the next write. */
  view(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  /** In memory of their own. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}

/** RFC 9639, 9.1.8. */
const CRC8 = crcTable(8, 0x07);
/** RFC 9639, 9.3. */
const CRC16 = crcTable(16, 0x8005);

function crcTable(width: number, polynomial: number): Uint16Array {
  const top = 1 << (width - 1);
  const mask = 2 ** width - 1;
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & top ? polynomial : 0)) & mask;
    return crc;
  });
}

function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = CRC8[crc ^ byte]!;
  return crc;
}

function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ byte]!;
  return crc;
}
