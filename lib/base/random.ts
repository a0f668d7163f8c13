/**
 * Numbers that look like chance and are the same for the same seed: mulberry32 by Tommy Ettinger. Not for secrets.
 *
 * @param seed a whole number; 32 bits of it count
 * @returns gives the next one, 0 ≤ x < 1
 */
export function randomNumbers(seed: number): () => number {
  let index = 0;
  return () => randomNumberAt(seed, index++);
}

/**
 * The number that {@link randomNumbers} gives after `index` others, without those: for what is to depend on a place alone. They begin
 * anew after 2³².
 */
export function randomNumberAt(seed: number, index: number): number {
  const state = (seed + Math.imul(index + 1, 0x6d2b79f5)) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
