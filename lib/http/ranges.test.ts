import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noneMatch, strongMatch } from '#lib/base/entity-tags.ts';
import { parseRange } from './ranges.ts';

describe('conditional requests', () => {
  it('compare weakly for If-None-Match', () => {
    expect(noneMatch(null, '"a"')).toBe(true);
    expect(noneMatch('"a"', '"a"')).toBe(false);
    expect(noneMatch('W/"a"', '"a"')).toBe(false);
    expect(noneMatch('"b", "a"', 'W/"a"')).toBe(false);
    expect(noneMatch('*', '"a"')).toBe(false);
    expect(noneMatch('"b"', '"a"')).toBe(true);
  });

  it('compare strongly for If-Match', () => {
    expect(strongMatch(null, '"a"')).toBe(true);
    expect(strongMatch('*', '"a"')).toBe(true);
    expect(strongMatch('"b", "a"', '"a"')).toBe(true);
    expect(strongMatch('W/"a"', '"a"')).toBe(false);
    expect(strongMatch('a', '"a"')).toBe(false);
  });
});

describe('a Range header', () => {
  it('gives first, middle, open and last bytes', () => {
    expect(parseRange('bytes=0-0', 10)).toEqual({ kind: 'part', start: 0, end: 1 });
    expect(parseRange('bytes=3-5', 10)).toEqual({ kind: 'part', start: 3, end: 6 });
    expect(parseRange('bytes=7-', 10)).toEqual({ kind: 'part', start: 7, end: 10 });
    expect(parseRange('bytes=-4', 10)).toEqual({ kind: 'part', start: 6, end: 10 });
    expect(parseRange('bytes=5-99', 10)).toEqual({ kind: 'part', start: 5, end: 10 });
    expect(parseRange('bytes=-99', 10)).toEqual({ kind: 'part', start: 0, end: 10 });
  });

  it('cannot begin past the end', () => {
    expect(parseRange('bytes=10-', 10)).toEqual({ kind: 'unsatisfiable' });
    expect(parseRange('bytes=-0', 10)).toEqual({ kind: 'unsatisfiable' });
    expect(parseRange('bytes=0-', 0)).toEqual({ kind: 'unsatisfiable' });
  });

  it('is ignored where it is malformed, of another unit, or several', () => {
    for (const header of [
      null,
      '',
      'bytes',
      'bytes=',
      'bytes=-',
      'bytes=5-3',
      'bytes=a-b',
      'items=0-1',
      'bytes=0-1,3-4',
    ])
      expect(parseRange(header, 10), String(header)).toEqual({ kind: 'whole' });
  });

  it('never leaves the body', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat({ max: 1000 }), (a, b, size) => {
        for (const header of [`bytes=${a}-${b}`, `bytes=${a}-`, `bytes=-${b}`]) {
          const range = parseRange(header, size);
          if (range.kind !== 'part') continue;
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeGreaterThan(range.start);
          expect(range.end).toBeLessThanOrEqual(size);
        }
      }),
    );
  });
});
