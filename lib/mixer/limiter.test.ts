import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Limiter, limiterWindow } from './limiter.ts';
import { noise, sameBits } from './mix.fixture.ts';

const RATE = 22_050;
const { behind, ahead } = limiterWindow(RATE);

/** What comes of a whole signal, at its own time. */
function limit(channels: readonly Float32Array[], { ceiling = -1, blockFrames = 1000, sampleRate = RATE } = {}) {
  const limiter = new Limiter({ ceiling, sampleRate, channels: channels.length });
  const frames = channels[0]!.length;
  const late = limiterWindow(sampleRate).ahead;
  const padded = channels.map(channel => {
    const longer = new Float32Array(frames + late);
    longer.set(channel);
    return longer;
  });
  for (let at = 0; at < frames + late; at += blockFrames) {
    const block = padded.map(channel => channel.subarray(at, at + blockFrames));
    limiter.process(block, block);
  }
  return { channels: padded.map(channel => channel.slice(late)), leastGain: limiter.leastGain };
}

const loudest = (channels: readonly Float32Array[]) =>
  channels.reduce((most, channel) => channel.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), most), 0);

const minusOne = 10 ** (-1 / 20);

describe('the limiter', () => {
  it('5.2: copies to the bit what stays within the limit', () => {
    const quiet = [noise(30_000, 1, minusOne - 1e-7), noise(30_000, 2, 0.3)];
    const { channels, leastGain } = limit(quiet);
    expect(sameBits(channels, quiet)).toBe(true);
    expect(leastGain).toBe(1);
  });

  it('5.2: never lets anything above the limit, whatever comes', () => {
    const signals = fc.record({
      level: fc.double({ min: 0.1, max: 400, noNaN: true }),
      ceiling: fc.double({ min: -30, max: 0, noNaN: true }),
      seed: fc.nat(),
      sparse: fc.integer({ min: 1, max: 3000 }),
      blockFrames: fc.integer({ min: 1, max: 3000 }),
    });
    fc.assert(
      fc.property(signals, ({ level, ceiling, seed, sparse, blockFrames }) => {
        const channels = [noise(4000, seed, level), noise(4000, seed + 1, level)];
        for (const channel of channels) channel.forEach((_, i) => i % sparse && (channel[i]! *= 0.01));
        const limited = limit(channels, { ceiling, blockFrames });
        expect(loudest(limited.channels)).toBeLessThanOrEqual(10 ** (ceiling / 20));
        expect(limited.leastGain).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 60 },
    );
  });

  it('5.2: brings a peak to the limit and not below it', () => {
    const click = new Float32Array(20_000);
    click[10_000] = 1.7;
    const { channels, leastGain } = limit([click]);
    expect(channels[0]![10_000]).toBeCloseTo(minusOne, 5);
    expect(leastGain).toBeCloseTo(minusOne / 1.7, 5);
  });

  it('turns down on a straight line before a peak and back behind it, all channels alike', () => {
    const level = new Float32Array(30_000).fill(0.5);
    const loud = level.slice();
    loud[15_000] = 2;
    const [left, right] = limit([loud, level]).channels;
    const gain = right!.map(sample => sample / 0.5);
    expect(gain[15_000 - ahead - 1]).toBe(1);
    expect(gain[15_000]).toBeCloseTo(minusOne / 2, 5);
    expect(gain[15_000 - ahead / 2]).toBeCloseTo((1 + minusOne / 2) / 2, 2);
    const change = gain.map((one, i) => (i === 0 ? 0 : one - gain[i - 1]!));
    expect(Math.max(...change.subarray(15_000 - ahead, 15_001))).toBeLessThanOrEqual(0);
    expect(Math.min(...change.subarray(15_001 + ahead))).toBeGreaterThanOrEqual(0);
    expect(gain[15_000 + behind]).toBe(1);
    expect(left!.subarray(15_001)).toEqual(right!.subarray(15_001));
  });

  it('5.2: depends on a window of less than a second', () => {
    for (const sampleRate of [22_050, 24_000, 44_100, 48_000]) {
      const window = limiterWindow(sampleRate);
      expect((window.behind + window.ahead) / sampleRate).toBeLessThanOrEqual(1);
    }
    const signal = noise(40_000, 5, 1.5);
    const whole = limit([signal]).channels[0]!;
    for (const from of [1000, 17_003, 29_999]) {
      const begin = Math.max(0, from - behind);
      const part = limit([signal.slice(begin, from + 200 + ahead)]).channels[0]!;
      expect(sameBits([part.slice(from - begin, from - begin + 200)], [whole.slice(from, from + 200)])).toBe(true);
    }
  });

  it('5.3: gives the same bits in blocks of any size', () => {
    const signal = noise(30_000, 7, 0.85);
    // Peaks far from each other, so that it rests in between.
    for (let i = 2000; i < signal.length; i += 13_000) signal[i] = 3;
    const whole = limit([signal]).channels;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31_000 }), blockFrames => {
        expect(sameBits(limit([signal], { blockFrames }).channels, whole)).toBe(true);
      }),
      { numRuns: 40, examples: [[1], [ahead], [2 * ahead], [2 * ahead + 1]] },
    );
  });
});
