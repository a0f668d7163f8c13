/**
 * Sampling rate conversion: a polyphase windowed-sinc filter with a rational ratio (J. O. Smith, "Digital Audio Resampling Home Page").
 *
 * 32 zero crossings to each side under a Kaiser window with β = 10, stretched where the rate goes down, so that the lower of the two
 * rates decides the band: 110 dB of a sine come through clean. The length is exact, and what comes out is not late.
 */
import type { PlanarBlock } from './pcm.ts';

/** To each side of the centre. */
const ZERO_CROSSINGS = 32;
const KAISER_BETA = 10;

/** What is done to every channel of a stream. Made for one stream: `push` its blocks in order, then `finish`. */
export class Resampler {
  /** Of the output over that of the input, in lowest terms: `up / down`. */
  readonly #up: number;
  readonly #down: number;
  /** Inputs that one output is made of. */
  readonly #taps: number;
  /** `up` filters of `taps` coefficients: one for each place that an output may have between two inputs. */
  readonly #filters: Float32Array;
  /** Of each channel, what outputs to come still need; begins at input `first`. */
  #held: Float32Array[];
  #first: number;
  #inputs = 0;
  #outputs = 0;

  /**
   * @param from Hz, whole
   * @param to Hz, whole
   */
  constructor({ from, to, channels }: { from: number; to: number; channels: number }) {
    const divisor = greatestCommonDivisor(from, to);
    this.#up = to / divisor;
    this.#down = from / divisor;
    const stretch = Math.max(1, from / to);
    const half = Math.ceil(ZERO_CROSSINGS * stretch);
    this.#taps = 2 * half;
    this.#filters = makeFilters(this.#up, half, stretch);
    // Before the first input there is silence.
    this.#first = 1 - half;
    this.#held = Array.from({ length: channels }, () => new Float32Array(half - 1));
  }

  /** What is certain by now, in memory of its own; perhaps of length 0. */
  push(block: PlanarBlock): Float32Array<ArrayBuffer>[] {
    const frames = block[0]?.length ?? 0;
    this.#inputs += frames;
    this.#held = this.#held.map((held, channel) => {
      const joined = new Float32Array(held.length + frames);
      joined.set(held);
      joined.set(block[channel]!, held.length);
      return joined;
    });
    return this.#compute(Infinity);
  }

  /** The rest. Over all, `frames` inputs give `⌈frames · to / from⌉` outputs. */
  finish(): Float32Array<ArrayBuffer>[] {
    const total = Math.ceil((this.#inputs * this.#up) / this.#down);
    const silence = new Float32Array(this.#taps);
    this.#held = this.#held.map(held => {
      const joined = new Float32Array(held.length + silence.length);
      joined.set(held);
      return joined;
    });
    return this.#compute(total);
  }

  /** Every output before `limit` whose inputs are all held. */
  #compute(limit: number): Float32Array<ArrayBuffer>[] {
    const [up, down, taps] = [this.#up, this.#down, this.#taps];
    const end = this.#first + (this.#held[0]?.length ?? 0);
    const startOf = (output: number) => Math.floor((output * down) / up) + 1 - taps / 2;
    // The last output whose inputs end before `end`, by solving for it and looking at its neighbours.
    let stop = Math.max(this.#outputs, Math.floor(((end - taps / 2 - 1) * up) / down));
    while (startOf(stop) + taps <= end) stop += 1;
    stop = Math.max(this.#outputs, Math.min(stop, limit));
    const outputs = this.#held.map(held => this.#filter(held, stop));
    this.#outputs = stop;
    const keep = Math.min(end, startOf(stop));
    this.#held = this.#held.map(held => held.slice(keep - this.#first));
    this.#first = keep;
    return outputs;
  }

  #filter(held: Float32Array, stop: number): Float32Array<ArrayBuffer> {
    const [up, down, taps, filters, first] = [this.#up, this.#down, this.#taps, this.#filters, this.#first];
    const out = new Float32Array(stop - this.#outputs);
    for (let i = 0; i < out.length; i++) {
      const position = (this.#outputs + i) * down;
      const whole = Math.floor(position / up);
      const filter = (position - whole * up) * taps;
      const input = whole + 1 - taps / 2 - first;
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += filters[filter + tap]! * held[input + tap]!;
      out[i] = sum;
    }
    return out;
  }
}

/** A whole recording at another rate, in memory of its own; the same array where the rates are the same. */
export function resample(samples: Float32Array, { from, to }: { from: number; to: number }): Float32Array {
  if (from === to) return samples;
  const resampler = new Resampler({ from, to, channels: 1 });
  const [body] = resampler.push([samples]);
  const [rest] = resampler.finish();
  const whole = new Float32Array(body!.length + rest!.length);
  whole.set(body!);
  whole.set(rest!, body!.length);
  return whole;
}

/** @param stretch of the sinc: how many inputs lie between two of its zero crossings */
function makeFilters(up: number, half: number, stretch: number): Float32Array {
  const taps = 2 * half;
  const filters = new Float32Array(up * taps);
  const edge = half;
  for (let phase = 0; phase < up; phase++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - (half - 1) - phase / up;
      const value = sinc(distance / stretch) * kaiser(distance / edge);
      filters[phase * taps + tap] = value;
      sum += value;
    }
    // A constant stays what it is, at every place between two inputs.
    for (let tap = 0; tap < taps; tap++) filters[phase * taps + tap]! /= sum;
  }
  return filters;
}

function sinc(x: number): number {
  // To the bit, so that nothing changes where the rate does not.
  if (Number.isInteger(x)) return x === 0 ? 1 : 0;
  return Math.sin(Math.PI * x) / (Math.PI * x);
}

/** @param x −1…1 from one end of the window to the other */
function kaiser(x: number): number {
  return bessel(KAISER_BETA * Math.sqrt(Math.max(0, 1 - x * x))) / bessel(KAISER_BETA);
}

/** The modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
