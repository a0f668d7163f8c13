import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gainOfHeight, heightOfGain, stepGain, tickText, ticksOf } from './wave-scale.ts';

describe('the scale of gains', () => {
  it('is linear up to unity, reaches the edge at 12 dB, and comes back', () => {
    expect([heightOfGain(0), heightOfGain(0.5), heightOfGain(1), heightOfGain(4)]).toEqual([0, 0.4, 0.8, 1]);
    expect([gainOfHeight(-1), gainOfHeight(0.8), gainOfHeight(2)]).toEqual([0, 1, 3.981072]);
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 3.98, noNaN: true }), gain => {
        // Half of the step, and what a gain loses that is kept to a millionth: 0.0044 dB at 0.001.
        expect(Math.abs(20 * Math.log10(gainOfHeight(heightOfGain(gain)) / gain))).toBeLessThan(0.055);
      }),
    );
  });

  it('is walked in tenths of a decibel, from silence and to it', () => {
    expect(stepGain(1, -0.1)).toBe(0.988553);
    expect(stepGain(1, 1)).toBe(1.122018);
    expect(stepGain(0, 0.1)).toBe(0.001);
    expect(stepGain(0.001, -0.1)).toBe(0);
    expect(stepGain(4, 1)).toBe(4);
  });
});

describe('the ruler', () => {
  it('has two to eight round moments for any length', () => {
    expect(ticksOf(6.42)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(ticksOf(0.4)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(ticksOf(200).map(tickText)).toEqual(['0', '30', '1:00', '1:30', '2:00', '2:30', '3:00']);
    expect(tickText(3600)).toBe('1:00:00');
    fc.assert(
      fc.property(fc.double({ min: 0.06, max: 21_600, noNaN: true }), length => {
        const { length: count } = ticksOf(length);
        expect(count).toBeGreaterThanOrEqual(2);
        expect(count).toBeLessThanOrEqual(8);
      }),
    );
  });
});
