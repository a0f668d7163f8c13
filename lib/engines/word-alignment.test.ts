import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignWords } from './word-alignment.ts';

const row = (text: string) => text.split(' ');
const words = (text: string) => text.split(' | ').map(row);
/** The sounds of each word, as they were found. */
const found = (alone: string, spoken: string) =>
  alignWords(words(alone), row(spoken))
    ?.map(({ from, to }) => row(spoken).slice(from, to).join(' '))
    .join(' | ');

describe('words among sounds', () => {
  it('are found where each sounds as it does by itself', () => {
    expect(found('hh ax l ow | w er l d', 'hh ax l ow w er l d')).toBe('hh ax l ow | w er l d');
  });

  it('are found where a vowel changes', () => {
    expect(found('dh ax | ow l d | m ae n', 'dh iy ow l d m ae n')).toBe('dh iy | ow l d | m ae n');
  });

  it('are found where one among others is read in another way', () => {
    // "Henry VIII had": by itself the numeral is read as letters.
    expect(found('hh eh n r iy | v iy ay ay ay | hh ae d', 'hh eh n r iy dh iy ey t th hh ae d')).toBe(
      'hh eh n r iy | dh iy ey t th | hh ae d',
    );
  });

  it.each([
    [
      'two neighbours are read in another way',
      'k ae t | v iy ay | eh k s | hh ae d',
      'k ae t dh ax s ih k s th t eh n hh ae d',
    ],
    ['a word is not spoken', 'k ae t | ae n d | d ao g', 'k ae t d ao g'],
    ['more is spoken than there are words', 'k ae t | d ao g', 'k ae t b er d d ao g'],
    ['nothing fits', 'k ae t | d ao g', 'ay ay ay'],
    ['nothing is spoken', 'k ae t', ''],
    ['the rows are of very different length', 'k ae t', 'k ae t '.repeat(100).trim()],
  ])('are not told where %s', (_, alone, spoken) => {
    expect(alignWords(words(alone), spoken === '' ? [] : row(spoken))).toBeUndefined();
  });

  const sound = fc.constantFrom(...row('aa ae ih iy uw b d k l m n s t z'));
  const word = fc.array(sound, { minLength: 1, maxLength: 8 });

  it('cover the row without gaps, in order, whenever they are told', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.array(sound), (alone, spoken) => {
        const spans = alignWords(alone, spoken);
        if (spans === undefined) return;
        expect(spans).toHaveLength(alone.length);
        expect(spans[0]!.from).toBe(0);
        expect(spans.at(-1)!.to).toBe(spoken.length);
        spans.forEach(({ from, to }, n) => {
          expect(to).toBeGreaterThan(from);
          if (n > 0) expect(from).toBe(spans[n - 1]!.to);
        });
      }),
    );
  });

  it('are found in their own sounds, however many', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 300 }), alone => {
        const lengths = alignWords(alone, alone.flat())?.map(({ from, to }) => to - from);
        expect(lengths).toEqual(alone.map(sounds => sounds.length));
      }),
    );
  });
});
