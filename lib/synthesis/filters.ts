/** Filters that work through stretches of samples and hold their own state, and how a signal is passed through them. */
import { cosine, exponential, sine } from './elementary.ts';
import { framesIn, RATE, type Signal } from './signal.ts';

/** Filters the samples `from`…`to`, exclusive, of `input` into the same places of `output`, which may be the same array. */
export type Filter = (input: Signal, output: Signal, from: number, to: number) => void;

/** No filter here remembers longer. */
const MEMORY_SECONDS = 2;

/**
 * A new signal, filtered in the order given. In a loop the filters have heard the end before the beginning, so that the end leads
 * into the beginning as any other moment into the next.
 */
export function pass(signal: Signal, { loop }: { loop: boolean }, ...filters: readonly Filter[]): Signal {
  const result = signal.slice();
  const { length } = result;
  const scratch = loop ? new Float64Array(length) : result;
  for (const filter of filters) {
    if (loop) filter(result, scratch, Math.max(0, length - framesIn(MEMORY_SECONDS)), length);
    filter(result, result, 0, length);
  }
  return result;
}

/** {@link pass} for what is no loop. */
export function filtered(signal: Signal, ...filters: readonly Filter[]): Signal {
  return pass(signal, { loop: false }, ...filters);
}

/** 6 dB an octave. */
export function softLowPass(hz: number): Filter {
  const a = 1 - exponential((-6.283185307179586 * hz) / RATE);
  let state = 0;
  return (input, output, from, to) => {
    let y = state;
    for (let i = from; i < to; i++) output[i] = y += a * (input[i]! - y);
    state = y;
  };
}

/** 6 dB an octave. */
export function softHighPass(hz: number): Filter {
  const a = 1 - exponential((-6.283185307179586 * hz) / RATE);
  let state = 0;
  return (input, output, from, to) => {
    let y = state;
    for (let i = from; i < to; i++) {
      const x = input[i]!;
      y += a * (x - y);
      output[i] = x - y;
    }
    state = y;
  };
}

/** White to pink, 3 dB an octave down: Paul Kellet's three-pole approximation. */
export function pink(): Filter {
  let a = 0;
  let b = 0;
  let c = 0;
  return (input, output, from, to) => {
    for (let i = from; i < to; i++) {
      const x = input[i]!;
      a = 0.99765 * a + x * 0.099046;
      b = 0.963 * b + x * 0.2965164;
      c = 0.57 * c + x * 1.0526913;
      output[i] = 0.3 * (a + b + c + x * 0.1848);
    }
  };
}

/** A frequency in hertz, or one for each frame. */
export type Frequency = number | ((frame: number) => number);

/** The frequency of a moving filter is looked at this often, in frames: 2,756 times a second. */
const MOVE = 16;

/**
 * 12 dB an octave: A. Simper's state variable filter with trapezoidal integrators, which stays sound while it moves. Its answer is
 * a mixture of the input, the band and the low part.
 */
function stateVariable(frequency: Frequency, q: number, direct: number, band: number, low: number): Filter {
  const k = 1 / q;
  let g = 0;
  let a1 = 0;
  const tune = (hz: number) => {
    const turns = Math.min(0.245, Math.max(5, hz) / RATE / 2);
    g = sine(turns) / cosine(turns);
    a1 = 1 / (1 + g * (g + k));
  };
  if (typeof frequency === 'number') tune(frequency);
  let s1 = 0;
  let s2 = 0;
  return (input, output, from, to) => {
    let u1 = s1;
    let u2 = s2;
    for (let start = from; start < to;) {
      // Cut where a moving filter is tuned, which does not depend on where the stretch begins.
      const end = typeof frequency === 'number' ? to : Math.min(to, start - (start % MOVE) + MOVE);
      if (typeof frequency !== 'number') tune(frequency(start - (start % MOVE)));
      const a2 = g * a1;
      const a3 = g * a2;
      const h1 = a1;
      for (let i = start; i < end; i++) {
        const x = input[i]!;
        const v3 = x - u2;
        const v1 = h1 * u1 + a2 * v3;
        const v2 = u2 + a2 * u1 + a3 * v3;
        u1 = 2 * v1 - u1;
        u2 = 2 * v2 - u2;
        output[i] = direct * x + band * v1 + low * v2;
      }
      start = end;
    }
    s1 = u1;
    s2 = u2;
  };
}

export function lowPass(frequency: Frequency, q = 0.7071): Filter {
  return stateVariable(frequency, q, 0, 0, 1);
}

export function highPass(frequency: Frequency, q = 0.7071): Filter {
  return stateVariable(frequency, q, 1, -1 / q, -1);
}

/** Of unity gain in the middle, whatever its width. */
export function bandPass(frequency: Frequency, q = 1): Filter {
  return stateVariable(frequency, q, 0, 1 / q, 0);
}

/** Bends peaks towards ±1 and adds harmonics, so that small loudspeakers tell of what lies under their range. */
export function warm(drive: number): Filter {
  return (input, output, from, to) => {
    for (let i = from; i < to; i++) {
      const d = Math.max(-1, Math.min(1, input[i]! * drive));
      output[i] = 1.5 * d - 0.5 * d * d * d;
    }
  };
}
