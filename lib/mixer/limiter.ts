/**
 * A look-ahead limiter (5.2). In words:
 *
 * Each frame *needs* a reduction: what would bring its peak down to the ceiling, as a whole number of steps. A reduction is let go at a
 * constant slope, at most 400 ms from wholly down to nothing. What is needed soon is taken from 5 ms ahead, and the mean over
 * 5 ms makes a straight ramp of it that ends just in time: each of the values in that mean is at least what the frame needs, so the
 * mean is.
 *
 * All of this is maxima and sums of whole numbers, which have no rounding and no memory beyond the window: whoever begins
 * {@link LimiterWindow.behind} frames early has the same bits as whoever began at the start. Where nothing is needed within
 * the window samples are copied.
 */
import { sliceBlock } from '#lib/audio/pcm.ts';
import { gainOf } from '#lib/synthesis/elementary.ts';

/** Seconds from wholly down to nothing. */
const RELEASE = 0.4;
/** Seconds. */
const LOOK_AHEAD = 0.005;
/** Of a reduction, 0 to this: a gain of 1 to 0. */
const STEPS = 2 ** 24;

/** Frames around a frame that decide what becomes of it. */
export interface LimiterWindow {
  behind: number;
  ahead: number;
}

export function limiterWindow(sampleRate: number): LimiterWindow {
  const ahead = Math.round(LOOK_AHEAD * sampleRate);
  return { behind: ahead + Math.ceil(RELEASE * sampleRate), ahead };
}

export interface LimiterOptions {
  /** dBFS that no sample exceeds. */
  ceiling: number;
  sampleRate: number;
  channels: number;
}

/** One stream: what goes in comes out `ahead` frames later, silence first. */
export class Limiter {
  /** The smallest gain since it was made, or set back to 1. */
  leastGain = 1;
  readonly #ceiling: number;
  readonly #ahead: number;
  /** Steps that a reduction loses in a frame. */
  readonly #slope: number;
  /** Of each channel, the last inputs that are not out yet, and room for a block. */
  #line: Float32Array[];
  /** Of each channel, the part of its line that goes out for the longest block so far. */
  #leaving: Float32Array[];
  /** Reductions of the last frames, each the most that is needed from there to `ahead` frames later; a ring. */
  readonly #needs: Int32Array;
  #needsSum = 0;
  readonly #soon: SlidingMaximum;
  /** What the frame before needed, or was left with. */
  #reduction = 0;
  /** Frames in a row that needed nothing and were left with nothing. */
  #idle = Infinity;
  #frame = 0;

  constructor({ ceiling, sampleRate, channels }: LimiterOptions) {
    this.#ceiling = floatAtMost(gainOf(ceiling));
    this.#ahead = limiterWindow(sampleRate).ahead;
    this.#slope = Math.ceil(STEPS / Math.ceil(RELEASE * sampleRate));
    this.#line = Array.from({ length: channels }, () => new Float32Array(this.#ahead));
    this.#leaving = this.#line.map(channel => channel.subarray(0, 0));
    this.#needs = new Int32Array(this.#ahead + 1);
    this.#soon = new SlidingMaximum(this.#ahead + 1);
  }

  /** Takes `block` and fills `out`, of the same shape; they may be the same memory. */
  process(block: readonly Float32Array[], out: readonly Float32Array[]): void {
    const frames = block[0]!.length;
    const line = this.#extend(block, frames);
    if (this.#idle > 2 * this.#ahead && !this.#exceeds(block)) {
      // Nothing is left in the rings, either.
      const leaving = sliceBlock(this.#leaving, 0, frames);
      out.forEach((channel, c) => channel.set(leaving[c]!));
      this.#idle += frames;
      this.#frame += frames;
    } else this.#reduce(line, out, frames);
    for (const channel of line) channel.copyWithin(0, frames, this.#ahead + frames);
  }

  #extend(block: readonly Float32Array[], frames: number): Float32Array[] {
    this.#line.forEach((held, channel) => {
      let line = held;
      if (line.length < this.#ahead + frames) {
        line = new Float32Array(this.#ahead + frames);
        line.set(held.subarray(0, this.#ahead));
        this.#line[channel] = line;
        this.#leaving[channel] = line.subarray(0, frames);
      }
      line.set(block[channel]!, this.#ahead);
    });
    return this.#line;
  }

  #exceeds(block: readonly Float32Array[]): boolean {
    const ceiling = this.#ceiling;
    for (const channel of block) {
      for (let i = 0; i < channel.length; i++) {
        const sample = channel[i]!;
        if (sample > ceiling || sample < -ceiling) return true;
      }
    }
    return false;
  }

  #reduce(line: readonly Float32Array[], out: readonly Float32Array[], frames: number): void {
    const whole = STEPS * this.#needs.length;
    for (let i = 0; i < frames; i++, this.#frame++) {
      let peak = 0;
      for (const channel of line) peak = Math.max(peak, Math.abs(channel[this.#ahead + i]!));
      this.#reduction = Math.max(this.#needed(peak), this.#reduction - this.#slope, 0);
      this.#idle = this.#reduction === 0 ? this.#idle + 1 : 0;
      const soon = this.#soon.push(this.#frame, this.#reduction);
      const place = this.#frame % this.#needs.length;
      this.#needsSum += soon - this.#needs[place]!;
      this.#needs[place] = soon;
      const gain = 1 - this.#needsSum / whole;
      this.leastGain = Math.min(this.leastGain, gain);
      out.forEach((channel, c) => (channel[i] = line[c]![i]! * gain));
    }
  }

  #needed(peak: number): number {
    return peak > this.#ceiling ? Math.ceil((1 - this.#ceiling / peak) * STEPS) : 0;
  }
}

/** The largest of the last `length` values: those that a later one does not exceed, in a ring. */
class SlidingMaximum {
  readonly #length: number;
  readonly #frames: Float64Array;
  readonly #values: Int32Array;
  #head = 0;
  #size = 0;

  constructor(length: number) {
    this.#length = length;
    this.#frames = new Float64Array(length);
    this.#values = new Int32Array(length);
  }

  /** Frames are given in order; those that are left out had a value of 0. */
  push(frame: number, value: number): number {
    while (this.#size > 0 && this.#frames[this.#head]! <= frame - this.#length) {
      this.#head = (this.#head + 1) % this.#length;
      this.#size -= 1;
    }
    while (this.#size > 0 && this.#values[(this.#head + this.#size - 1) % this.#length]! <= value) this.#size -= 1;
    if (value > 0) {
      const place = (this.#head + this.#size) % this.#length;
      this.#frames[place] = frame;
      this.#values[place] = value;
      this.#size += 1;
    }
    return this.#size === 0 ? 0 : this.#values[this.#head]!;
  }
}

/** The largest 32-bit float that is not above a positive number: products that are rounded to floats then stay below it, too. */
function floatAtMost(value: number): number {
  const nearest = new Float32Array([value]);
  if (nearest[0]! > value) new Int32Array(nearest.buffer)[0]! -= 1;
  return nearest[0]!;
}
