/**
 * Integrated loudness, ITU-R BS.1770-4: K-weighting, mean square over 400 ms blocks that overlap by 75 %, weighted sum over
 * channels, absolute gate at −70 LUFS, then relative gate 10 LU under the mean of what is left.
 */
import type { PlanarBlock } from './pcm.ts';

export interface LoudnessMeter {
  /** Takes the next frames. Samples must be finite; see `silenceNonFinite`. How the stream is cut into blocks changes nothing. */
  push(block: PlanarBlock): void;
  /** LUFS of everything so far; null for less than 400 ms or when every block is gated. May be asked at any time. */
  integrated(): number | null;
}

/** Below this rate the shelf of the K-weighting lies too near the Nyquist frequency to mean anything. */
export const MIN_LOUDNESS_RATE = 4000;

const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;
/** BS.1770-4, eq. 2: makes a 0 dBFS 997 Hz sine in one front channel read −3.01 LUFS. */
const CALIBRATION_LU = -0.691;
/** One hop is 100 ms, a quarter of a block. */
const HOPS_PER_SECOND = 10;
const HOPS_PER_BLOCK = 4;
const SURROUND_WEIGHT = 1.41;

/** Weight of each channel in WAVE order (BS.1770-4 table 3): surrounds 1.41, the low-frequency channel nothing. */
export function channelWeights(channels: number): number[] {
  const l = 1;
  const s = SURROUND_WEIGHT;
  const layouts: Record<number, number[]> = {
    4: [l, l, s, s],
    5: [l, l, l, s, s],
    6: [l, l, l, 0, s, s],
    7: [l, l, l, 0, s, s, s],
    8: [l, l, l, 0, s, s, s, s],
  };
  return layouts[channels] ?? Array.from({ length: channels }, () => l);
}

/** Coefficients of the two K-weighting biquads, a0 normalised to 1. */
export interface KWeighting {
  shelf: Biquad;
  highPass: Biquad;
}

export interface Biquad {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

/**
 * K-weighting for any sample rate in Hz. BS.1770-4 gives coefficients for 48 kHz only; these are the analogue prototypes
 * behind them (parameters recovered by B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement",
 * AES 145, 2018), mapped by the bilinear transform. At 48 kHz they equal the standard's tables to its printed digits.
 */
export function kWeighting(sampleRate: number): KWeighting {
  return { shelf: shelf(sampleRate), highPass: highPass(sampleRate) };
}

function shelf(sampleRate: number): Biquad {
  const frequency = 1681.974450955533;
  const q = 0.7071752369554196;
  const k = Math.tan((Math.PI * frequency) / sampleRate);
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b0: (high + (band * k) / q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (band * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
}

function highPass(sampleRate: number): Biquad {
  const frequency = 38.13547087602444;
  const q = 0.5003270373238773;
  const k = Math.tan((Math.PI * frequency) / sampleRate);
  const a0 = 1 + k / q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}

/**
 * @param sampleRate Hz, at least {@link MIN_LOUDNESS_RATE}; RangeError otherwise.
 * @param channels Number of channels in WAVE order; other layouts pass their own weights.
 */
export function createLoudnessMeter(
  sampleRate: number,
  channels: number,
  weights: readonly number[] = channelWeights(channels),
): LoudnessMeter {
  if (!(sampleRate >= MIN_LOUDNESS_RATE)) throw new RangeError(`No loudness below ${MIN_LOUDNESS_RATE} Hz`);
  const filters = weights.map(weight => (weight === 0 ? null : createChannelFilter(kWeighting(sampleRate))));
  // Weighted mean square of each finished hop. Six hours are 216,000 numbers.
  const hops = new GrowingFloats();
  let hopEnergy = 0;
  let position = 0;
  let hopStart = 0;
  let hopEnd = Math.round(sampleRate / HOPS_PER_SECOND);

  const finishHop = () => {
    hops.push(hopEnergy / (hopEnd - hopStart));
    hopEnergy = 0;
    hopStart = hopEnd;
    // Rounded from the start of the stream, so that rates that ten does not divide do not drift.
    hopEnd = Math.round(((hops.length + 1) * sampleRate) / HOPS_PER_SECOND);
  };

  return {
    push(block) {
      const frames = block[0]?.length ?? 0;
      let offset = 0;
      while (offset < frames) {
        const end = Math.min(frames, offset + hopEnd - position);
        for (let c = 0; c < filters.length; c++) {
          const filter = filters[c];
          const samples = block[c];
          if (filter && samples) hopEnergy += weights[c]! * filter(samples, offset, end);
        }
        position += end - offset;
        offset = end;
        if (position === hopEnd) finishHop();
      }
    },
    integrated: () => gatedLoudness(hops.view()),
  };
}

/** Returns a filter with its own state: sum of squares of the weighted samples `from`…`to`. */
function createChannelFilter({ shelf, highPass }: KWeighting): (x: Float32Array, from: number, to: number) => number {
  // Everything in locals: the loop is two dependent biquads, transposed direct form II, and property reads double its time.
  const { b0, b1, b2, a1, a2 } = shelf;
  const { a1: c1, a2: c2 } = highPass;
  let s1 = 0;
  let s2 = 0;
  let t1 = 0;
  let t2 = 0;
  return (samples, from, to) => {
    let p1 = s1;
    let p2 = s2;
    let q1 = t1;
    let q2 = t2;
    let energy = 0;
    for (let i = from; i < to; i++) {
      const x = samples[i]!;
      const y = b0 * x + p1;
      p1 = b1 * x - a1 * y + p2;
      p2 = b2 * x - a2 * y;
      const z = y + q1;
      q1 = -2 * y - c1 * z + q2;
      q2 = y - c2 * z;
      energy += z * z;
    }
    // A decaying tail ends in denormal numbers, which take a hundred times as long to multiply.
    s1 = Math.abs(p1) < 1e-30 ? 0 : p1;
    s2 = Math.abs(p2) < 1e-30 ? 0 : p2;
    t1 = Math.abs(q1) < 1e-30 ? 0 : q1;
    t2 = Math.abs(q2) < 1e-30 ? 0 : q2;
    return energy;
  };
}

function gatedLoudness(hops: Float64Array): number | null {
  const count = hops.length - HOPS_PER_BLOCK + 1;
  if (count < 1) return null;
  const blockEnergy = (i: number) => (hops[i]! + hops[i + 1]! + hops[i + 2]! + hops[i + 3]!) / HOPS_PER_BLOCK;
  const meanAbove = (threshold: number): number | null => {
    let sum = 0;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const energy = blockEnergy(i);
      if (energy <= threshold) continue;
      sum += energy;
      kept += 1;
    }
    return kept === 0 ? null : sum / kept;
  };
  const absolute = lufsToEnergy(ABSOLUTE_GATE_LUFS);
  const ungated = meanAbove(absolute);
  if (ungated === null) return null;
  const gated = meanAbove(Math.max(absolute, ungated * 10 ** (RELATIVE_GATE_LU / 10)));
  return gated === null ? null : CALIBRATION_LU + 10 * Math.log10(gated);
}

function lufsToEnergy(lufs: number): number {
  return 10 ** ((lufs - CALIBRATION_LU) / 10);
}

class GrowingFloats {
  length = 0;
  private values = new Float64Array(256);

  push(value: number): void {
    if (this.length === this.values.length) {
      const wider = new Float64Array(this.values.length * 2);
      wider.set(this.values);
      this.values = wider;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  view(): Float64Array {
    return this.values.subarray(0, this.length);
  }
}
