import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cosine, exponential, gainOf, logarithm, power, sine } from './elementary.ts';
import { GOLDEN } from './golden.fixture.ts';
import { BED_LUFS, EFFECT_LUFS, integratedLoudness, loudestMoment, PEAK_DBFS, peakOf } from './levels.ts';
import { CHURCH_PRIME_HZ } from './recipes/bells.ts';
import { RECIPES, type RecipeName } from './recipes/index.ts';
import { framesIn, RATE, type Signal } from './signal.ts';
import {
  bands,
  decibels,
  levels,
  meanSpectrum,
  onsets,
  powerSpectrum,
  shareBetween,
  strongest,
} from './spectrum.fixture.ts';
import { synthesise, synthesiseSamples } from './synthesise.ts';
import { encodeWav } from './wav.ts';

const NAMES = Object.keys(RECIPES) as RecipeName[];
const BEDS = NAMES.filter(name => RECIPES[name].loop);
const EFFECTS = NAMES.filter(name => !RECIPES[name].loop);

const made = new Map<RecipeName, Signal[]>();
const channelsOf = (name: RecipeName): Signal[] => made.get(name) ?? [];
/** Both channels in one, as a test listens. */
function heard(name: RecipeName): Signal {
  const [left, right = left] = channelsOf(name);
  return left!.map((sample, i) => (sample + right![i]!) / 2);
}

beforeAll(() => {
  for (const name of NAMES) made.set(name, synthesiseSamples(name));
}, 120_000);

describe('the elementary functions', () => {
  it('agree with those of the engine to nine digits', () => {
    for (let x = -3.7; x < 3.7; x += 0.0137) {
      expect(sine(x)).toBeCloseTo(Math.sin(2 * Math.PI * x), 8);
      expect(cosine(x)).toBeCloseTo(Math.cos(2 * Math.PI * x), 8);
      expect(exponential(5 * x) / Math.exp(5 * x)).toBeCloseTo(1, 9);
      expect(logarithm(x + 4)).toBeCloseTo(Math.log(x + 4), 9);
      expect(power(x + 4, 1.7) / (x + 4) ** 1.7).toBeCloseTo(1, 9);
    }
    expect(gainOf(-6)).toBeCloseTo(10 ** (-6 / 20), 9);
    expect(exponential(-1000)).toBe(0);
    expect(power(0, 2)).toBe(0);
  });

  it('are the only ones of their kind that recipes use', () => {
    const files = globSync('**/*.ts', { cwd: import.meta.dirname }).filter(file => !/\.(test|fixture)\.ts$/.test(file));
    expect(files.length).toBeGreaterThan(15);
    for (const file of files) {
      const code = readFileSync(path.join(import.meta.dirname, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
      // Exact by the standard: floor, round, min, max, abs, sqrt, imul, constants.
      expect(code, file).not.toMatch(/Math\.(sin|cos|tan|exp|log|pow|a?sinh?|a?cosh?|a?tanh?|hypot|cbrt|random)|\*\*/);
    }
  });
});

describe('every sound', () => {
  it('is one of at least two dozen, beds and effects', () => {
    expect(BEDS.length).toBeGreaterThanOrEqual(12);
    expect(EFFECTS.length).toBeGreaterThanOrEqual(24);
  });

  it.each(NAMES)('%s has the bytes that it always had', name => {
    expect(
      createHash('sha256')
        .update(encodeWav(channelsOf(name)))
        .digest('hex'),
    ).toBe(GOLDEN[name]);
  });

  it('is made alike the second time', () => {
    expect(createHash('sha256').update(synthesise('glass_break')).digest('hex')).toBe(GOLDEN.glass_break);
  });

  it.each(NAMES)('%s has its length, under 15 s, and nothing that is no sound', name => {
    const { seconds } = RECIPES[name];
    expect(seconds).toBeLessThan(15);
    for (const channel of channelsOf(name)) {
      expect(channel.length).toBe(framesIn(seconds));
      let total = 0;
      for (const sample of channel) total += sample;
      // One that is no number, or is infinite, would be in the sum.
      expect(Number.isFinite(total)).toBe(true);
      const mean = total / channel.length;
      expect(decibels(Math.abs(mean))).toBeLessThan(-70);
      expect(Math.max(...levels(channel, 0.1))).toBeGreaterThan(0.001);
    }
  });

  it.each(NAMES)('%s is at the level of its kind and does not clip', name => {
    const channels = channelsOf(name);
    const peak = decibels(peakOf(channels));
    expect(peak).toBeLessThanOrEqual(PEAK_DBFS + 0.001);
    const isBed = RECIPES[name].loop;
    const loudness = isBed ? integratedLoudness(channels) : loudestMoment(channels);
    const target = isBed ? BED_LUFS : EFFECT_LUFS;
    expect(loudness).toBeLessThan(target + 0.1);
    // A click reaches the highest peak before it is as loud as a tone.
    if (isBed || peak < PEAK_DBFS - 0.1) expect(loudness).toBeGreaterThan(target - 0.1);
    else expect(loudness).toBeGreaterThan(target - 9);
  });

  it('differs from every other in its spectrum or in how it moves', () => {
    const prints = NAMES.map(name => {
      const signal = heard(name);
      const spectrum = bands(meanSpectrum(signal, 2048));
      const mean = spectrum.reduce((a, b) => a + b) / spectrum.length;
      const envelope = levels(signal, 0.05).map(level => Math.max(-80, decibels(level + 1e-9)));
      const middle = envelope.reduce((a, b) => a + b) / envelope.length;
      const spread = Math.sqrt(envelope.reduce((total, level) => total + (level - middle) ** 2, 0) / envelope.length);
      return { name, print: [...spectrum.map(band => band - mean), 4 * spread] };
    });
    const distances = prints.flatMap((a, i) =>
      prints.slice(i + 1).map(b => ({
        pair: `${a.name} ${b.name}`,
        decibels: Math.sqrt(a.print.reduce((total, x, k) => total + (x - b.print[k]!) ** 2, 0) / a.print.length),
      })),
    );
    // Two hearts are one heart at two paces.
    const alike = distances.filter(({ decibels, pair }) => decibels < 3 && pair !== 'heartbeat heartbeat_slow');
    expect(alike).toEqual([]);
  });
});

describe('an effect', () => {
  it.each(EFFECTS)('%s begins and ends in silence', name => {
    for (const channel of channelsOf(name)) {
      expect(Math.abs(channel[0]!)).toBeLessThan(1e-4);
      expect(Math.abs(channel.at(-1)!)).toBeLessThan(1e-4);
      const [last] = levels(channel.slice(-framesIn(0.01)), 0.01);
      expect(decibels(last! / peakOf([channel]))).toBeLessThan(-45);
    }
  });
});

describe('a bed', () => {
  it.each(BEDS)('%s leads from its end into its beginning as from any moment into the next', name => {
    expect(RECIPES[name].seconds).toBeGreaterThanOrEqual(8);
    for (const channel of channelsOf(name)) {
      const step = (i: number) => Math.abs(channel[(i + 1) % channel.length]! - channel[i]!);
      const bend = (i: number) =>
        Math.abs(channel[(i + 2) % channel.length]! - 2 * channel[(i + 1) % channel.length]! + channel[i]!);
      let widest = 0;
      let sharpest = 0;
      for (let i = 0; i < channel.length - 2; i++) {
        widest = Math.max(widest, step(i));
        sharpest = Math.max(sharpest, bend(i));
      }
      const end = channel.length - 1;
      expect(step(end)).toBeLessThanOrEqual(widest);
      expect(bend(end)).toBeLessThanOrEqual(sharpest);
      expect(bend(end - 1)).toBeLessThanOrEqual(sharpest);

      // A click at the join would show over all bands, as nowhere else.
      const size = 2048;
      const change = (at: number) => {
        const [before, across, after] = [at - size, at - size / 2, at].map(start =>
          bands(powerSpectrum(channel, (start + channel.length) % channel.length, size)),
        );
        return across!.reduce((total, x, k) => total + Math.max(0, x - Math.max(before![k]!, after![k]!)), 0);
      };
      const inside = Array.from({ length: 100 }, (_, n) =>
        change(size + Math.floor((n * (channel.length - 3 * size)) / 100)),
      );
      expect(change(0)).toBeLessThanOrEqual(Math.max(...inside));
    }
  });

  it.each(BEDS)('%s keeps its level through the default crossfade of 0.05 s too', name => {
    const overlap = framesIn(0.05);
    for (const channel of channelsOf(name)) {
      const joined = Float64Array.from({ length: overlap }, (_, i) => {
        const turn = (Math.PI / 2) * ((i + 0.5) / overlap);
        return channel[channel.length - overlap + i]! * Math.cos(turn) + channel[i]! * Math.sin(turn);
      });
      const [level] = levels(joined, 0.05);
      const inside = levels(channel, 0.05);
      expect(level).toBeLessThan(Math.max(...inside) * 1.05);
      expect(level).toBeGreaterThan(Math.min(...inside) * 0.7);
    }
  });
});

describe('what it is known by', () => {
  const spectrumOf = (name: RecipeName) => meanSpectrum(heard(name));
  const share = (name: RecipeName, low: number, high: number) => shareBetween(spectrumOf(name), low, high);

  it.each([
    ['heartbeat', 60 / 68],
    ['heartbeat_slow', 1],
  ] as const)('%s has two thumps a beat, the second softer', (name, pace) => {
    const thumps = onsets(heard(name), 0.25, 0.2);
    expect(thumps.length).toBeGreaterThanOrEqual(10);
    for (let n = 0; n + 2 < thumps.length; n += 2) {
      expect(thumps[n + 2]! - thumps[n]!).toBeCloseTo(pace, 1);
      expect(thumps[n + 1]! - thumps[n]!).toBeGreaterThan(0.25);
      expect(thumps[n + 1]! - thumps[n]!).toBeLessThan(0.35);
    }
    expect(share(name, 0, 300)).toBeGreaterThan(0.9);
  });

  it('a clock ticks once a second, to the frame and through the join, tick and tock in turn', () => {
    const [left] = channelsOf('clock_ticking');
    const threshold = 0.2 * peakOf([left!]);
    for (let second = 0; second < 12; second++) {
      const from = framesIn(second);
      const first = left!.subarray(from, from + RATE).findIndex(sample => Math.abs(sample) > threshold);
      expect(first / RATE).toBeGreaterThanOrEqual(0.5);
      expect(first / RATE).toBeLessThan(0.502);
    }
    const turn = (at: number) => strongest(powerSpectrum(left!, framesIn(at), 2048), 1000);
    expect(turn(0.5)).not.toBeCloseTo(turn(1.5), -1);
  });

  it('a church bell has a minor third and other partials that are no overtones, and dies away', () => {
    const spectrum = powerSpectrum(heard('church_bell'), framesIn(0.2), 32_768);
    for (const ratio of [0.5, 1, 1.183, 2, 2.514, 3.011]) {
      const hz = ratio * CHURCH_PRIME_HZ;
      expect(strongest(spectrum, hz * 0.97, hz * 1.03) / hz).toBeCloseTo(1, 2);
      expect(shareBetween(spectrum, hz * 0.99, hz * 1.01)).toBeGreaterThan(0.001);
    }
    const [first, , third] = levels(heard('church_bell').slice(framesIn(2.5)), 1.5);
    expect(third!).toBeLessThan(first! / 2);
  });

  it('crickets sing between 4 and 5 kHz, in chirps', () => {
    expect(share('crickets', 4000, 5100)).toBeGreaterThan(0.85);
    expect(onsets(channelsOf('crickets')[0]!, 0.4, 0.2).length).toBeGreaterThan(20);
  });

  it('rain is broad and even, heavy rain lower and denser', () => {
    const loud = bands(spectrumOf('rain')).slice(12, 22);
    expect(Math.max(...loud) - Math.min(...loud)).toBeLessThan(20);
    expect(share('heavy_rain', 0, 1500)).toBeGreaterThan(share('rain', 0, 1500));
    for (const name of ['rain', 'heavy_rain'] as const) {
      const even = levels(heard(name), 0.5).map(decibels);
      expect(Math.max(...even) - Math.min(...even)).toBeLessThan(4);
    }
  });

  it('thunder is low, and far thunder has nothing sharp about it', () => {
    expect(share('thunder_far', 0, 400)).toBeGreaterThan(0.98);
    expect(share('thunder_close', 2000, 20_000)).toBeGreaterThan(20 * share('thunder_far', 2000, 20_000));
    const close = levels(heard('thunder_close'), 0.1);
    expect(close.indexOf(Math.max(...close))).toBeLessThan(8);
  });

  it('the sea comes in waves, twice a turn', () => {
    const swell = levels(heard('sea'), 0.5);
    const half = swell.length / 2;
    for (const wave of [swell.slice(0, half), swell.slice(half)]) {
      expect(decibels(Math.max(...wave) / Math.min(...wave))).toBeGreaterThan(9);
    }
  });

  it('a knock is three knocks, steps are six', () => {
    expect(onsets(heard('door_knock'), 0.35, 0.15)).toHaveLength(3);
    expect(onsets(heard('steps_wood'), 0.3, 0.4)).toHaveLength(6);
    expect(onsets(heard('steps_gravel'), 0.3, 0.45)).toHaveLength(6);
  });

  it('a cuckoo falls by a third, an owl keeps under 500 Hz', () => {
    const call = (at: number) => strongest(powerSpectrum(heard('cuckoo'), framesIn(at), 8192), 300, 1000);
    expect(call(0.08) / call(0.45)).toBeCloseTo(1.2, 1);
    expect(share('owl_hoot', 300, 500)).toBeGreaterThan(0.85);
  });

  it('glass is high, a horn is low, fire crackles', () => {
    expect(share('glass_break', 2000, 20_000)).toBeGreaterThan(0.5);
    expect(share('glass_clink', 1500, 20_000)).toBeGreaterThan(0.95);
    expect(share('ship_horn', 0, 500)).toBeGreaterThan(0.8);
    const peaks = levels(heard('fire'), 0.005).sort((a, b) => a - b);
    expect(decibels(peaks.at(-5)! / peaks[Math.floor(peaks.length / 2)]!)).toBeGreaterThan(10);
  });

  it('a train beats on the joints of its rails every one and a half seconds', () => {
    const envelope = levels(heard('train_ride'), 0.02);
    const mean = envelope.reduce((a, b) => a + b) / envelope.length;
    const likeness = (lag: number) =>
      envelope.reduce((total, level, n) => total + (level - mean) * (envelope[(n + lag) % envelope.length]! - mean), 0);
    expect(likeness(75)).toBeGreaterThan(0.5 * likeness(0));
    expect(likeness(50)).toBeLessThan(0.5 * likeness(75));
  });
});

describe('the WAV writer', () => {
  it('writes channels in turn, 16 bits, little endian, cut off beyond full scale', () => {
    const bytes = encodeWav([Float64Array.of(0, 0.5, 2), Float64Array.of(-1, -0.25, -3)]);
    const view = new DataView(bytes.buffer);
    expect(bytes.length).toBe(44 + 12);
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('RIFF');
    expect(view.getUint32(4, true)).toBe(48);
    expect(view.getUint32(24, true)).toBe(RATE);
    expect(Array.from({ length: 6 }, (_, n) => view.getInt16(44 + 2 * n, true))).toEqual([
      0, -32_768, 16_384, -8192, 32_767, -32_768,
    ]);
  });
});
