import { describe, expect, it } from 'vitest';
import type { BookTimeline } from '#lib/renders/render.ts';
import { placeOfUnit, unitAt } from './book-player.ts';

const SCRIPT = '{{{voice:a}}}One here. Two here.\n\n# Three\n';

function unit(text: string, start: number, end: number): BookTimeline['units'][number] {
  const offset = SCRIPT.indexOf(text);
  return {
    text,
    voice: 'embedded:slt',
    name: 'a',
    start,
    end,
    spoken: true,
    line: 1,
    offset,
    offset_end: offset + text.length,
  };
}

const TIMELINE: BookTimeline = {
  length: 9,
  exact: true,
  chapters: [],
  units: [unit('One here.', 0.75, 2), unit('Two here.', 2.3, 4), unit('Three', 6, 7)],
  effects: [],
  beds: [],
};

describe('the text of what is heard', () => {
  it('is the unit that began last', () => {
    expect([0, 0.75, 2.2, 2.3, 9].map(time => unitAt(TIMELINE, time)?.text)).toEqual([
      undefined,
      'One here.',
      'One here.',
      'Two here.',
      'Three',
    ]);
  });

  it('is found again where the script was changed before it, and not where it is gone', () => {
    const moved = `Something new. ${SCRIPT}`;
    const place = placeOfUnit(moved, TIMELINE.units[1]!)!;
    expect(moved.slice(place.start, place.end)).toBe('Two here.');
    expect(placeOfUnit('Other words.', TIMELINE.units[1]!)).toBeUndefined();
  });

  it('may have tags and line breaks in it', () => {
    const script = 'One {{{sfx:door}}}\nhere.';
    const there = { text: 'One here.', offset: 0, offset_end: script.length };
    expect(placeOfUnit(script, there)).toEqual({ start: 0, end: script.length });
  });
});
