import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeTexts, settle, type Clash } from './merge-texts.ts';

const BASE = 'one\ntwo\nthree\nfour\n';

function clashOf(base: string, mine: string, theirs: string): Clash {
  const merged = mergeTexts(base, mine, theirs);
  if (typeof merged === 'string') throw new Error(`merged into ${merged}`);
  return merged;
}

describe('two changes of one text', () => {
  it('are both kept where they lie apart', () => {
    expect(mergeTexts(BASE, 'ONE\ntwo\nthree\nfour\n', 'one\ntwo\nthree\nFOUR\nfive\n')).toBe(
      'ONE\ntwo\nthree\nFOUR\nfive\n',
    );
    expect(mergeTexts(BASE, 'one\ntwo\nthree\n', 'zero\none\ntwo\nthree\nfour\n')).toBe('zero\none\ntwo\nthree\n');
  });

  it('clash in one line, and both can be kept', () => {
    const clash = clashOf(BASE, 'one\ntwo mine\nthree\nfour\n', 'one\ntwo theirs\nthree\nfour\n');
    expect(clash).toMatchObject({ before: 'one\n', mine: 'two mine', theirs: 'two theirs' });
    expect(settle(clash, 'both')).toBe('one\ntwo mine\ntwo theirs\nthree\nfour\n');
  });

  it('clash where both add at the same place', () => {
    const clash = clashOf('', 'mine', 'theirs');
    expect(settle(clash, 'both')).toBe('mine\ntheirs');
  });

  it('are one where they are the same, or one of them is none', () => {
    expect(mergeTexts(BASE, 'x', 'x')).toBe('x');
    expect(mergeTexts(BASE, BASE, 'x')).toBe('x');
    expect(mergeTexts(BASE, 'x', BASE)).toBe('x');
  });

  it('lose no line of either, whatever they are', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 8 }).map(lines => lines.join('\n'));
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const merged = mergeTexts(base, mine, theirs);
        if (typeof merged === 'string') {
          // Lines that were added on either side, beyond those of the text that both came from.
          const count = (lines: string, line: string) => lines.split('\n').filter(one => one === line).length;
          for (const line of ['a', 'b', 'c']) {
            const added = (of: string) => Math.max(0, count(of, line) - count(base, line));
            expect(count(merged, line)).toBeGreaterThanOrEqual(Math.max(added(mine), added(theirs)));
          }
          return;
        }
        expect(settle(merged, 'mine')).toBe(mine);
        expect(settle(merged, 'theirs')).toBe(theirs);
        expect(settle(merged, 'both')).toContain(merged.mine);
        expect(settle(merged, 'both')).toContain(merged.theirs);
      }),
    );
  });
});
