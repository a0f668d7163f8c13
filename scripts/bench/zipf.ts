import { randomNumbers } from '#lib/base/random.ts';

export interface ZipfOptions {
  keys: number;
  requests: number;
  /** The exponent: how much the first is asked for more often than the others. */
  skew: number;
  seed: number;
}

/** Keys 0…`keys`−1 as they would be asked for, the k-th most popular with a probability proportional to 1 / k^skew. */
export function zipfTrace({ keys, requests, skew, seed }: ZipfOptions): Uint32Array {
  const next = randomNumbers(seed);
  const cumulative = new Float64Array(keys);
  let sum = 0;
  for (let key = 0; key < keys; key += 1) {
    sum += 1 / (key + 1) ** skew;
    cumulative[key] = sum;
  }
  return Uint32Array.from({ length: requests }, () => firstAbove(cumulative, next() * sum));
}

function firstAbove(sorted: Float64Array, wanted: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
