import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClipIndex } from './clip-index.ts';

describe('the index of clips', () => {
  it('finds what sounds in a range, all of it and nothing else, in one order', () => {
    const clips = fc.array(
      fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 60 })).map(([start, length]) => ({ start, end: start + length })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(clips, fc.nat(160), fc.integer({ min: 1, max: 30 }), (all, from, length) => {
        const inOrder = all.toSorted((a, b) => a.start - b.start);
        const wanted = inOrder.filter(({ start, end }) => start < from + length && end > from);
        const found = new ClipIndex(all).within(from, from + length);
        expect(found).toHaveLength(wanted.length);
        found.forEach((clip, i) => expect(clip).toBe(wanted[i]));
      }),
      { numRuns: 500 },
    );
  });

  it('finds nothing among none', () => {
    expect(new ClipIndex([]).within(0, 100)).toEqual([]);
  });
});
