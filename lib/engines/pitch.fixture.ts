/** Pitch of speech by autocorrelation, to measure in tests what the settings do. */
import type { Speech } from './speech-engine.ts';

const LOWEST = 40;
const HIGHEST = 500;
/** Seconds that are compared with what follows, and between one place and the next. */
const WINDOW = 0.05;
const HOP = 0.02;
/** Share of the energy below which there is no pitch. */
const VOICED = 0.6;

/** Hertz: the median over all voiced places. */
export function medianF0({ samples, sampleRate }: Pick<Speech, 'samples' | 'sampleRate'>): number {
  const window = Math.round(WINDOW * sampleRate);
  const pitches: number[] = [];
  for (let at = 0; at + 2 * window < samples.length; at += Math.round(HOP * sampleRate)) {
    const pitch = f0At(samples, at, window, sampleRate);
    if (pitch !== undefined) pitches.push(pitch);
  }
  return pitches.toSorted((a, b) => a - b)[pitches.length >> 1] ?? NaN;
}

function f0At(samples: Float32Array, at: number, window: number, sampleRate: number): number | undefined {
  const energy = (from: number) => sum(window, n => (samples[from + n] ?? 0) ** 2);
  const here = energy(at);
  if (here / window < 2e-4) return undefined;
  const [shortest, longest] = [Math.floor(sampleRate / HIGHEST), Math.ceil(sampleRate / LOWEST)];
  const likeness = Array.from({ length: longest - shortest + 1 }, (_, n) => {
    const there = at + shortest + n;
    return sum(window, k => samples[at + k]! * (samples[there + k] ?? 0)) / Math.sqrt(here * energy(there) + 1e-12);
  });
  const best = Math.max(...likeness);
  if (best < VOICED) return undefined;
  // Twice the period is as like as the period: the first peak that is nearly the best is it.
  const peak = likeness.findIndex(
    (value, n) => value > 0.9 * best && value >= (likeness[n - 1] ?? -1) && value >= (likeness[n + 1] ?? -1),
  );
  return sampleRate / (shortest + peak);
}

function sum(count: number, term: (n: number) => number): number {
  let total = 0;
  for (let n = 0; n < count; n += 1) total += term(n);
  return total;
}
