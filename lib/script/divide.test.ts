import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divide } from './divide.ts';
import { planned } from './knowledge.fixture.ts';

function divided(text: string, limit: number): string[] {
  return divide(text, { start: 0, end: text.length }, limit).map(({ start, end }) => text.slice(start, end));
}

describe('A text that is too long for one unit', () => {
  it.each([
    ['at its last clause', 'one two three, four five six seven', ['one two three,', 'four five six seven']],
    [
      'at its last word where a clause would leave little',
      'one, two three four five six',
      ['one, two three four', 'five six'],
    ],
    ['where it has no words', 'a'.repeat(45), ['a'.repeat(20), 'a'.repeat(20), 'aaaaa']],
    ['not inside a character', '😀'.repeat(10).padStart(21, 'a'), [`a${'😀'.repeat(9)}`, '😀']],
    ['and not at all where it fits', 'one two, three four.', ['one two, three four.']],
  ])('is divided %s', (_, text, parts) => {
    expect(divided(text, 20)).toEqual(parts);
  });

  it('loses parts that have nothing to say, and no word', () => {
    expect(divided(`one${'.'.repeat(50)}two`, 20)).toEqual([`one${'.'.repeat(17)}`, `${'.'.repeat(13)}two`]);
    const text = fc.string({ unit: fc.constantFrom('a', ' ', ', ', '—', '.', '😀', 'bc'), maxLength: 300 });
    fc.assert(
      fc.property(text, given => {
        const parts = divided(given, 20);
        expect(parts.every(part => part.length <= 20 && part === part.trim())).toBe(true);
        expect(parts.join('').replaceAll(/[^a-c😀]/gu, '')).toBe(given.replaceAll(/[^a-c😀]/gu, ''));
      }),
    );
  });

  it('is units without a gap, and each cue stays at its word (1.5, 3.2)', () => {
    const clause = `${'word '.repeat(199)}word,`;
    const { plan } = planned(`{{{voice:a}}}${clause} ${clause} here{{{sfx:door}}} ${clause} end.`);
    expect(plan.units.map(({ boundary }) => boundary)).toEqual(['start', 'inside', 'inside']);
    expect(plan.units.every(({ text }) => text.length <= 1500)).toBe(true);
    const cues = plan.units.flatMap(({ text, cues }) => cues.map(({ at }) => text.slice(at - 4, at)));
    expect(cues).toEqual(['here']);
  });
});

describe('What has nothing to say', () => {
  it.each([
    ['One. ?! Two.', ['One. ?!', 'Two.']],
    ['One. … Two.', ['One.', '… Two.']],
    ['— One.', ['— One.']],
    ['One.\n\n* * *\n\nTwo.', ['One.', 'Two.']],
    ['One {{{pause:1}}}.', ['One .']],
    ['One{{{pause:1}}}—{{{pause:1}}} two.', ['One—', 'two.']],
    ['One {{{pause:1}}}“{{{pause:1}}}two.”', ['One', '“two.”']],
    ['“{{{pause:1}}}”', []],
  ])('is joined to a neighbour or left out: %j', (script, units) => {
    expect(planned(script, { defaultVoice: 'a' }).plan.units.map(({ text }) => text)).toEqual(units);
  });
});
