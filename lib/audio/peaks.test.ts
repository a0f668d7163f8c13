import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silenceNonFinite } from './pcm.ts';
import { createPeakExtractor } from './peaks.ts';
import { pictureGain, quantisePeaks, shapePath, waveformJson, waveformSvg } from './waveform.ts';

describe('peaks', () => {
  it('end with a few hundred points whatever the length, and cover every frame', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: 1, max: 70_000 }), (frames, size) => {
        const extractor = createPeakExtractor(1);
        for (let at = 0; at < frames; at += size) extractor.push([new Float32Array(Math.min(size, frames - at))]);
        const { min, framesPerPoint } = extractor.points();
        expect(extractor.frames).toBe(frames);
        expect(min.length).toBe(Math.ceil(frames / framesPerPoint));
        expect(min.length).toBeLessThanOrEqual(800);
        if (frames > 800 * 64) expect(min.length).toBeGreaterThan(400);
      }),
      { numRuns: 50 },
    );
  });

  it('keep the extremes of every stretch of the signal, over all channels', () => {
    const left = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i / 7));
    const right = Float32Array.from({ length: 5000 }, (_, i) => -0.5 * Math.cos(i / 11));
    const extractor = createPeakExtractor(2, 8);
    for (let at = 0; at < 5000; at += 333) extractor.push([left.subarray(at, at + 333), right.subarray(at, at + 333)]);
    const { min, max, rms, framesPerPoint } = extractor.points();
    for (let i = 0; i < min.length; i++) {
      const part = [left, right].flatMap(c => [...c.subarray(i * framesPerPoint, (i + 1) * framesPerPoint)]);
      expect(min[i]).toBe(Math.min(...part));
      expect(max[i]).toBe(Math.max(...part));
      expect(rms[i]).toBeCloseTo(Math.sqrt(part.reduce((sum, x) => sum + x * x, 0) / part.length), 6);
    }
    expect(extractor.peak()).toBe(Math.max(...left.map(Math.abs)));
  });

  it('of nothing are nothing', () => {
    const extractor = createPeakExtractor(2);
    expect(extractor.points().min).toHaveLength(0);
    expect(extractor.peak()).toBe(0);
  });
});

describe('samples that are no numbers', () => {
  it('become silence and are counted', () => {
    const block = [Float32Array.of(0.5, NaN, -1), Float32Array.of(Infinity, -Infinity, 3e38)];
    expect(silenceNonFinite(block)).toBe(3);
    expect([...block[0]!, ...block[1]!]).toEqual([0.5, 0, -1, 0, 0, Math.fround(3e38)]);
  });
});

describe('a waveform', () => {
  const points = () => {
    const extractor = createPeakExtractor(1, 4);
    extractor.push([Float32Array.from({ length: 256 }, (_, i) => (i < 128 ? 1 : -2))]);
    return extractor.points();
  };

  it('as audiowaveform JSON has min and max per point, clamped to eight bits', () => {
    expect(waveformJson(quantisePeaks(points()), 44_100, 64)).toEqual({
      version: 2,
      channels: 1,
      sample_rate: 44_100,
      samples_per_pixel: 64,
      bits: 8,
      length: 4,
      data: [127, 127, 127, 127, -128, -128, -128, -128],
    });
  });

  it('as SVG is two closed shapes of one colour inside the frame', () => {
    const svg = waveformSvg(points(), { width: 80, height: 40 });
    expect(svg.match(/<path/g)).toHaveLength(2);
    expect(svg.match(/Z"/g)).toHaveLength(2);
    const numbers = [...shapePath(points().max, points().min, 80, 40).matchAll(/[\d.-]+/g)].map(([n]) => Number(n));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBe(80);
  });

  it('of a quiet recording is lifted to be seen, a loud one never lowered', () => {
    const gainOf = (level: number) => {
      const extractor = createPeakExtractor(1);
      extractor.push([Float32Array.of(level)]);
      return pictureGain(extractor.points());
    };
    expect([0, 0.001, 0.5, 1, 3].map(gainOf)).toEqual([1, 16, 2, 1, 1]);
  });

  it('of silence stays visible as a hairline', () => {
    expect(shapePath(new Float32Array(2), new Float32Array(2), 10, 10)).toBe('M0 4.5L5 4.5H10V5.5L5 5.5L0 5.5Z');
  });
});
