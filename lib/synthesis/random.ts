import { randomNumbers } from '#lib/base/random.ts';
import { logarithm, power } from './elementary.ts';

/** Chance that is the same in every run. */
export class Random {
  /** 0 ≤ x < 1. */
  readonly next: () => number;

  /** @param seed any text; each gives a sequence of its own */
  constructor(seed: string) {
    // FNV-1a, 32 bit.
    let hash = 0x811c9dc5;
    for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    this.next = randomNumbers(hash);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Even over octaves: as often between 1 and 2 as between 2 and 4. */
  betweenOctaves(low: number, high: number): number {
    return low * power(high / low, this.next());
  }

  /** Where most are near 0 and a few near 1. */
  rarelyHigh(exponent = 3): number {
    return power(this.next(), exponent);
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[Math.floor(this.next() * from.length)] ?? from[0];
  }

  /** Moments of a Poisson process between two times, `rate` a second on average. */
  *moments(rate: number, from: number, to: number): Generator<number> {
    for (let t = from; ;) {
      t -= logarithm(1 - this.next()) / rate;
      if (t >= to) return;
      yield t;
    }
  }
}
