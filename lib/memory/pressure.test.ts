import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPressure, PRESSURE_LEVELS, pressureShare, type PressureLevel } from './pressure.ts';

describe('pressure', () => {
  it('rises at once, past a level where it has to', () => {
    expect(nextPressure('calm', 0.79)).toBe('calm');
    expect(nextPressure('calm', 0.8)).toBe('high');
    expect(nextPressure('calm', 0.95)).toBe('critical');
    expect(nextPressure('high', 0.9)).toBe('critical');
  });

  it('falls only well below where it rose', () => {
    expect(nextPressure('critical', 0.86)).toBe('critical');
    expect(nextPressure('critical', 0.84)).toBe('high');
    expect(nextPressure('high', 0.76)).toBe('high');
    expect(nextPressure('high', 0.74)).toBe('calm');
    expect(nextPressure('critical', 0.1)).toBe('calm');
  });

  it('settles after one step, and is the higher the larger the share', () => {
    const share = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...PRESSURE_LEVELS), share, share, (level, one, other) => {
        const rank = (at: PressureLevel) => PRESSURE_LEVELS.indexOf(at);
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(rank(nextPressure(level, low))).toBeLessThanOrEqual(rank(nextPressure(level, high)));
        const next = nextPressure(level, one);
        expect(nextPressure(next, one)).toBe(next);
      }),
    );
  });

  it('does not flicker while a share trembles by four hundredths', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 0.04, noNaN: true }), { maxLength: 50 }),
        (base, tremble) => {
          let level: PressureLevel = 'calm';
          let changes = 0;
          for (const off of tremble) {
            const next = nextPressure(level, base + off);
            if (next !== level) changes += 1;
            level = next;
          }
          expect(changes).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  it('goes by the scarcer of the two limits', () => {
    expect(pressureShare({ rss: 50, limit: 100, heapUsed: 9, heapLimit: 10 })).toBe(0.9);
    expect(pressureShare({ rss: 95, limit: 100, heapUsed: 1, heapLimit: 10 })).toBe(0.95);
  });
});
