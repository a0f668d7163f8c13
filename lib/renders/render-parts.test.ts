import { describe, expect, it } from 'vitest';
import { bed, place, planOf, say, stop } from '#lib/timeline/plan.fixture.ts';
import { outputName } from './output-name.ts';
import { partsOf, unitsNeeded } from './render-parts.service.ts';

// Frames are milliseconds; each unit takes 2 s: 0.75–2.75, 4.75–6.75, 8.75–10.75, tail to 12.75.
const plan = planOf(
  { chapter: 'One' },
  say('A.'),
  { chapter: 'Two' },
  say('B.', { boundary: 'chapter' }),
  { chapter: 'Three' },
  say('C.', { boundary: 'chapter' }),
);
const timeline = place(plan);

describe('the parts of a render', () => {
  it('4.2: need what decides how the fades of a bed fit into it', () => {
    const fades = (fade_in: number) =>
      planOf(bed('rain', { fade_in, fade_out: 1 }), say('A.'), say('B.'), say('C.'), say('D.'), stop());
    const needed = (fade_in: number) => {
      const faded = fades(fade_in);
      return unitsNeeded({ range: { start: 0, end: 1 } }, faded, place(faded));
    };
    // Units of 2 s from 0.75, 3.05, 5.35, 7.65 on; the bed plays to 9.65 and a second more.
    expect(needed(0.1)).toBe(2);
    expect(needed(4)).toBe(4);
    expect(needed(30)).toBe(4);
  });

  it('are the whole book where nothing is said', () => {
    expect(partsOf({}, timeline)).toEqual([{ from: 0, to: timeline.frames, chapter: null }]);
  });

  it('are chapters in the order in which they were asked for', () => {
    expect(partsOf({ chapters: [3, 1] }, timeline)).toEqual([
      { from: 8750, to: 12_750, chapter: 3 },
      { from: 0, to: 4750, chapter: 1 },
    ]);
    expect(() => partsOf({ chapters: [4] }, timeline)).toThrow('There is no chapter 4; the book has 3.');
  });

  it('are a range to the frame, which ends with the book', () => {
    expect(partsOf({ range: { start: 1.2504, end: 100 } }, timeline)).toEqual([
      { from: 1250, to: 12_750, chapter: null },
    ]);
    expect(() => partsOf({ range: { start: 12.75, end: 13 } }, timeline)).toThrow('the book ends at 12.75 s');
  });

  it('need the units that are heard in them, and what may duck a bed at their end', () => {
    expect(unitsNeeded({}, plan, timeline)).toBe(3);
    expect(unitsNeeded({ range: { start: 0, end: 1 } }, plan, timeline)).toBe(2);
    expect(unitsNeeded({ range: { start: 0, end: 3.8 } }, plan, timeline)).toBe(3);
    expect(unitsNeeded({ range: { start: 0, end: 99 } }, plan, timeline)).toBe(3);
    // The unit that begins the next chapter says where this one ends.
    expect(unitsNeeded({ chapters: [1] }, plan, timeline)).toBe(3);
    expect(unitsNeeded({ chapters: [3] }, plan, timeline)).toBe(3);
    expect(() => unitsNeeded({ chapters: [9] }, plan, timeline)).toThrow('There is no chapter 9');
  });
});

describe('the name of a file', () => {
  const whole = { from: 0, to: timeline.frames, chapter: null };

  it('is that of the book, with the chapter where it is one', () => {
    expect(outputName('The Night', timeline, whole, 'wav')).toBe('The Night.wav');
    expect(outputName('The Night', timeline, { from: 0, to: 9, chapter: 2 }, 'flac')).toBe('The Night - 02 Two.flac');
    expect(outputName('The Night', timeline, { from: 5, to: 9, chapter: null }, 'wav')).toBe('The Night - part.wav');
  });

  it('holds nothing that a file system refuses', () => {
    expect(outputName('../a\\b:c*"<>|?\u0000', timeline, whole, 'wav')).toBe('.. a b c.wav');
    expect(outputName('...', timeline, whole, 'wav')).toBe('Untitled.wav');
    expect(outputName('é'.repeat(300), timeline, whole, 'wav')).toHaveLength(124);
  });
});
