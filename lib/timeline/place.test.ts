import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bed, effect, pause, place, planOf, say, stop } from './plan.fixture.ts';

const starts = (clips: readonly { start: number }[]) => clips.map(({ start }) => start);
const spans = (clips: readonly { start: number; frames: number }[]) =>
  clips.map(({ start, frames }) => [start, start + frames]);

describe('speech in time', () => {
  it('starts at the head silence and moves the cursor to its end (3.1)', () => {
    const { speech, frames } = place(planOf(say('One.'), say('Two.')));
    expect(spans(speech)).toEqual([
      [750, 2750],
      [3050, 5050],
    ]);
    expect(frames).toBe(7050);
  });

  it.each([
    ['sentence', 300],
    ['paragraph', 700],
    ['chapter', 2000],
    ['inside', 0],
  ] as const)('waits the gap of a %s (3.2)', (boundary, gap) => {
    const { speech } = place(planOf(say('One.'), say('Two.', { boundary })));
    expect(starts(speech)).toEqual([750, 2750 + gap]);
  });

  it('takes the largest gap that applies, not the sum (3.2)', () => {
    const next = (boundary: 'sentence' | 'paragraph' | 'inside') =>
      starts(place(planOf(say('One.'), say('Two.', { boundary, voice: 'b' }))).speech)[1]! - 2750;
    expect(next('sentence')).toBe(500);
    expect(next('paragraph')).toBe(700);
    expect(next('inside')).toBe(500);
  });

  it('counts a change of voice only where another voice is heard (3.2)', () => {
    const { speech } = place(planOf(say('One.', { name: 'x' }), say('Two.', { name: 'y' })));
    expect(starts(speech)).toEqual([750, 3050]);
  });

  it('lets pauses take the place of the gap, and adds up those that meet (3.2)', () => {
    expect(starts(place(planOf(say('One.'), pause(2.5), say('Two.', { boundary: 'chapter' }))).speech)[1]).toBe(5250);
    expect(starts(place(planOf(say('One.'), pause(0.1), pause(0.2), say('Two.'))).speech)[1]).toBe(3050);
    expect(starts(place(planOf(say('One.'), pause(0), say('Two.'))).speech)[1]).toBe(2750);
    expect(starts(place(planOf(pause(1), say('One.'))).speech)[0]).toBe(1750);
  });

  it('gives the next gap its place again after a pause', () => {
    expect(starts(place(planOf(say('One.'), pause(1), say('Two.'), say('Three.'))).speech)).toEqual([750, 3750, 6050]);
  });

  it('leaves out what was spoken and is not heard, and keeps its gaps', () => {
    const { speech } = place(planOf(say('One.'), say('…'), say('Two.')), {
      spoken: unit => (unit === 1 ? { frames: 0 } : {}),
    });
    expect(speech.map(({ unit, start }) => [unit, start])).toEqual([
      [0, 750],
      [2, 3350],
    ]);
  });

  it('takes the frames that resampling gives', () => {
    const { speech } = place(planOf(say('One.'), say('Two.', { boundary: 'inside' })), {
      rate: 44_100,
      spoken: () => ({ frames: 16_001, sampleRate: 16_000 }),
    });
    expect(speech.map(({ frames }) => frames)).toEqual([44_103, 44_103]);
    expect(speech[1]!.start).toBe(speech[0]!.start + 44_103);
  });

  it('does not drift over 20 hours (3.6)', () => {
    const pauses = Array.from({ length: 1200 }, () => pause(59.9999));
    const { speech } = place(planOf(...pauses, say('End.')), { rate: 44_100 });
    expect(speech[0]!.start).toBe(Math.round((1200 * 59.9999 + 0.75) * 44_100));
  });
});

describe('effects in time', () => {
  it('start at the cursor plus their delay and do not move it (3.3)', () => {
    const { effects, speech } = place(planOf(say('One.'), effect('door'), effect('bell', { delay: 1.5 }), say('Two.')));
    expect(spans(effects)).toEqual([
      [2750, 6750],
      [4250, 8250],
    ]);
    expect(speech[1]!.start).toBe(3050);
  });

  it('move the cursor to their end with pause_speech, in the place of the gap (3.2, 3.3)', () => {
    const { speech } = place(planOf(say('A.'), effect('door', { pause_speech: true, delay: 0.5 }), say('B.')));
    expect(speech[1]!.start).toBe(2750 + 500 + 4000);
  });

  it('are played after the last text, and the book ends with them or the tail (3.3, 3.5)', () => {
    expect(place(planOf(say('Hi'), effect('door'))).frames).toBe(6750);
    expect(place(planOf(say('Hi'), effect('door', { duration: 1 }))).frames).toBe(4750);
  });

  it('act at the end of the word before them inside a sentence (1.5)', () => {
    const words = [
      { from: 0, to: 3, end: 0.4 },
      { from: 4, to: 9, end: 1.1 },
    ];
    const sentence = say('One third', {
      cues: [
        { at: 3, step: effect('door') },
        { at: 9, step: effect('bell', { delay: 1 }) },
      ],
    });
    const { effects } = place(planOf(sentence), { spoken: () => ({ words, lead: 0.1 }) });
    expect(starts(effects)).toEqual([750 + 300, 750 + 1000 + 1000]);
  });

  it('act where the text says it about is when the words are not marked this time', () => {
    const { effects } = place(planOf(say('abcdefghij', { cues: [{ at: 5, step: effect('door') }] })));
    expect(starts(effects)).toEqual([1750]);
  });

  it('are trimmed, then cut, and keep their fades (4.1, 4.2)', () => {
    const { effects } = place(
      planOf(effect('door', { start_at: 1, end_at: 3.5, duration: 2, fade_in: 0.2, fade_out: 0.3 })),
    );
    expect(effects[0]).toMatchObject({ offset: 1000, frames: 2000, fadeIn: 200, fadeOut: 300 });
  });

  it('have both fades made shorter where they are longer than the clip (4.2)', () => {
    const { effects } = place(planOf(effect('door', { duration: 1, fade_in: 3, fade_out: 1 })));
    expect(effects[0]).toMatchObject({ frames: 1000, fadeIn: 750, fadeOut: 250 });
  });
});

describe('beds in time', () => {
  it('go on across voices, pauses and chapters until the end of the last speech, and fade from there (3.4)', () => {
    const plan = planOf(
      bed('rain'),
      say('A.'),
      { chapter: 'Two' },
      say('B.', { voice: 'b', boundary: 'chapter' }),
      pause(3),
      say('C.'),
    );
    const { beds, frames } = place(plan);
    const end = 750 + 2000 + 2000 + 2000 + 3000 + 2000;
    expect(spans(beds)).toEqual([[750, end + 1000]]);
    expect(frames).toBe(end + 2000);
  });

  it('fade out with their own fade while the next one fades in (3.4)', () => {
    const { beds } = place(planOf(bed('rain', { fade_out: 0.5 }), say('A.'), bed('wind'), say('B.')));
    expect(spans(beds)).toEqual([
      [750, 3250],
      [2750, 6050],
    ]);
    expect(beds[0]).toMatchObject({ fadeIn: 1000, fadeOut: 500 });
  });

  it('begin anew with the same id (3.4)', () => {
    expect(place(planOf(bed('rain'), say('A.'), bed('rain'), say('B.'))).beds).toHaveLength(2);
  });

  it('stop where it is said, with the fade that is said (3.4)', () => {
    expect(spans(place(planOf(bed('rain'), say('A.'), stop(), say('B.'))).beds)).toEqual([[750, 3750]]);
    expect(spans(place(planOf(bed('rain'), say('A.'), stop(0.25), say('B.'))).beds)).toEqual([[750, 3000]]);
    expect(spans(place(planOf(bed('rain'), say('A.'), stop(0), say('B.'))).beds)).toEqual([[750, 2750]]);
  });

  it('end the book with the end of their fade where that is the latest (3.5)', () => {
    expect(place(planOf(bed('rain', { fade_out: 9 }), say('A.'))).frames).toBe(2750 + 9000);
  });

  it('play once without a loop, to the end of the recording at most', () => {
    const { beds } = place(planOf(bed('rain', { loop: false, end_at: 1.5, fade_out: 0.5 }), say('A.')));
    expect(beds[0]).toMatchObject({ start: 750, frames: 1500, fadeIn: 1000, fadeOut: 500, loop: undefined });
  });

  it('turn at their length less the crossfade, which is at most half of it (4.3)', () => {
    expect(place(planOf(bed('rain'), say('A.'))).beds[0]!.loop).toEqual({ pass: 10_000, crossfade: 50 });
    expect(place(planOf(bed('rain', { end_at: 1.001, crossfade: 9 }), say('A.'))).beds[0]!.loop).toEqual({
      pass: 1001,
      crossfade: 500,
    });
  });

  it('are ducked to the smaller of volume and duck level, or not at all (4.4)', () => {
    const duck = (settings: Parameters<typeof bed>[1]) => place(planOf(bed('rain', settings), say('A.'))).beds[0]!.duck;
    expect(duck({})).toBe(0.1);
    expect(duck({ volume: 0.05 })).toBe(0.05);
    expect(duck({ duck_speech: false })).toBeUndefined();
  });

  it('are not there when the next one takes their place at once', () => {
    expect(place(planOf(bed('rain', { fade_out: 0 }), bed('wind'), say('A.'))).beds.map(({ sound }) => sound)).toEqual([
      'wind',
    ]);
  });
});

describe('chapters in time', () => {
  it('start with what is said first in them, the first one with the book', () => {
    const plan = planOf(
      { chapter: 'One' },
      say('One', { isTitle: true }),
      { chapter: 'Two' },
      say('Two', { boundary: 'chapter' }),
    );
    const { chapters, frames } = place(plan);
    expect(chapters).toEqual([
      { title: 'One', start: 0, end: 4750 },
      { title: 'Two', start: 4750, end: frames },
    ]);
  });

  it('start with an effect that opens them, whether or not speech waits for it', () => {
    const starting = (settings: Parameters<typeof effect>[1]) =>
      place(planOf(say('A.'), { chapter: 'Two' }, effect('door', settings), say('B.', { boundary: 'chapter' })))
        .chapters[0]!;
    expect(starting({ pause_speech: true }).start).toBe(2750);
    expect(starting({}).start).toBe(2750);
    expect(starting({ delay: 1 }).start).toBe(3750);
    expect(starting({ delay: 9 }).start).toBe(4750);
    expect(starting({ duration: 0 }).start).toBe(4750);
  });

  it('come after what was said before the first', () => {
    const plan = planOf(say('Before.'), { chapter: 'One' }, say('One', { boundary: 'chapter' }));
    expect(place(plan).chapters[0]!.start).toBe(4750);
  });

  it('without any text begin where the book had come to', () => {
    const { chapters, frames } = place(planOf({ chapter: 'One' }, say('A.'), { chapter: 'Two' }));
    expect(chapters.map(({ start, end }) => [start, end])).toEqual([
      [0, 2750],
      [2750, frames],
    ]);
  });
});

const part = fc.oneof(
  fc
    .record({
      boundary: fc.constantFrom('inside', 'sentence', 'paragraph', 'chapter'),
      voice: fc.constantFrom('a', 'b'),
    })
    .map(more => say('One.', more as never)),
  fc.double({ min: 0, max: 60, noNaN: true }).map(pause),
  fc
    .record({
      delay: fc.double({ min: 0, max: 9, noNaN: true }),
      pause_speech: fc.boolean(),
      fade_in: fc.double({ min: 0, max: 9, noNaN: true }),
    })
    .map(settings => effect('door', settings)),
  fc
    .record({
      loop: fc.boolean(),
      fade_out: fc.double({ min: 0, max: 20, noNaN: true }),
      crossfade: fc.double({ min: 0, max: 9, noNaN: true }),
    })
    .map(settings => bed('rain', settings)),
  fc.constant(stop()),
  fc.constant({ chapter: 'Next' }),
);

it('keeps its promises whatever the plan is', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), fc.constantFrom(22_050, 24_000, 44_100, 48_000), (parts, rate) => {
      const { speech, effects, beds, chapters, frames } = place(planOf(...parts), { rate });
      for (const list of [speech, effects, beds]) {
        for (const [index, clip] of list.entries()) {
          expect(
            Number.isInteger(clip.start) && Number.isInteger(clip.frames) && clip.frames > 0 && clip.start >= 0,
          ).toBe(true);
          expect(clip.start + clip.frames).toBeLessThanOrEqual(frames);
          if (index > 0) expect(clip.start).toBeGreaterThanOrEqual(list[index - 1]!.start);
        }
      }
      for (const [index, { start }] of speech.entries()) {
        if (index > 0) expect(start).toBeGreaterThanOrEqual(speech[index - 1]!.start + speech[index - 1]!.frames);
      }
      for (const { fadeIn, fadeOut, frames: placed } of [...effects, ...beds])
        expect(fadeIn + fadeOut).toBeLessThanOrEqual(placed);
      for (const [index, { start, end }] of chapters.entries()) {
        expect(start).toBeLessThanOrEqual(end);
        expect(end).toBe(chapters[index + 1]?.start ?? frames);
      }
    }),
  );
});
