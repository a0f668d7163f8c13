import { describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import { measure } from './spoken-sound.ts';

describe('a spoken sentence', () => {
  it('is as long as its samples, and as loud where it is loud', async () => {
    const signal = (time: number) => (time < 0.5 ? 0.1 : 0.8) * Math.sin(2 * Math.PI * 440 * time);
    const wav = await makeAudio({ format: 'wav', seconds: 1, sampleRate: 16_000, channels: 1, signal });
    const { length, peaks } = measure(wav.buffer, 10);
    expect(length).toBe(1);
    expect(peaks.map(peak => Math.round(peak * 10) / 10)).toEqual([0.1, 0.1, 0.1, 0.1, 0.1, 0.8, 0.8, 0.8, 0.8, 0.8]);
  });

  it('may be shorter than its picture has parts', async () => {
    const wav = await makeAudio({ format: 'wav', seconds: 3 / 16_000, sampleRate: 16_000, channels: 1 });
    const { length, peaks } = measure(wav.buffer, 10);
    expect(length).toBeCloseTo(3 / 16_000);
    expect(peaks).toHaveLength(10);
    for (const peak of peaks) expect(peak).toBeGreaterThanOrEqual(0);
  });
});
