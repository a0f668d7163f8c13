import { decayFactor, exponential, sine } from './elementary.ts';
import type { Curve } from './curve.ts';
import { RATE, silence, signalOf, type Signal } from './signal.ts';

/** A tone whose frequency in hertz follows a curve. `harmonics` are the gains of the 1st, 2nd, … */
export function tone(seconds: number, hz: Curve, harmonics: readonly number[] = [1]): Signal {
  let turns = 0;
  return signalOf(seconds, time => {
    turns += hz(time) / RATE;
    let value = 0;
    for (let n = 0; n < harmonics.length; n++) value += harmonics[n]! * sine(turns * (n + 1));
    return value;
  });
}

export interface Partial {
  /** Hertz. */
  hz: number;
  /** Seconds until it has lost 60 dB. */
  decay: number;
  gain: number;
}

/** What a body does that was struck: each partial starts at zero with its full gain and dies away by itself. */
export function struck(seconds: number, partials: readonly Partial[]): Signal {
  const signal = silence(seconds);
  for (const { hz, decay, gain } of partials) {
    if (hz >= RATE * 0.45) continue;
    const shrink = decayFactor(decay, RATE);
    const last = Math.min(signal.length, Math.ceil(decay * 1.5 * RATE));
    // y[n] = 2r·cos(w)·y[n−1] − r²·y[n−2]
    const a = 2 * shrink * sine(hz / RATE + 0.25);
    const b = shrink * shrink;
    let y1 = 0;
    let y0 = gain * shrink * sine(hz / RATE);
    for (let i = 1; i < last; i++) {
      signal[i]! += y0;
      const y = a * y0 - b * y1;
      y1 = y0;
      y0 = y;
    }
  }
  return signal;
}

/**
 * A bubble of air in water: its tone dies away and rises while it does (K. van den Doel, "Physically based models for liquid
 * sounds", ACM Transactions on Applied Perception 2, 2005).
 *
 * @param rise how fast the pitch climbs; 0.1 is common, more when it bursts near the surface
 */
export function bubble(hz: number, rise = 0.1): Signal {
  const damping = 0.043 * hz + 0.0014 * hz * Math.sqrt(hz);
  const seconds = Math.min(0.6, 6.9 / damping);
  const shrink = exponential(-damping / RATE);
  const attack = 0.0015;
  let level = 1;
  let turns = 0;
  return signalOf(seconds, time => {
    turns += (hz * (1 + rise * damping * time)) / RATE;
    level *= shrink;
    return level * Math.min(1, time / attack) * sine(turns);
  });
}
