import { cosine, sine } from './elementary.ts';

/** Frames a second of everything made here. */
export const RATE = 44_100;

/** One channel of samples. */
export type Signal = Float64Array<ArrayBuffer>;

export function framesIn(seconds: number): number {
  return Math.round(seconds * RATE);
}

export function silence(seconds: number): Signal {
  return new Float64Array(framesIn(seconds));
}

/** A signal from its value at each time, in seconds. */
export function signalOf(seconds: number, value: (time: number, frame: number) => number): Signal {
  const signal = silence(seconds);
  for (let i = 0; i < signal.length; i++) signal[i] = value(i / RATE, i);
  return signal;
}

/** How often a curve is asked for its value, in frames; in between it is taken for straight. */
const STEP = 8;

/** In place: each sample times the curve's value at its time in seconds. */
export function shape(signal: Signal, curve: (time: number) => number): Signal {
  const { length } = signal;
  let from = curve(0);
  for (let start = 0; start < length; start += STEP) {
    const to = curve((start + STEP) / RATE);
    const slope = (to - from) / STEP;
    const end = Math.min(length, start + STEP);
    for (let i = start; i < end; i++) signal[i]! *= from + slope * (i - start);
    from = to;
  }
  return signal;
}

/** In place. */
export function amplify(signal: Signal, gain: number): Signal {
  for (let i = 0; i < signal.length; i++) signal[i]! *= gain;
  return signal;
}

/** A new signal as long as the longest, the sum of all. */
export function sum(...signals: readonly Signal[]): Signal {
  const total = new Float64Array(Math.max(...signals.map(signal => signal.length)));
  for (const signal of signals) for (let i = 0; i < signal.length; i++) total[i]! += signal[i]!;
  return total;
}

export interface Placed {
  /** Linear. */
  gain?: number;
  /** −1 left … 1 right; of equal power, and both at unity in the centre. Nothing in a mono canvas. */
  pan?: number;
}

/** Where the parts of a sound are put together. What reaches over the end is cut, or goes on at the beginning of a loop. */
export class Canvas {
  readonly seconds: number;
  readonly loop: boolean;
  /** Left and right, or the only one. */
  readonly channels: Signal[];

  constructor(seconds: number, { channels = 1, loop = false }: { channels?: 1 | 2; loop?: boolean } = {}) {
    this.seconds = seconds;
    this.loop = loop;
    this.channels = Array.from({ length: channels }, () => silence(seconds));
  }

  /** @param at seconds, also before 0 or behind the end of a loop */
  add(part: Signal, at = 0, { gain = 1, pan = 0 }: Placed = {}): this {
    const start = Math.round(at * RATE);
    const gains = this.channels.length === 1 ? [gain] : panGains(pan).map(side => side * gain);
    this.channels.forEach((channel, c) => addAt(channel, part, start, gains[c]!, this.loop));
    return this;
  }

  /** Left and right, each to its channel. */
  addStereo(parts: readonly Signal[], { gain = 1 }: { gain?: number } = {}): this {
    this.channels.forEach((channel, c) => addAt(channel, (parts[c] ?? parts[0])!, 0, gain, this.loop));
    return this;
  }

  /** Replaces each channel. */
  through(change: (channel: Signal) => Signal): this {
    this.channels.forEach((channel, c) => (this.channels[c] = change(channel)));
    return this;
  }

  /** All in one channel. */
  mono(): Signal {
    return amplify(sum(...this.channels), 1 / this.channels.length);
  }
}

function panGains(pan: number): [number, number] {
  const turns = (pan + 1) / 8;
  return [Math.SQRT2 * cosine(turns), Math.SQRT2 * sine(turns)];
}

function addAt(target: Signal, part: Signal, start: number, gain: number, loop: boolean): void {
  const { length } = target;
  if (loop) {
    let at = ((start % length) + length) % length;
    for (let i = 0; i < part.length; i++) {
      target[at]! += gain * part[i]!;
      if (++at === length) at = 0;
    }
    return;
  }
  const end = Math.min(part.length, length - start);
  for (let i = Math.max(0, -start); i < end; i++) target[start + i]! += gain * part[i]!;
}
