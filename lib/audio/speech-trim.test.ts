import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trimSpeech } from './speech-trim.ts';

const RATE = 16_000;
const KEPT = 320;

function recording(silence: number, speech: number, after: number, level = 0.5): Float32Array {
  const samples = new Float32Array(silence + speech + after).fill(0.0009);
  samples.fill(level, silence, silence + speech);
  return samples;
}

describe('trimming speech (3.1)', () => {
  it('leaves 20 ms of the silence before and after', () => {
    expect(trimSpeech(recording(4000, 8000, 6000), RATE)).toEqual({ from: 4000 - KEPT, to: 12_000 + KEPT });
    expect(trimSpeech(recording(4000, 8000, 6000, -0.5), RATE)).toEqual({ from: 4000 - KEPT, to: 12_000 + KEPT });
  });

  it('keeps what there is where there is less than 20 ms', () => {
    expect(trimSpeech(recording(100, 8000, 0), RATE)).toEqual({ from: 0, to: 8100 });
  });

  it('counts −60 dBFS as heard, and less as silence', () => {
    expect(trimSpeech(new Float32Array([0, 0, 0.001, 0, 0]), 10)).toEqual({ from: 2, to: 3 });
    expect(trimSpeech(new Float32Array([0, 0.000999, -0.000999]), RATE)).toEqual({ from: 0, to: 0 });
    expect(trimSpeech(new Float32Array(0), RATE)).toEqual({ from: 0, to: 0 });
  });

  it('loses nothing that is heard', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 200 }), values => {
        const samples = Float32Array.from(values);
        const { from, to } = trimSpeech(samples, 100);
        const outside = [...samples.subarray(0, from), ...samples.subarray(to)];
        expect(outside.every(sample => Math.abs(sample) < 0.001)).toBe(true);
        expect(from).toBeLessThanOrEqual(to);
      }),
    );
  });
});
