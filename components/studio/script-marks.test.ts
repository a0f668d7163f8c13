import { expect, it } from 'vitest';
import { marksByLine, readMarks, segmentsOf } from './script-marks.ts';
import { lineStarts } from './script-tags.ts';

it('cuts a line wherever its look changes', () => {
  const line = 'A {{{sfx:dor}}} b';
  expect(segmentsOf(line, [{ kind: 'error', start: 9, end: 12 }])).toEqual([
    { text: 'A ', look: '' },
    { text: '{{{sfx:', look: 'tag-effect' },
    { text: 'dor', look: 'tag-effect mark-error' },
    { text: '}}}', look: 'tag-effect' },
    { text: ' b', look: '' },
  ]);
});

it('divides a mark over its lines, and gives one without a width a letter', () => {
  const text = 'one\ntwo\n\nfour';
  const lines = marksByLine(
    [
      { kind: 'heard', start: 2, end: 6 },
      { kind: 'error', start: 13, end: 13 },
    ],
    lineStarts(text),
    text.length,
  );
  expect([...lines].map(([line, marks]) => [line, readMarks(marks)])).toEqual([
    [0, [{ kind: 'heard', start: 2, end: 3 }]],
    [1, [{ kind: 'heard', start: 0, end: 2 }]],
    [3, [{ kind: 'error', start: 3, end: 4 }]],
  ]);
});

it('has the whole text in its segments, whatever is marked', () => {
  const line = '{{{bg:rain}}} and {{{voice:a}}}';
  const marks = [
    { kind: 'warning', start: 5, end: 20 },
    { kind: 'heard', start: 0, end: line.length },
  ] as const;
  expect(
    segmentsOf(line, marks)
      .map(({ text }) => text)
      .join(''),
  ).toBe(line);
});
