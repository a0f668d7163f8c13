/** What the script language promises, measured on rendered samples. Rules are those of `docs/script-language.md`, by their numbers in the design. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import type { BookTimeline } from '#lib/renders/render.ts';
import { amplitude, madeBook, readWav16, rendered, renderedBytes, type Sound16 } from './support/books.ts';
import { uploaded } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';

const RATE = 44_100;
/** Hertz that hardly occur in speech. */
const BED = 15_000;
const OTHER_BED = 17_000;
const EFFECT = 13_000;
const CAST = { a: 'embedded:slt', b: 'embedded:rms' };

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  const sine = (hertz: number, seconds: number, level = 0.5) =>
    makeAudio({
      format: 'wav',
      seconds,
      sampleRate: RATE,
      channels: 1,
      signal: t => level * Math.sin(2 * Math.PI * hertz * t),
    });
  await uploaded(server, { bytes: await sine(EFFECT, 2), fields: { id: 'beep' } });
  await uploaded(server, { bytes: await sine(220, 1, 0.99), fields: { id: 'loud' } });
  // Whole turns, so that only the loop of the mixer can break it.
  await uploaded(server, { bytes: await sine(BED, 3), kind: 'background', fields: { id: 'hum' } });
  await uploaded(server, { bytes: await sine(OTHER_BED, 3), kind: 'background', fields: { id: 'other' } });
});
afterAll(() => server.stop());

interface Heard extends Sound16 {
  timeline: BookTimeline;
}

async function heard(script: string, more: object = {}): Promise<Heard> {
  const book = await madeBook(server, { script, cast: CAST, ...more });
  const render = await rendered(server, book.id);
  const timeline = (await (await fetch(`${server.url}/api/renders/${render.id}/timeline`)).json()) as BookTimeline;
  return { ...readWav16(await renderedBytes(server, render)), timeline };
}

/** dB between two amplitudes. */
const decibels = (a: number, b: number) => 20 * Math.log10(a / b);
const length = ({ channels, sampleRate }: Sound16) => channels[0]!.length / sampleRate;
/** The loudest sample between two moments. */
const peak = ({ channels, sampleRate }: Sound16, from: number, to: number) =>
  channels[0]!
    .subarray(Math.round(from * sampleRate), Math.round(to * sampleRate))
    .reduce((a, b) => Math.max(a, Math.abs(b)), 0);

describe('speech', () => {
  it('is heard where the timeline says, with the gaps of 3.2 and silence between', async () => {
    const sound = await heard(
      '{{{voice:a}}}One fish. Two fish.\n\nRed fish.{{{voice:b}}} Blue fish.\n\n# New\nThe end.',
    );
    const { units } = sound.timeline;
    const gaps = units.slice(1).map(({ start }, n) => start - units[n]!.end);
    for (const [n, gap] of [0.3, 0.7, 0.5, 2, 0.7].entries()) expect(gaps[n]).toBeCloseTo(gap, 3);
    expect(units[0]!.start).toBeCloseTo(0.75, 4);
    expect(length(sound)).toBeCloseTo(units.at(-1)!.end + 2, 4);
    for (const [n, { start, end }] of units.entries()) {
      expect(peak(sound, start, end)).toBeGreaterThan(0.05);
      // 20 ms of what is quieter than −60 dBFS are kept (3.1).
      expect(peak(sound, start, start + 0.015)).toBeLessThan(0.0015);
      if (n > 0) expect(peak(sound, units[n - 1]!.end, start)).toBe(0);
    }
  });

  it('waits for explicit pauses instead of gaps, and settings change gaps (3.2)', async () => {
    const { timeline } = await heard('{{{voice:a}}}One. {{{pause:2.5}}} Two. Three.', {
      settings: { gaps: { sentence: 1.25, head: 0 } },
    });
    const [one, two, three] = timeline.units;
    expect(one!.start).toBe(0);
    expect(two!.start - one!.end).toBeCloseTo(2.5, 4);
    expect(three!.start - two!.end).toBeCloseTo(1.25, 4);
  });

  it('is as loud as its tag says, and not as braces are spoken (1.4)', async () => {
    const sound = await heard(
      '{{{voice:a}}}Very well. {{{voice:a,volume:-6dB}}}Very well. This, \\{{{voice:a}}}, is a tag.',
    );
    const [loud, soft, told] = sound.timeline.units;
    expect(decibels(peak(sound, soft!.start, soft!.end), peak(sound, loud!.start, loud!.end))).toBeCloseTo(-6, 1);
    expect(told!.text).toContain('{{{voice:a}}}');
  });
});

describe('an effect', () => {
  it('is cut, faded, gained and panned in this order (4.1, 4.2, 4.5)', async () => {
    const sound = await heard(
      '{{{voice:a}}}Now.{{{sfx:beep,start_at:0.5,duration:1,fade_in:0.2,fade_out:0.4,volume:0.5,pan:-1,delay:0.5}}}',
    );
    const [{ start, end } = { start: 0, end: 0 }] = sound.timeline.effects;
    expect(start - sound.timeline.units[0]!.end).toBeCloseTo(0.5, 3);
    expect(end - start).toBeCloseTo(1, 4);
    // Half of 0.5, at √2 on the left and nothing on the right.
    expect(amplitude(sound, EFFECT, start + 0.3, start + 0.5)).toBeCloseTo(0.25 * Math.SQRT2, 2);
    expect(amplitude(sound, EFFECT, start + 0.3, start + 0.5, 1)).toBeLessThan(0.001);
    const middle = 0.25 * Math.SQRT2;
    expect(amplitude(sound, EFFECT, start + 0.095, start + 0.105) / middle).toBeCloseTo(0.5, 1);
    expect(amplitude(sound, EFFECT, end - 0.205, end - 0.195) / middle).toBeCloseTo(0.5, 1);
    expect(length(sound)).toBeCloseTo(Math.max(end, sound.timeline.units[0]!.end + 2), 4);
  });

  it('holds speech back until it is over with pause_speech, and ends the book where it is last (3.3, 3.5)', async () => {
    const sound = await heard('{{{voice:a}}}A.{{{sfx:beep,pause_speech:true}}}B.{{{sfx:beep}}}');
    const [first, second] = sound.timeline.effects;
    const [, b] = sound.timeline.units;
    expect(b!.start).toBeCloseTo(first!.end, 4);
    expect(second!.start).toBeCloseTo(b!.end, 4);
    expect(length(sound)).toBeCloseTo(Math.max(b!.end + 2, second!.end), 4);
    expect(amplitude(sound, EFFECT, second!.start + 0.1, second!.end - 0.1)).toBeCloseTo(0.4, 2);
  });

  it('acts at the end of the word before it, and the sentence stays whole (1.5)', async () => {
    const { timeline } = await heard('{{{voice:a}}}The door {{{sfx:beep}}} opened slowly in the night.');
    expect(timeline.units).toHaveLength(1);
    const [{ start, end } = { start: 0, end: 0 }] = timeline.units;
    const at = (timeline.effects[0]!.start - start) / (end - start);
    expect(at).toBeGreaterThan(0.1);
    expect(at).toBeLessThan(0.5);
  });
});

describe('a bed', () => {
  it('goes on across voices, pauses and chapters without a break, whatever its loop (3.4, 4.3)', async () => {
    const sound = await heard(
      '{{{voice:a}}}{{{bg:hum,duck_speech:no,volume:0.4,crossfade:0.5,fade_in:0,fade_out:0}}}One.{{{voice:b}}} Two.{{{pause:6}}}\n# New\nThree.',
    );
    const [{ start, end } = { start: 0, end: 0 }] = sound.timeline.beds;
    const levels: number[] = [];
    for (let at = start; at + 0.05 < end; at += 0.05) levels.push(amplitude(sound, BED, at, at + 0.05));
    // A crossfade of equal power between two passes of one sine is up to 3 dB louder or softer, and nothing is ever missing.
    for (const level of levels) expect(level).toBeGreaterThan(0.2 * Math.SQRT1_2 * 0.9);
    expect(amplitude(sound, BED, start + 0.2, start + 2)).toBeCloseTo(0.2, 2);
    // Within a pass it has the phase of its recording: correlation with itself one turn later is 1.
    const turn = 2.5;
    const one = sound.channels[0]!.subarray(Math.round((start + 4.6) * RATE), Math.round((start + 4.8) * RATE));
    const shift = Math.round(turn * RATE);
    const two = sound.channels[0]!.subarray(
      Math.round((start + 4.6) * RATE) + shift,
      Math.round((start + 4.6) * RATE) + shift + one.length,
    );
    let [product, a, b] = [0, 0, 0];
    for (const [n, sample] of one.entries()) {
      product += sample * two[n]!;
      a += sample * sample;
      b += two[n]! * two[n]!;
    }
    expect(product / Math.sqrt(a * b)).toBeGreaterThan(0.99);
  });

  it('is ducked while speech is heard, to the level and at the pace that is promised (4.4)', async () => {
    const sound = await heard(
      '{{{voice:a}}}{{{bg:hum,volume:0.8,duck_level:0.1,fade_in:0}}}{{{pause:2}}}Somebody speaks here for a good while, without a stop.{{{pause:3}}}And then once more.',
    );
    const [one, two] = sound.timeline.units;
    const level = (at: number, width = 0.01) => amplitude(sound, BED, at - width / 2, at + width / 2) / 0.5;
    expect(level(one!.start - 0.5)).toBeCloseTo(0.8, 2);
    // 150 ms down: half-way after 75.
    expect(level(one!.start - 0.075)).toBeCloseTo(0.45, 1);
    expect(level((one!.start + one!.end) / 2, 0.2)).toBeCloseTo(0.1, 2);
    // 500 ms up: half-way after 250.
    expect(level(one!.end + 0.25)).toBeCloseTo(0.45, 1);
    expect(level(one!.end + 0.75)).toBeCloseTo(0.8, 2);
    expect(level(two!.start - 0.3)).toBeCloseTo(0.8, 2);
  });

  it('stays ducked through silences shorter than 0.8 s (4.4)', async () => {
    const sound = await heard('{{{voice:a}}}{{{bg:hum,volume:0.8,fade_in:0}}}One word.{{{pause:0.75}}}Two words.');
    const [one, two] = sound.timeline.units;
    expect(amplitude(sound, BED, one!.end + 0.05, two!.start - 0.05) / 0.5).toBeCloseTo(0.1, 2);
  });

  it('fades into the next one, stops with a fade, and fades at the end (3.4)', async () => {
    const beds = 'volume:0.4,duck_speech:no,fade_in:0.5,fade_out:1';
    const sound = await heard(
      `{{{voice:a}}}{{{bg:hum,${beds}}}}{{{pause:2}}}One.{{{bg:other,${beds}}}}{{{pause:3}}}Two.{{{bg:stop,fade_out:0.5}}}{{{pause:2}}}Three.`,
    );
    const [hum, other] = sound.timeline.beds;
    const [one, two] = sound.timeline.units;
    expect([hum!.end, other!.start]).toEqual([expect.closeTo(one!.end + 1, 3), expect.closeTo(one!.end, 3)]);
    const at = other!.start;
    expect(amplitude(sound, BED, at + 0.49, at + 0.51)).toBeCloseTo(0.1, 2);
    expect(amplitude(sound, OTHER_BED, at + 0.24, at + 0.26)).toBeCloseTo(0.1, 2);
    expect(amplitude(sound, OTHER_BED, at + 1, at + 2)).toBeCloseTo(0.2, 2);
    expect(other!.end).toBeCloseTo(two!.end + 0.5, 3);
    expect(peak(sound, two!.end + 0.51, two!.end + 1.9)).toBe(0);
  });

  it('may be silent, and is the same as none (4.4)', async () => {
    const silent = await heard('{{{voice:a}}}{{{bg:hum,loop:false,volume:0}}}Hi there.');
    const none = await heard('{{{voice:a}}}Hi there.');
    expect(silent.channels[0]!.subarray(0, none.channels[0]!.length)).toEqual(none.channels[0]);
  });
});

describe('the limiter', () => {
  it('holds −1 dBFS or what the book says, and touches nothing that is below (5.2)', async () => {
    const script = '{{{voice:a}}}Hi.{{{sfx:loud,volume:4}}}{{{pause:3}}}Bye.';
    const ceiling = 10 ** (-1 / 20);
    const sound = await heard(script);
    expect(peak(sound, 0, length(sound))).toBeLessThanOrEqual(ceiling + 1 / 32_768);
    expect(peak(sound, 0, length(sound))).toBeGreaterThan(ceiling * 0.98);
    const calm = await heard(script.replace('{{{sfx:loud,volume:4}}}', ''));
    const [, bye] = sound.timeline.units;
    const [, same] = calm.timeline.units;
    const part = ({ channels }: Sound16, from: number) =>
      channels[0]!.subarray(Math.round(from * RATE), Math.round(from * RATE) + RATE / 2);
    expect(part(sound, bye!.start)).toEqual(part(calm, same!.start));
    const lower = await heard(script, { settings: { limiter_dbfs: -6 } });
    expect(peak(lower, 0, length(lower))).toBeLessThanOrEqual(10 ** (-6 / 20) + 1 / 32_768);
  });
});
