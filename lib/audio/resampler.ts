/**
 * Sampling rate conversion: a polyphase windowed-sinc filter with a rational ratio (J. O. Smith, "Digital Audio Resampling Home Page").
 *
 * The filter spans 48 samples of the lower rate to each side under a Kaiser window with β = 12, and is 6 dB down at 0.92 of the lower
 * Nyquist frequency, so that its stop band (117 dB) begins there: nothing folds down. What comes out is not late, has the exact length,
 * and is the same whatever blocks went in: each output is one sum, in one order, of the same inputs. All of it is made of sums, products
 * and roots, which have the same bits on every machine.
 */
import { sine } from '#lib/synthesis/elementary.ts';
import type { PlanarBlock } from './pcm.ts';

/** Samples of the lower rate, to each side of the centre. */
const HALF_WIDTH = 48;
const KAISER_BETA = 12;
/** Of the lower Nyquist frequency. The transition of this window is 0.159 of it wide, half of that to each side. */
const CUTOFF = 0.92;

/**
 * Coefficients that a bank of filters may hold. Rates that share next to no divisor would need hundreds of megabytes: they get as many
 * filters as this allows, and straight lines between two of them, which are 150 dB from the truth.
 */
const MAX_BANK = 2 ** 19;

/** Frames of a recording of `frames` frames at `from` hertz after it was resampled to `to`: what lies before its end. */
export function resampledFrames(frames: number, from: number, to: number): number {
  return from === to ? frames : Math.ceil((frames * to) / from);
}

/** What is done to every channel of a stream. Made for one stream: `push` its blocks in order, then `finish`. */
export class Resampler {
  readonly #from: number;
  readonly #to: number;
  /** Of the output over that of the input, in lowest terms: `up / down`. */
  readonly #up: number;
  readonly #down: number;
  readonly #filters: Filters | undefined;
  /** Of each channel, what outputs to come still need: inputs from `first` to `end`. Longer than that. */
  readonly #held: Float64Array<ArrayBuffer>[];
  #first = 0;
  #end = 0;
  #inputs = 0;
  #outputs = 0;

  /**
   * @param from Hz, whole
   * @param to Hz, whole
   */
  constructor({ from, to, channels }: { from: number; to: number; channels: number }) {
    const divisor = greatestCommonDivisor(from, to);
    this.#from = from;
    this.#to = to;
    this.#up = to / divisor;
    this.#down = from / divisor;
    this.#filters = from === to ? undefined : makeFilters(this.#up, this.#down);
    // Before the first input there is silence.
    if (this.#filters !== undefined) this.#first = 1 - this.#filters.taps / 2;
    this.#held = Array.from({ length: channels }, () => new Float64Array(-this.#first));
  }

  /** What is certain by now, in memory of its own; perhaps of length 0. */
  push(block: PlanarBlock): Float32Array<ArrayBuffer>[] {
    const frames = block[0]?.length ?? 0;
    this.#inputs += frames;
    if (this.#filters === undefined) return this.#held.map((_, channel) => Float32Array.from(block[channel]!));
    this.#append(frames, (held, at, channel) => held.set(block[channel]!, at));
    return this.#compute(this.#filters, Infinity);
  }

  /** The rest. Over all there are {@link resampledFrames}. */
  finish(): Float32Array<ArrayBuffer>[] {
    if (this.#filters === undefined) return this.#held.map(() => new Float32Array(0));
    this.#append(this.#filters.taps, (held, at) => held.fill(0, at));
    return this.#compute(this.#filters, resampledFrames(this.#inputs, this.#from, this.#to));
  }

  #append(frames: number, write: (held: Float64Array, at: number, channel: number) => void): void {
    const used = this.#end - this.#first;
    this.#held.forEach((held, channel) => {
      let room = held;
      if (room.length < used + frames) {
        room = new Float64Array(2 * (used + frames));
        room.set(held.subarray(0, used));
        this.#held[channel] = room;
      }
      write(room.subarray(0, used + frames), used, channel);
    });
    this.#end += frames;
  }

  /** Every output before `limit` whose inputs are all held. */
  #compute(filters: Filters, limit: number): Float32Array<ArrayBuffer>[] {
    const { taps } = filters;
    const startOf = (output: number) => Math.floor((output * this.#down) / this.#up) + 1 - taps / 2;
    let stop = this.#outputs;
    if (startOf(stop) + taps <= this.#end) {
      // The last output whose inputs end before `end`: just beside where the ratio puts it.
      stop = Math.max(stop, Math.floor(((this.#end - taps / 2 - 1) * this.#up) / this.#down));
      while (startOf(stop) + taps <= this.#end) stop += 1;
    }
    stop = Math.max(this.#outputs, Math.min(stop, limit));
    const outputs = this.#held.map(() => new Float32Array(stop - this.#outputs));
    for (let i = 0; i < stop - this.#outputs; i++) {
      const position = (this.#outputs + i) * this.#down;
      const whole = Math.floor(position / this.#up);
      const place = ((position - whole * this.#up) / this.#up) * filters.places;
      const input = whole + 1 - taps / 2 - this.#first;
      for (let channel = 0; channel < outputs.length; channel++) {
        outputs[channel]![i] = filtered(filters, place, this.#held[channel]!, input);
      }
    }
    this.#outputs = stop;
    this.#letGo(Math.min(this.#end, startOf(stop)));
    return outputs;
  }

  /** Forgets the inputs before `keep`. */
  #letGo(keep: number): void {
    for (const held of this.#held) held.copyWithin(0, keep - this.#first, this.#end - this.#first);
    this.#first = keep;
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

/** One filter for each of so many places that an output may have between two inputs, the first on an input. */
interface Filters {
  /** From one input to the next. */
  readonly places: number;
  /** Every output is at one of these places. */
  readonly isExact: boolean;
  /** Inputs that one output is made of; a multiple of four. */
  readonly taps: number;
  /** `places + 1` times `taps` coefficients. */
  readonly table: Float64Array;
}

function makeFilters(up: number, down: number): Filters {
  /** Inputs between two samples of the lower rate. */
  const stretch = Math.max(1, down / up);
  const taps = 4 * Math.ceil((HALF_WIDTH * stretch) / 2);
  const places = Math.min(up, Math.max(1, Math.floor(MAX_BANK / taps)));
  const table = new Float64Array((places + 1) * taps);
  for (let place = 0; place <= places; place++) {
    fillFilter(table.subarray(place * taps, (place + 1) * taps), place / places, stretch);
  }
  return { places, isExact: places === up, taps, table };
}

/** @param place from one input, 0, to the next, 1 */
function fillFilter(filter: Float64Array, place: number, stretch: number): void {
  const centre = filter.length / 2 - 1;
  let sum = 0;
  for (let tap = 0; tap < filter.length; tap++) {
    const value = kernel((tap - centre - place) / stretch);
    filter[tap] = value;
    sum += value;
  }
  // A constant stays what it is, at every place between two inputs.
  for (let tap = 0; tap < filter.length; tap++) filter[tap]! /= sum;
}

/** @param place counts filters, with a fraction where none is there */
function filtered({ isExact, table, taps }: Filters, place: number, x: Float64Array, input: number): number {
  if (isExact) return weighedSum(x, input, table, Math.round(place) * taps, taps);
  const before = Math.floor(place);
  const lower = weighedSum(x, input, table, before * taps, taps);
  const upper = weighedSum(x, input, table, (before + 1) * taps, taps);
  return lower + (upper - lower) * (place - before);
}

/** Four sums that do not wait for each other, always added up in the same order. `taps` is a multiple of four. */
function weighedSum(x: Float64Array, at: number, table: Float64Array, from: number, taps: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < taps; i += 4) {
    a += table[from + i]! * x[at + i]!;
    b += table[from + i + 1]! * x[at + i + 1]!;
    c += table[from + i + 2]! * x[at + i + 2]!;
    d += table[from + i + 3]! * x[at + i + 3]!;
  }
  return a + b + (c + d);
}

/** @param x samples of the lower rate from the centre */
function kernel(x: number): number {
  const edge = x / HALF_WIDTH;
  if (edge <= -1 || edge >= 1) return 0;
  return (sinc(CUTOFF * x) * bessel(KAISER_BETA * Math.sqrt(1 - edge * edge))) / bessel(KAISER_BETA);
}

function sinc(x: number): number {
  return x === 0 ? 1 : sine(x / 2) / (Math.PI * x);
}

/** The modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    const factor = x / (2 * k);
    term *= factor * factor;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
