import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLIP_DEFAULTS,
  clipEnvelope,
  clipFades,
  clipSettings,
  clipShape,
  gainAt,
  joinLoop,
  type Breakpoint,
  type ClipSettings,
} from './clip-envelope.ts';

const effect = (chosen: Partial<ClipSettings> = {}) => clipSettings('effects', { volume: 1, ...chosen });
const bed = (chosen: Partial<ClipSettings> = {}) =>
  clipSettings('background', { volume: 1, fade_in: 0, fade_out: 0, ...chosen });

const seconds = fc.double({ min: 0, max: 100, noNaN: true });
const anySettings: fc.Arbitrary<ClipSettings> = fc.record({
  volume: fc.double({ min: 0, max: 4, noNaN: true }),
  fade_in: seconds,
  fade_out: seconds,
  start_at: seconds,
  end_at: fc.option(seconds),
  duration: fc.option(seconds),
  loop: fc.boolean(),
  crossfade: seconds,
});
const until = fc.oneof(seconds, fc.constant(Infinity));

/** What Web Audio makes of the points. */
function interpolate(points: readonly Breakpoint[], time: number): number {
  const after = points.findIndex(point => point.time > time);
  if (after === -1) return points.at(-1)!.gain;
  const from = points[after - 1]!;
  const to = points[after]!;
  return from.gain + (to.gain - from.gain) * ((time - from.time) / (to.time - from.time));
}

describe('settings of a clip', () => {
  it('take the default of the kind where none is chosen, and keep a chosen 0 and false', () => {
    expect(clipSettings('effects', { volume: null })).toEqual(CLIP_DEFAULTS.effects);
    expect(clipSettings('background', { volume: 0, loop: false, fade_in: undefined })).toEqual({
      ...CLIP_DEFAULTS.background,
      volume: 0,
      loop: false,
    });
  });
});

describe('the shape of a clip', () => {
  it('is trimmed, then cut', () => {
    expect(clipShape(effect({ start_at: 2, end_at: 8, duration: 5 }), 10)).toMatchObject({
      start: 2,
      end: 7,
      placed: 5,
    });
    expect(clipShape(effect({ start_at: 2, end_at: 8, duration: 50 }), 10)).toMatchObject({ end: 8, placed: 6 });
  });

  it('ends with its recording, whatever the settings say', () => {
    expect(clipShape(effect({ end_at: 99 }), 10)).toMatchObject({ start: 0, end: 10, placed: 10 });
    expect(clipShape(effect({ start_at: 99 }), 10)).toMatchObject({ start: 10, end: 10, placed: 0 });
    expect(clipShape(bed({ start_at: 6, end_at: 4 }), 10)).toMatchObject({ start: 6, end: 6, placed: 0 });
  });

  it('repeats until it is ended, a crossfade sooner than it is long', () => {
    expect(clipShape(bed({ crossfade: 1 }), 10)).toMatchObject({ crossfade: 1, turn: 9, placed: Infinity });
    expect(clipShape(bed({ crossfade: 8 }), 10, 25)).toMatchObject({ crossfade: 5, turn: 5, placed: 25 });
    expect(clipShape(bed({ loop: false, crossfade: 1 }), 10)).toMatchObject({ crossfade: 0, turn: 10, placed: 10 });
  });

  it('lies within its recording, and a loop always advances', () => {
    fc.assert(
      fc.property(anySettings, seconds, until, (settings, length, end) => {
        const shape = clipShape(settings, length, end);
        expect(shape.start).toBeGreaterThanOrEqual(0);
        expect(shape.end).toBeGreaterThanOrEqual(shape.start);
        expect(shape.end).toBeLessThanOrEqual(length + 1e-9);
        expect(shape.placed).toBeLessThanOrEqual(end);
        expect(shape.turn).toBeGreaterThanOrEqual((shape.end - shape.start) / 2 - 1e-9);
      }),
    );
  });
});

describe('the gain of a clip', () => {
  it('rises and falls in a straight line over the whole placed clip, times the volume', () => {
    const settings = effect({ volume: 2, fade_in: 2, fade_out: 4 });
    expect([0, 1, 2, 5, 8, 9, 10].map(time => gainAt(settings, 12, time))).toEqual([0, 1, 2, 2, 2, 1.5, 1]);
    expect(gainAt(settings, 12, 11.999)).toBeCloseTo(0, 2);
    expect(clipEnvelope(settings, 12)).toEqual([
      { time: 0, gain: 0 },
      { time: 2, gain: 2 },
      { time: 8, gain: 2 },
      { time: 12, gain: 0 },
    ]);
  });

  it('has both fades shortened by one factor where they exceed the clip', () => {
    expect(clipFades({ fade_in: 6, fade_out: 2 }, 4)).toEqual({ fadeIn: 3, fadeOut: 1 });
    expect(clipEnvelope(effect({ fade_in: 6, fade_out: 2 }), 4)).toEqual([
      { time: 0, gain: 0 },
      { time: 3, gain: 1 },
      { time: 4, gain: 0 },
    ]);
  });

  it('keeps its fade out where the clip is cut, by its duration, its trim or from outside', () => {
    for (const settings of [effect({ fade_out: 2, duration: 6 }), effect({ fade_out: 2, start_at: 1, end_at: 7 })]) {
      expect(gainAt(settings, 10, 5)).toBe(0.5);
      expect(gainAt(settings, 10, 6)).toBe(0);
    }
    expect(gainAt(bed({ fade_out: 2 }), 4, 99, 100)).toBe(0.5);
  });

  it('fades a loop once, not at each repetition', () => {
    const settings = bed({ fade_in: 1, fade_out: 1 });
    expect([0.5, 4, 4.5, 5, 1000].map(time => gainAt(settings, 4, time))).toEqual([0.5, 1, 1, 1, 1]);
    expect(clipEnvelope(settings, Infinity)).toEqual([
      { time: 0, gain: 0 },
      { time: 1, gain: 1 },
    ]);
  });

  it('is 0 before, after, and for a clip of no length', () => {
    expect(gainAt(effect(), 3, -0.1)).toBe(0);
    expect(gainAt(effect(), 3, 3)).toBe(0);
    expect(gainAt(effect({ start_at: 5 }), 3, 0)).toBe(0);
  });

  it('is what its breakpoints draw, and never more than the volume', () => {
    fc.assert(
      fc.property(
        anySettings,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        until,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (settings, length, end, part) => {
          const { placed } = clipShape(settings, length, end);
          const time = part * Math.min(placed, 200);
          fc.pre(time < placed);
          const gain = gainAt(settings, length, time, end);
          expect(gain).toBeGreaterThanOrEqual(0);
          expect(gain).toBeLessThanOrEqual(settings.volume * (1 + 1e-9));
          // Fades of next to nothing are steps, where a rounding decides for one side.
          const { fadeIn, fadeOut } = clipFades(settings, placed);
          if ([fadeIn, fadeOut].every(fade => fade === 0 || fade > 1e-6)) {
            expect(gain).toBeCloseTo(interpolate(clipEnvelope(settings, placed), time), 6);
          }
        },
      ),
    );
  });

  it('has breakpoints in order, within the clip', () => {
    fc.assert(
      fc.property(anySettings, fc.oneof(seconds, fc.constant(Infinity)), (settings, placed) => {
        const times = clipEnvelope(settings, placed).map(point => point.time);
        expect(times.toSorted((a, b) => a - b)).toEqual(times);
        expect(times[0]).toBe(0);
        if (placed !== Infinity) expect(times.at(-1)).toBeLessThanOrEqual(placed);
      }),
    );
  });
});

describe('a joined loop', () => {
  it('is the pass with its end mixed into its beginning at equal power', () => {
    const pass = Float32Array.of(1, 2, 3, 4, 5, 6);
    const joined = joinLoop(pass, 2);
    expect([...joined.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
    expect(joined[4]).toBeCloseTo(5 * Math.cos(Math.PI / 8) + 1 * Math.sin(Math.PI / 8), 5);
    expect(joined[5]).toBeCloseTo(6 * Math.cos((3 * Math.PI) / 8) + 2 * Math.sin((3 * Math.PI) / 8), 5);
    expect([...joinLoop(pass, 0)]).toEqual([...pass]);
  });

  it('keeps the power of noise through the seam', () => {
    let state = 1;
    const noise = Float32Array.from({ length: 40_000 }, () => {
      state = (state * 48271) % 2147483647;
      return state / 1073741823.5 - 1;
    });
    const power = (part: Float32Array) => part.reduce((sum, x) => sum + x * x, 0) / part.length;
    expect(power(joinLoop(noise, 20_000).subarray(20_000))).toBeCloseTo(power(noise), 1);
  });
});
