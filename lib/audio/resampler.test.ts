import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resample, resampledFrames, Resampler } from './resampler.ts';

const sine = (frequency: number, rate: number, frames: number) =>
  Float32Array.from({ length: frames }, (_, i) => Math.sin((2 * Math.PI * frequency * i) / rate));

/** Away from the ends, where what lies before and after is silence. */
const EDGE = 400;

/** The sine of this frequency that comes nearest (least squares), and decibels of it above all else that is there. */
function fitSine(samples: Float32Array, frequency: number, rate: number): { amplitude: number; signalToNoise: number } {
  const [from, to] = [EDGE, samples.length - EDGE];
  const angle = (i: number) => (2 * Math.PI * frequency * i) / rate;
  let [ss, cc, sc, ys, yc] = [0, 0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const [s, c, y] = [Math.sin(angle(i)), Math.cos(angle(i)), samples[i]!];
    [ss, cc, sc, ys, yc] = [ss + s * s, cc + c * c, sc + s * c, ys + y * s, yc + y * c];
  }
  const determinant = ss * cc - sc * sc;
  const [a, b] = [(ys * cc - yc * sc) / determinant, (yc * ss - ys * sc) / determinant];
  let [signal, noise] = [0, 0];
  for (let i = from; i < to; i++) {
    const wanted = a * Math.sin(angle(i)) + b * Math.cos(angle(i));
    signal += wanted ** 2;
    noise += (samples[i]! - wanted) ** 2;
  }
  return { amplitude: Math.hypot(a, b), signalToNoise: 10 * Math.log10(signal / noise) };
}

const decibels = (gain: number) => 20 * Math.log10(gain);
const peak = (samples: Float32Array) =>
  samples.subarray(EDGE, -EDGE).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

const OUTPUT_RATES = [22_050, 24_000, 44_100, 48_000];
const USUAL = [8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000].flatMap(from =>
  OUTPUT_RATES.filter(to => to !== from).map(to => ({ from, to })),
);

describe('a resampler', () => {
  it.each(USUAL)('5.1: keeps 110 dB of a full-scale sine of 1 kHz from $from to $to Hz', ({ from, to }) => {
    const { amplitude, signalToNoise } = fitSine(resample(sine(1000, from, from / 2), { from, to }), 1000, to);
    expect(signalToNoise).toBeGreaterThan(110);
    expect(decibels(amplitude)).toBeCloseTo(0, 4);
  });

  it.each(USUAL)('lets 0.8 of the band through as it is from $from to $to Hz', ({ from, to }) => {
    const frequency = 0.4 * Math.min(from, to);
    const { amplitude, signalToNoise } = fitSine(
      resample(sine(frequency, from, from / 2), { from, to }),
      frequency,
      to,
    );
    expect(signalToNoise).toBeGreaterThan(110);
    expect(decibels(amplitude)).toBeCloseTo(0, 3);
  });

  it.each(USUAL.filter(({ from, to }) => from > to))(
    'takes away what $to Hz cannot hold of $from Hz, instead of folding it down',
    ({ from, to }) => {
      for (const frequency of [to / 2 + 20, 0.75 * to].filter(one => one < from / 2)) {
        expect(decibels(peak(resample(sine(frequency, from, from), { from, to })))).toBeLessThan(-110);
      }
    },
  );

  it('serves rates that share no divisor, as well and with no table of their size', () => {
    for (const [from, to] of [
      [44_099, 48_000],
      [47_999, 22_050],
      [191_999, 44_100],
    ] as const) {
      const { signalToNoise } = fitSine(resample(sine(1000, from, from / 2), { from, to }), 1000, to);
      expect(signalToNoise).toBeGreaterThan(110);
    }
  });

  it('is not late: a sine stays where it was', () => {
    const out = resample(sine(440, 22_050, 22_050), { from: 22_050, to: 48_000 });
    const expected = sine(440, 48_000, 48_000);
    expect(peak(out.map((sample, i) => sample - expected[i]!))).toBeLessThan(1e-6);
  });

  it('leaves a constant what it is', () => {
    const out = resample(new Float32Array(8000).fill(0.25), { from: 22_050, to: 48_000 });
    expect(new Set(out.subarray(EDGE, -EDGE))).toEqual(new Set([0.25]));
  });

  it('gives every sample back where the rate does not change', () => {
    const samples = sine(440, 44_100, 1000);
    const resampler = new Resampler({ from: 44_100, to: 44_100, channels: 1 });
    expect(resampler.push([samples])).toEqual([samples]);
    expect(resampler.finish()).toEqual([new Float32Array(0)]);
  });

  it('5.3: gives the same bits whatever blocks it is given, in the exact length', () => {
    const rates = fc.constantFrom(8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000);
    fc.assert(
      fc.property(rates, rates, fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 8 }), (from, to, lengths) => {
        const total = lengths.reduce((sum, length) => sum + length, 0);
        const samples = sine(440, from, total);
        const resampler = new Resampler({ from, to, channels: 2 });
        const parts: Float32Array[][] = [];
        let at = 0;
        for (const length of lengths) {
          const block = samples.subarray(at, (at += length));
          parts.push(resampler.push([block, block]));
        }
        parts.push(resampler.finish());
        const [left, right] = [0, 1].map(channel => parts.flatMap(part => [...part[channel]!]));
        expect(left).toEqual([...resample(samples, { from, to })]);
        expect(right).toEqual(left);
        expect(left).toHaveLength(resampledFrames(total, from, to));
      }),
      { numRuns: 60 },
    );
  });

  it('counts the frames that lie before the end of a recording', () => {
    expect(resampledFrames(44_100, 44_100, 48_000)).toBe(48_000);
    expect(resampledFrames(1, 44_100, 48_000)).toBe(2);
    expect(resampledFrames(0, 44_100, 48_000)).toBe(0);
    expect(resampledFrames(7, 44_100, 44_100)).toBe(7);
  });
});
