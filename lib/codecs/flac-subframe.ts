/** One channel of a FLAC frame (RFC 9639, 9.2): fixed predictors and Rice codes, which speech gains nearly everything from. */
import type { BitWriter } from './flac-bits.ts';

const MAX_ORDER = 4;
/** Partitions of a block, as a power of two: each has a Rice parameter of its own. */
const MAX_PARTITION_ORDER = 6;

const CONSTANT = 0;
const VERBATIM = 1;
const FIXED = 8;

/** What a predictor leaves of a block. */
export interface Prediction {
  /** Differences of differences, 0 to 4 times. */
  order: number;
  /** Of their amounts, from index `order` on. */
  sum: number;
}

/** The order whose differences are smallest. */
export function predict(block: Int32Array): Prediction {
  const sums = [0, 0, 0, 0, 0];
  const begin = Math.min(MAX_ORDER, block.length);
  for (let i = 0; i < begin; i++) {
    for (let order = 0; order <= i; order++) sums[order]! += Math.abs(difference(block, i, order));
  }
  let [sum0, sum1, sum2, sum3, sum4] = sums as [number, number, number, number, number];
  let last0 = difference(block, begin - 1, 0);
  let last1 = difference(block, begin - 1, 1);
  let last2 = difference(block, begin - 1, 2);
  let last3 = difference(block, begin - 1, 3);
  for (let i = begin; i < block.length; i++) {
    const d0 = block[i]!;
    const d1 = d0 - last0;
    const d2 = d1 - last1;
    const d3 = d2 - last2;
    const d4 = d3 - last3;
    sum0 += Math.abs(d0);
    sum1 += Math.abs(d1);
    sum2 += Math.abs(d2);
    sum3 += Math.abs(d3);
    sum4 += Math.abs(d4);
    last0 = d0;
    last1 = d1;
    last2 = d2;
    last3 = d3;
  }
  const all = [sum0, sum1, sum2, sum3, sum4].slice(0, Math.min(MAX_ORDER, block.length - 1) + 1);
  const sum = Math.min(...all);
  return { order: all.indexOf(sum), sum };
}

/** Differences of this order end at index `i`, which has at least as many samples before it; else 0 stands for those. */
function difference(block: Int32Array, i: number, order: number): number {
  if (i < 0) return 0;
  return order === 0 ? block[i]! : difference(block, i, order - 1) - difference(block, i - 1, order - 1);
}

/** @param bits of a sample: one more in a channel of differences */
export function writeSubframe(out: BitWriter, block: Int32Array, bits: number, { order }: Prediction): void {
  if (isConstant(block)) {
    writeSubframeHead(out, CONSTANT);
    return out.write(block[0]!, bits);
  }
  const residual = residualOf(block, order);
  const coding = chooseCoding(residual, order);
  if (coding.bits + order * bits >= block.length * bits) {
    writeSubframeHead(out, VERBATIM);
    for (let i = 0; i < block.length; i++) out.write(block[i]!, bits);
    return;
  }
  writeSubframeHead(out, FIXED | order);
  for (let i = 0; i < order; i++) out.write(block[i]!, bits);
  writeResidual(out, residual, order, coding);
}

function isConstant(block: Int32Array): boolean {
  for (let i = 1; i < block.length; i++) if (block[i] !== block[0]) return false;
  return true;
}

function writeSubframeHead(out: BitWriter, type: number): void {
  out.write(type << 1, 8);
}

/** Binomial coefficients with changing signs. */
const WEIGHTS = [
  [0, 0, 0, 0],
  [1, 0, 0, 0],
  [2, -1, 0, 0],
  [3, -3, 1, 0],
  [4, -6, 4, -1],
] as const;

/** From index `order` on, folded to unsigned (RFC 9639, 9.2.5 and 9.2.7). */
function residualOf(block: Int32Array, order: number): Uint32Array {
  const residual = new Uint32Array(block.length);
  const [a, b, c, d] = WEIGHTS[order]!;
  for (let i = order; i < block.length; i++) {
    let value = block[i]!;
    if (order > 0) value -= a * block[i - 1]!;
    if (order > 1) value -= b * block[i - 2]!;
    if (order > 2) value -= c * block[i - 3]!;
    if (order > 3) value -= d * block[i - 4]!;
    residual[i] = (value << 1) ^ (value >> 31);
  }
  return residual;
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
  for (let partition = 0; partition < sums.length; partition++) {
    let sum = 0;
    const end = (partition + 1) * length;
    for (let i = Math.max(order, partition * length); i < end; i++) sum += residual[i]!;
    sums[partition] = sum;
  }
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
  for (let partition = 0; partition < parameters.length; partition++) {
    const parameter = parameters[partition]!;
    out.write(parameter, width);
    const end = (partition + 1) * length;
    for (let i = Math.max(order, partition * length); i < end; i++) out.writeRice(residual[i]!, parameter);
  }
}
