import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decibelsToGain } from '#lib/base/units.ts';
import { channelWeights, createLoudnessMeter, kWeighting } from './loudness.ts';

/** A tone whose channels change level over time: `[seconds, dBFS per channel]` in order. */
function measureTone(
  sampleRate: number,
  parts: readonly [number, readonly number[]][],
  frequency = 1000,
): number | null {
  const channels = parts[0]![1].length;
  const meter = createLoudnessMeter(sampleRate, channels);
  let frame = 0;
  for (const [seconds, levels] of parts) {
    const frames = Math.round(seconds * sampleRate);
    const block = levels.map(() => new Float32Array(frames));
    for (let i = 0; i < frames; i++) {
      const sine = Math.sin((2 * Math.PI * frequency * (frame + i)) / sampleRate);
      levels.forEach((level, c) => (block[c]![i] = sine * decibelsToGain(level)));
    }
    meter.push(block);
    frame += frames;
  }
  return meter.integrated();
}

const stereo = (level: number): readonly number[] => [level, level];

// EBU Tech 3341 (2023), table 1, cases 1 to 6; ±0.1 LU is what it asks for.
describe.each([44_100, 48_000])('loudness by EBU Tech 3341 at %i Hz', rate => {
  const cases: [string, [number, readonly number[]][], number][] = [
    ['1: −23 dBFS', [[20, stereo(-23)]], -23],
    ['2: −33 dBFS', [[20, stereo(-33)]], -33],
    [
      '3: quiet head and tail are gated',
      [
        [10, stereo(-36)],
        [60, stereo(-23)],
        [10, stereo(-36)],
      ],
      -23,
    ],
    [
      '4: very quiet parts too',
      [
        [10, stereo(-72)],
        [10, stereo(-36)],
        [60, stereo(-23)],
        [10, stereo(-36)],
        [10, stereo(-72)],
      ],
      -23,
    ],
    [
      '5: loud middle',
      [
        [20, stereo(-26)],
        [20.1, stereo(-20)],
        [20, stereo(-26)],
      ],
      -23,
    ],
    ['6: five channels with surround weights', [[20, [-28, -28, -24, -30, -30]]], -23],
  ];
  it.each(cases)('case %s', (_name, parts, expected) => {
    expect(Math.abs(measureTone(rate, parts)! - expected)).toBeLessThanOrEqual(0.1);
  });
});

describe('loudness', () => {
  it('equals the coefficients that BS.1770-4 prints for 48 kHz', () => {
    const { shelf, highPass } = kWeighting(48_000);
    expect(shelf.b0).toBeCloseTo(1.53512485958697, 10);
    expect(shelf.b1).toBeCloseTo(-2.69169618940638, 10);
    expect(shelf.b2).toBeCloseTo(1.19839281085285, 10);
    expect(shelf.a1).toBeCloseTo(-1.69065929318241, 10);
    expect(shelf.a2).toBeCloseTo(0.73248077421585, 10);
    expect(highPass.a1).toBeCloseTo(-1.99004745483398, 10);
    expect(highPass.a2).toBeCloseTo(0.99007225036621, 10);
  });

  it.each([8000, 11_025, 22_050, 32_000, 96_000, 192_000])('reads a 997 Hz tone the same at %i Hz', rate => {
    expect(measureTone(rate, [[3, [0]]], 997)!).toBeCloseTo(-3.01, 1);
  });

  it('ignores the low-frequency channel and lifts the surrounds', () => {
    expect(channelWeights(6)).toEqual([1, 1, 1, 0, 1.41, 1.41]);
    expect(measureTone(48_000, [[2, [-200, -200, -200, 0, -200, -200]]])).toBeNull();
  });

  it('has no value for silence, for nothing and for less than 400 ms', () => {
    const meter = createLoudnessMeter(48_000, 1);
    expect(meter.integrated()).toBeNull();
    meter.push([new Float32Array(480_000)]);
    expect(meter.integrated()).toBeNull();
    expect(measureTone(48_000, [[0.399, [-20]]])).toBeNull();
    expect(measureTone(48_000, [[0.4, [-20]]])).not.toBeNull();
  });

  it('does not depend on how the stream is cut', () => {
    const rate = 8000;
    const signal = Float32Array.from({ length: rate * 2 }, (_, i) => Math.sin(i * i * 1e-5) * 0.5);
    const whole = createLoudnessMeter(rate, 1);
    whole.push([signal]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 }), sizes => {
        const meter = createLoudnessMeter(rate, 1);
        for (let at = 0, i = 0; at < signal.length; i++) {
          const size = sizes[i % sizes.length]!;
          meter.push([signal.subarray(at, at + size)]);
          at += size;
        }
        expect(meter.integrated()).toBeCloseTo(whole.integrated()!, 9);
      }),
      { numRuns: 30 },
    );
  });
});
