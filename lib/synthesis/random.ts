import { logarithm, power } from './elementary.ts';

/** Numbers that look like chance and are the same in every run: mulberry32 by Tommy Ettinger. */
export class Random {
  #state: number;

  /** @param seed any text; each gives a sequence of its own */
  constructor(seed: string) {
    // FNV-1a, 32 bit.
    let hash = 0x811c9dc5;
    for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    this.#state = hash >>> 0;
  }

  /** 0 ≤ x < 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
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
