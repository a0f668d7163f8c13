import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resample, Resampler } from './resampler.ts';

const sine = (frequency: number, rate: number, frames: number) =>
  Float32Array.from({ length: frames }, (_, i) => 0.5 * Math.sin((2 * Math.PI * frequency * i) / rate));

/** Decibels of a sine above all else that is there, away from the ends. */
function signalToNoise(samples: Float32Array, frequency: number, rate: number): number {
  const [from, to] = [400, samples.length - 400];
  let [sin, cos] = [0, 0];
  const angle = (i: number) => (2 * Math.PI * frequency * i) / rate;
  // Over many periods sine and cosine are as good as orthogonal; the window makes what is left of that vanish.
  let weights = 0;
  const window = (i: number) => Math.sin((Math.PI * (i - from)) / (to - from)) ** 4;
  for (let i = from; i < to; i++) {
    weights += window(i);
    sin += window(i) * samples[i]! * Math.sin(angle(i));
    cos += window(i) * samples[i]! * Math.cos(angle(i));
  }
  [sin, cos] = [(2 * sin) / weights, (2 * cos) / weights];
  let [signal, noise] = [0, 0];
  for (let i = from; i < to; i++) {
    const wanted = sin * Math.sin(angle(i)) + cos * Math.cos(angle(i));
    signal += wanted ** 2;
    noise += (samples[i]! - wanted) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

describe('a resampler', () => {
  it.each([
    [44_100, 48_000, 997],
    [48_000, 44_100, 997],
    [16_000, 44_100, 3000],
    [22_050, 48_000, 7000],
    [96_000, 48_000, 10_000],
    [8000, 48_000, 1000],
  ])('keeps a sine clean from %i to %i Hz', (from, to, frequency) => {
    const out = resample(sine(frequency, from, from), { from, to });
    expect(signalToNoise(out, frequency, to)).toBeGreaterThan(100);
  });

  it('is not late: a sine stays where it was', () => {
    const out = resample(sine(440, 22_050, 22_050), { from: 22_050, to: 48_000 });
    const expected = sine(440, 48_000, 48_000);
    const worst = out.slice(400, -400).reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i + 400]!)), 0);
    expect(worst).toBeLessThan(1e-4);
  });

  it('takes away what the lower rate cannot hold, instead of folding it down', () => {
    const out = resample(sine(15_000, 48_000, 48_000), { from: 48_000, to: 16_000 });
    expect(out.slice(200, -200).reduce((most, x) => Math.max(most, Math.abs(x)), 0)).toBeLessThan(1e-4);
  });

  it('leaves a constant what it is', () => {
    const out = resample(new Float32Array(8000).fill(0.25), { from: 22_050, to: 48_000 });
    for (const sample of out.slice(200, -200)) expect(sample).toBeCloseTo(0.25, 6);
  });

  it('gives the same whatever blocks it is given, and the exact length', () => {
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
        const whole = from === to ? samples : resample(samples, { from, to });
        expect(left).toEqual([...whole]);
        expect(right).toEqual(left);
        expect(left).toHaveLength(Math.ceil((total * to) / from));
      }),
      { numRuns: 60 },
    );
  });
});
