import { decayFactor, sine } from './elementary.ts';
import { pass, type Filter } from './filters.ts';
import type { Random } from './random.ts';
import { framesIn, RATE, silence, signalOf, type Signal } from './signal.ts';

/** White, even between −1 and 1. */
export function white(random: Random, seconds: number): Signal {
  const signal = silence(seconds);
  for (let i = 0; i < signal.length; i++) signal[i] = 2 * random.next() - 1;
  return signal;
}

/** White noise through filters; periodic where it is a loop. */
export function noise(
  random: Random,
  { seconds, loop = false }: { seconds: number; loop?: boolean },
  ...filters: readonly Filter[]
): Signal {
  return pass(white(random, seconds), { loop }, ...filters);
}

/** A burst that starts at once and loses 60 dB in `decay` seconds. */
export function burst(random: Random, decay: number, ...filters: readonly Filter[]): Signal {
  const factor = decayFactor(decay, RATE);
  let level = 1;
  const raw = signalOf(decay, () => {
    level *= factor;
    return level * (2 * random.next() - 1);
  });
  return pass(raw, { loop: false }, ...filters);
}

/**
 * A curve that wanders between about −1 and 1 and comes back to where it began after `seconds`: harmonics of that period with
 * random phases.
 *
 * @param fastest in hertz
 */
export function wander(random: Random, seconds: number, fastest: number): (time: number) => number {
  const count = Math.max(1, Math.floor(fastest * seconds));
  const parts = Array.from({ length: count }, (_, n) => ({
    hz: (n + 1) / seconds,
    phase: random.next(),
    gain: random.between(0.4, 1),
  }));
  const norm = 1.6 / Math.sqrt(parts.reduce((energy, { gain }) => energy + gain * gain, 0) * 2);
  // Slow as it is, a thousand values a second are plenty.
  const steps = framesIn(seconds) / 44;
  const table = Float64Array.from({ length: Math.ceil(steps) + 1 }, (_, i) => {
    const time = (i / steps) * seconds;
    return norm * parts.reduce((total, { hz, phase, gain }) => total + gain * sine(hz * time + phase), 0);
  });
  return time => {
    const turn = (((time / seconds) % 1) + 1) % 1;
    const x = turn * steps;
    const i = Math.floor(x);
    return table[i]! + (x - i) * (table[i + 1]! - table[i]!);
  };
}
