import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { joinLoop } from '#lib/audio/clip-envelope.ts';
import type { Timeline } from '#lib/timeline/timeline.ts';
import { excerpt, sourcesOf } from './excerpt.ts';
import { book, hear, largestDifference, noise, ONES, ramp, RATE, sameBits } from './mix.fixture.ts';
import { createMixer } from './mixer.ts';
import { memoryPcmSource } from './pcm-source.ts';

const seconds = (length: number) => Math.round(length * RATE);
const power = (samples: Float32Array) => samples.reduce((sum, x) => sum + x * x, 0) / samples.length;

/** Two voices, effects, two beds, loud enough for the limiter to have work in places. */
const SOURCES = {
  speech: noise(30_000, 1, 0.8),
  door: [noise(9000, 2), noise(9000, 3)],
  rain: [noise(7001, 4), noise(7001, 5)],
  wind: noise(20_000, 6),
};
const EVERYTHING: Timeline = book({
  speech: [
    { start: 3000, frames: 30_000 },
    { start: 40_000, frames: 9000, gain: 0.7 },
    { start: 75_000, frames: 12_000, gain: 1.4 },
  ],
  effects: [
    { source: 'door', start: 20_000, frames: 8000, offset: 500, fadeIn: 100, fadeOut: 3000, pan: -0.5, gain: 0.8 },
    { source: 'door', start: 24_000, frames: 9000, pan: 1 },
  ],
  beds: [
    {
      source: 'rain',
      frames: 60_000,
      fadeIn: 5000,
      fadeOut: 7000,
      gain: 0.3,
      duck: 0.1,
      loop: { pass: 6800, crossfade: 1000 },
      offset: 150,
    },
    { source: 'wind', start: 53_000, frames: 45_000, fadeIn: 7000, fadeOut: 2000, gain: 1, duck: 0.4, pan: 0.3 },
  ],
});

describe('the mix, wherever one begins to listen', () => {
  const whole = { stereo: hear(EVERYTHING, SOURCES), mono: hear(EVERYTHING, SOURCES, { channels: 1 }) };

  it('5.3: has work for the limiter in this book, so that it takes part in what follows', () => {
    expect(whole.stereo.leastGain).toBeLessThan(0.9);
    expect(whole.mono.leastGain).toBeLessThan(0.95);
  });

  it('5.3: has the same bits for any range, in blocks of any size', () => {
    const range = fc
      .tuple(fc.nat(EVERYTHING.frames), fc.nat(EVERYTHING.frames))
      .map(([a, b]) => [a, b].sort((x, y) => x - y));
    fc.assert(
      fc.property(
        range,
        fc.integer({ min: 1, max: 9000 }),
        fc.constantFrom<1 | 2>(1, 2),
        ([from, to], size, channels) => {
          const blockFrames = Math.max(size, Math.ceil((to! - from!) / 2000));
          const part = hear(EVERYTHING, SOURCES, { from: from!, to: to!, blockFrames, channels });
          const { channels: all } = channels === 1 ? whole.mono : whole.stereo;
          expect(
            sameBits(
              part.channels,
              all.map(channel => channel.slice(from, to)),
            ),
          ).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('5.3: has the same bits frame by frame', () => {
    const part = hear(EVERYTHING, SOURCES, { from: 19_990, to: 20_200, blockFrames: 1 });
    expect(
      sameBits(
        part.channels,
        whole.stereo.channels.map(channel => channel.slice(19_990, 20_200)),
      ),
    ).toBe(true);
  });

  it('5.3: has the same bits when one mixer gives parts in any order, again and again', () => {
    const mixer = createMixer({
      timeline: EVERYTHING,
      sources: name => memoryPcmSource([SOURCES[name as keyof typeof SOURCES]].flat()),
      channels: 2,
      limiter: 0,
    });
    for (const from of [60_000, 20_000, 0, 20_000, 80_000]) {
      let at = from;
      for (const block of mixer.render(from, from + 10_000, 777)) {
        const wanted = whole.stereo.channels.map(channel => channel.slice(at, at + block[0]!.length));
        expect(sameBits(block as Float32Array[], wanted)).toBe(true);
        at += block[0]!.length;
      }
    }
  });

  it('5.3: has the same bits from an excerpt as from the whole timeline', () => {
    fc.assert(
      fc.property(fc.nat(EVERYTHING.frames), fc.nat(9000), (from, length) => {
        const to = Math.min(EVERYTHING.frames, from + length);
        const part = hear(excerpt(EVERYTHING, from, to), SOURCES, { from, to });
        expect(
          sameBits(
            part.channels,
            whole.stereo.channels.map(channel => channel.slice(from, to)),
          ),
        ).toBe(true);
      }),
      { numRuns: 40 },
    );
    expect(sourcesOf(excerpt(EVERYTHING, 90_000, 95_000))).toEqual(new Set(['speech', 'wind']));
  });

  it('5.3: is the same on every machine', () => {
    const hash = createHash('sha256');
    for (const channel of [...whole.stereo.channels, ...whole.mono.channels]) hash.update(Buffer.from(channel.buffer));
    expect(hash.digest('hex')).toBe('67b77e055770d8789f9fc821700dc8be6e612cd226e69735cf9e25b8a33f5e9b');
  });

  it('refuses what lies outside of the book, and a limit above full scale', () => {
    const options = { timeline: EVERYTHING, sources: () => ONES, channels: 2 as const };
    const mixer = createMixer({ ...options, limiter: -1 });
    expect(() => mixer.render(-1, 5).next()).toThrow(RangeError);
    expect(() => mixer.render(0, EVERYTHING.frames + 1).next()).toThrow(RangeError);
    expect(() => mixer.render(5, 4).next()).toThrow(RangeError);
    expect([...mixer.render(7, 7)]).toEqual([]);
    expect(() => createMixer({ ...options, limiter: 1 })).toThrow(RangeError);
  });

  it('5.4: touches only the clips that sound', () => {
    const starts = Array.from({ length: 20_000 }, (_, i) => i * 3000);
    const timeline = book({ speech: starts.map((start, i) => ({ start, frames: 2500, source: `unit-${i}` })) });
    const sources = vi.fn((_name: string) => ONES);
    const mixer = createMixer({ timeline, sources, channels: 1, limiter: -1 });
    const from = 30_000_000;
    for (const block of mixer.render(from, from + 100_000)) expect(block[0]!.length).toBeGreaterThan(0);
    const asked = new Set(sources.mock.calls.map(([name]) => name));
    expect(asked.size).toBeLessThan(100_000 / 3000 + 10);
    expect(asked.has('unit-10001')).toBe(true);
  });
});

describe('what is mixed', () => {
  it('5.1: is the sum of all that sounds', () => {
    const timeline = book({
      speech: [{ start: 10, frames: 50, source: 'a' }],
      effects: [{ start: 30, frames: 50, source: 'b', offset: 7 }],
      frames: 100,
    });
    const [left, right] = hear(timeline, { a: ramp(50), b: ramp(80) }).channels;
    const wanted = Float32Array.from(
      { length: 100 },
      (_, i) => ((i >= 10 && i < 60 ? i - 10 + 1 : 0) + (i >= 30 && i < 80 ? i - 30 + 7 + 1 : 0)) / 2 ** 20,
    );
    expect(left).toEqual(wanted);
    expect(right).toEqual(wanted);
  });

  it('5.1: is in mono the mean of the channels that it has in stereo', () => {
    const stereo = hear(EVERYTHING, SOURCES, { to: 19_000 });
    const mono = hear(EVERYTHING, SOURCES, { to: 19_000, channels: 1 });
    expect([stereo.leastGain, mono.leastGain]).toEqual([1, 1]);
    const [left, right] = stereo.channels;
    const mean = left!.map((sample, i) => (sample + right![i]!) / 2);
    expect(largestDifference(mono.channels[0]!, mean)).toBeLessThan(1e-6);
  });

  it('is silent where a clip is longer than its source', () => {
    const [left] = hear(book({ effects: [{ source: 'a', frames: 20, offset: 5 }] }), { a: ramp(10) }).channels;
    expect([...left!].map(sample => sample * 2 ** 20)).toEqual([6, 7, 8, 9, 10, ...new Array<number>(15).fill(0)]);
  });

  it('plays the samples of a mono voice as they are', () => {
    const samples = noise(5000);
    const { channels } = hear(book({ speech: [{ frames: 5000, source: 'a' }] }), { a: samples });
    expect(sameBits(channels, [samples, samples])).toBe(true);
  });
});

describe('fades', () => {
  it('4.2: are straight lines over the whole placed clip', () => {
    const [left] = hear(book({ effects: [{ frames: 1000, fadeIn: 200, fadeOut: 400, gain: 0.5 }] }), {}).channels;
    for (const i of [0, 1, 50, 199]) expect(left![i]).toBeCloseTo(0.5 * (i / 200), 7);
    for (const i of [200, 400, 600]) expect(left![i]).toBe(0.5);
    for (const i of [601, 800, 999]) expect(left![i]).toBeCloseTo(0.5 * ((1000 - i) / 400), 7);
  });

  it('4.2: of a loop are there once, not at each turn', () => {
    const bed = { source: 'a', frames: 1000, fadeIn: 100, fadeOut: 100, loop: { pass: 50, crossfade: 0 } };
    const [left] = hear(book({ beds: [bed] }), { a: new Float32Array(50).fill(1) }).channels;
    expect([...left!.subarray(100, 900)].every(sample => sample === 1)).toBe(true);
    expect(left![50]).toBeCloseTo(0.5, 7);
    expect(left![950]).toBeCloseTo(0.5, 7);
  });
});

describe('a loop', () => {
  const pass = noise(3000, 8);
  const looped = (crossfade: number, frames = 20_000, length = pass.length) =>
    hear(book({ beds: [{ source: 'a', frames, loop: { pass: length, crossfade } }] }), { a: pass }).channels[0]!;

  it('4.3: is the pass, joined to itself at equal power, and again from where the crossfade ends', () => {
    const crossfade = 700;
    const joined = joinLoop(pass, crossfade);
    const heard = looped(crossfade);
    const wanted = heard.map((_, i) => {
      return joined[i < pass.length ? i : crossfade + ((i - pass.length) % (pass.length - crossfade))]!;
    });
    expect(largestDifference(heard, wanted)).toBeLessThan(1e-6);
  });

  it.each([0, 1, 200, 1500])('4.3: turns every pass less the crossfade, which is %i frames', crossfade => {
    const heard = looped(crossfade);
    const turn = pass.length - crossfade;
    expect(sameBits([heard.slice(2 * turn)], [heard.slice(turn, -turn)])).toBe(true);
  });

  it('4.3: joins end to start where there is no crossfade', () => {
    const heard = looped(0);
    expect(sameBits([heard], [heard.map((_, i) => pass[i % pass.length]!)])).toBe(true);
  });

  it('4.3: has no click at the seam of a tone that does not fit', () => {
    const tone = Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i / 30.3));
    const bed = { source: 'a', frames: 15_000, loop: { pass: 3000, crossfade: 600 } };
    const heard = hear(book({ beds: [bed] }), { a: tone }, { limiter: 0 }).channels[0]!;
    const steps = heard.subarray(1).map((sample, i) => Math.abs(sample - heard[i]!));
    // Of the tone itself 1/30.3; where two overlap at equal power √2 of that at most, and what the crossfade adds.
    expect(Math.max(...steps)).toBeLessThan((Math.SQRT2 * 1.05) / 30.3 + 0.005);
  });

  it('4.3: keeps the power of noise through the seam', () => {
    const heard = looped(1500, 60_000);
    const inSeams = Float32Array.from(heard.filter((_, i) => i > 3000 && i % 1500 < 1500));
    expect(power(inSeams)).toBeCloseTo(power(pass), 2);
  });

  it('goes round with a pass of one frame', () => {
    expect([...looped(0, 10, 1)]).toEqual(new Array<number>(10).fill(pass[0]!));
  });

  it('5.4: reads what it needs and never a whole pass', () => {
    const read = vi.fn((_position: number, into: readonly Float32Array[]) => void into[0]!.length);
    const hours = 20 * 3600 * RATE;
    const bed = { source: 'a', frames: hours, loop: { pass: hours / 4, crossfade: hours / 8 } };
    const from = hours / 2 + 12_345;
    hear(book({ beds: [bed] }), { a: { channels: 1, frames: hours / 4, read } }, { from, to: from + 10_000 });
    expect(read).toHaveBeenCalled();
    expect(Math.max(...read.mock.calls.map(([, into]) => into[0]!.length))).toBeLessThanOrEqual(4096);
  });
});

describe('a bed', () => {
  it('3.4: goes on to the sample while voices, pauses and effects come and go', () => {
    const rain = noise(seconds(1), 9, 0.2);
    const bed = { source: 'rain', frames: seconds(9.5), gain: 0.5, loop: { pass: rain.length, crossfade: 100 } };
    const speech = [1, 2.5, 6].map(start => ({ start: seconds(start), frames: seconds(1), source: 'voice' }));
    const sources = { rain, voice: noise(seconds(1), 10, 0.2), door: noise(seconds(1), 11, 0.2) };
    const effects = [{ start: seconds(4), frames: seconds(1), source: 'door' }];
    const [alone] = hear(book({ beds: [bed] }), sources).channels;
    const [together] = hear(book({ beds: [bed], speech, effects }), sources).channels;
    const [others] = hear(book({ speech, effects, frames: seconds(9.5) }), sources).channels;
    const rest = together!.map((sample, i) => sample - others![i]!);
    expect(largestDifference(rest, alone!)).toBeLessThan(1e-6);
  });
});

describe('ducking', () => {
  const gains = (speech: { start: number; frames: number; gain?: number }[], bed: object = {}) => {
    const beds = [{ frames: seconds(20), gain: 0.3, duck: 0.1, ...bed }];
    const units = speech.map(unit => ({ ...unit, source: 'silence' }));
    return hear(book({ speech: units, beds }), { silence: new Float32Array(1) }).channels[0]!;
  };
  const at = (samples: Float32Array, time: number) => samples[seconds(time)]!;

  it('4.4: is down while speech is audible, from 150 ms before, back 500 ms after, on straight lines', () => {
    const heard = gains([{ start: seconds(5), frames: seconds(2) }]);
    for (const time of [0, 4.849, 7.501, 15]) expect(at(heard, time)).toBe(Math.fround(0.3));
    for (const time of [5, 6, 6.999]) expect(at(heard, time)).toBe(Math.fround(0.1));
    for (let ms = 0; ms <= 150; ms++) expect(at(heard, 4.85 + ms / 1000)).toBeCloseTo(0.3 - (0.2 * ms) / 150, 4);
    for (let ms = 0; ms <= 500; ms++) expect(at(heard, 7 + ms / 1000)).toBeCloseTo(0.1 + (0.2 * ms) / 500, 4);
  });

  it('4.4: stays down through silences shorter than 0.8 s, and only those', () => {
    const pause = (length: number) => {
      const heard = gains([
        { start: seconds(5), frames: seconds(1) },
        { start: seconds(6) + length, frames: seconds(1) },
      ]);
      return Math.max(...heard.subarray(seconds(5), seconds(6.6)));
    };
    expect(pause(0)).toBe(Math.fround(0.1));
    expect(pause(seconds(0.8) - 1)).toBe(Math.fround(0.1));
    expect(pause(seconds(0.8))).toBe(Math.fround(0.3));
  });

  it('4.4: begins down where the book begins with speech', () => {
    const heard = gains([{ start: 100, frames: seconds(1) }]);
    expect(heard[100]).toBe(Math.fround(0.1));
    expect(heard[0]).toBeCloseTo(0.1 + (0.2 * 100) / seconds(0.15), 4);
  });

  it('4.4: leaves a bed alone that is not ducked, or is no louder than its level', () => {
    const speech = [{ start: seconds(5), frames: seconds(2) }];
    for (const bed of [{ duck: undefined }, { gain: 0.1 }]) {
      expect(new Set(gains(speech, bed)).size).toBe(1);
    }
  });

  it('4.4: does not follow speech that is silent by its volume', () => {
    expect(new Set(gains([{ start: seconds(5), frames: seconds(2), gain: 0 }])).size).toBe(1);
  });

  it('4.1: is on top of fades', () => {
    const heard = gains([{ start: 0, frames: seconds(20) }], { fadeIn: seconds(2) });
    expect(at(heard, 1)).toBeCloseTo(0.05, 4);
  });
});

describe('pan', () => {
  const panned = (pan: number, source: object | undefined = undefined) =>
    hear(book({ effects: [{ pan, gain: 0.25, frames: 10, source: source ? 'a' : 'ones' }] }), {
      a: [new Float32Array(10).fill(1), new Float32Array(10).fill(-0.5)],
    }).channels.map(channel => channel[5]!);

  it('4.5: leaves the centre at unity gain in both channels', () => {
    expect(panned(0)).toEqual([0.25, 0.25]);
    expect(panned(0, {})).toEqual([0.25, -0.125]);
  });

  it('4.5: has the same power everywhere, and all of it on one side at the ends', () => {
    for (const pan of [-1, -0.7, -0.2, 0.1, 0.5, 1]) {
      const [left, right] = panned(pan) as [number, number];
      expect(left ** 2 + right ** 2).toBeCloseTo(2 * 0.25 ** 2, 7);
      expect(Math.sign(right - left)).toBe(Math.sign(pan));
    }
    expect(panned(-1)).toEqual([Math.fround(0.25 * Math.SQRT2), 0]);
    expect(panned(1)).toEqual([0, Math.fround(0.25 * Math.SQRT2)]);
  });

  it('4.5: weighs the channels of a stereo source', () => {
    const [left, right] = panned(0.4) as [number, number];
    const [whole, half] = panned(0.4, {}) as [number, number];
    expect(whole).toBe(left);
    expect(half).toBeCloseTo(-0.5 * right, 7);
  });

  it('2.2: plays nothing where the volume is 0, which is legal', () => {
    expect(hear(book({ beds: [{ gain: 0, duck: 0 }], frames: 100 }), {}).channels[0]).toEqual(new Float32Array(100));
  });
});
