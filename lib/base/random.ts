/**
 * Numbers that look like chance and are the same for the same seed: mulberry32 by Tommy Ettinger. Not for secrets.
 *
 * @param seed a whole number; 32 bits of it count
 * @returns gives the next one, 0 ≤ x < 1
 */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
