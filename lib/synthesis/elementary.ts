/**
 * Sine, exponential and logarithm from sums and products alone. Those are exact to the bit on every machine (ECMA-262 demands
 * IEEE 754), while `Math.sin` and its like may differ with the engine's build; so a sound has the same bytes, and the same hash,
 * wherever it is made. Good to nine digits, of which 16-bit samples keep five.
 */

const TAU = 6.283185307179586;
export const LN2 = 0.6931471805599453;

/** sin(2π · turns). */
export function sine(turns: number): number {
  let x = turns - Math.floor(turns + 0.5);
  if (x > 0.25) x = 0.5 - x;
  else if (x < -0.25) x = -0.5 - x;
  const t = TAU * x;
  const s = t * t;
  return (
    t *
    (1 - (s / 6) * (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - (s / 110) * (1 - (s / 156) * (1 - s / 210)))))))
  );
}

export function cosine(turns: number): number {
  return sine(turns + 0.25);
}

/** eˣ; 0 below −700. */
export function exponential(x: number): number {
  if (x < -700) return 0;
  const k = Math.round(x / LN2);
  const r = x - k * LN2;
  let sum = 1;
  for (let n = 11; n > 0; n--) sum = 1 + (r * sum) / n;
  let result = sum;
  for (let i = 0; i < k; i++) result *= 2;
  for (let i = 0; i > k; i--) result *= 0.5;
  return result;
}

/** Natural logarithm of a positive number. */
export function logarithm(x: number): number {
  let k = 0;
  let m = x;
  for (; m > 1.5; m *= 0.5) k += 1;
  for (; m < 0.75; m *= 2) k -= 1;
  // ln m = 2 artanh((m−1)/(m+1))
  const z = (m - 1) / (m + 1);
  const s = z * z;
  let sum = 0;
  for (let n = 17; n > 0; n -= 2) sum = 1 / n + s * sum;
  return k * LN2 + 2 * z * sum;
}

export function power(base: number, exponent: number): number {
  return base === 0 ? 0 : exponential(exponent * logarithm(base));
}

/** Decibels to amplitude ratio. */
export function gainOf(decibels: number): number {
  return exponential(decibels * 0.11512925464970229);
}

/** Factor by which something shrinks in each frame when it is to lose 60 dB within so many seconds. */
export function decayFactor(seconds: number, rate: number): number {
  return exponential(-6.907755278982137 / (seconds * rate));
}
