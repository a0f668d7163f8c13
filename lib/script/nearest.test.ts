import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

describe('The nearest known name', () => {
  it.each([
    ['b', ['a'], 'a'],
    ['narator', ['old_man', 'narrator'], 'narrator'],
    ['Narrator', ['narrators', 'narrator'], 'narrator'],
    ['old man', ['old_man'], 'old_man'],
    ['raom', ['rain', 'roam'], 'roam'],
    ['groan', ['groan_01', 'moon_rise'], 'groan_01'],
    ['door', ['door_knock_02', 'door_open'], 'door_open'],
  ])('to %s among %j is %s', (written, known, wanted) => {
    expect(nearest(written, known)).toBe(wanted);
  });

  it.each([
    ['thunder', ['rain', 'wind']],
    ['', ['a']],
    ['a'.repeat(1000), ['a']],
    ['rain', []],
  ])('to %j among %j is none', (written, known) => {
    expect(nearest(written, known)).toBeUndefined();
  });

  it('is the name itself where it is known', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,63}$/);
    fc.assert(
      fc.property(name, fc.array(name), (written, others) => {
        expect(nearest(written, [written, ...others])).toBe(written);
      }),
    );
  });
});

describe('The edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'abcd', 1],
    ['abc', 'axc', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('of %j and %j is %i, and more than any less', (a, b, distance) => {
    expect(editDistance(a, b, 10)).toBe(distance);
    expect(editDistance(a, b, distance)).toBe(distance);
    expect(editDistance(a, b, distance - 1)).toBeUndefined();
  });

  it('is the same both ways', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(editDistance(a, b, 8)).toBe(editDistance(b, a, 8));
      }),
    );
  });
});
