import { describe, expect, it } from 'vitest';
import { applyEdits, carry, carryCaret, changeBetween } from './text-change.ts';

describe('the change between two texts', () => {
  it.each([
    ['one two three', 'one 2 three'],
    ['aaa', 'aaaa'],
    ['aaaa', 'aa'],
    ['', 'new'],
    ['old', ''],
    ['same', 'same'],
    ['abab', 'ababab'],
  ])('turns %j into %j', (before, after) => {
    const { start, end, afterEnd } = changeBetween(before, after);
    expect(before.slice(0, start) + after.slice(start, afterEnd) + before.slice(end)).toBe(after);
    expect(start).toBeLessThanOrEqual(Math.min(end, afterEnd));
  });

  it('leaves what is before it, moves what is behind it, and takes what it went through', () => {
    const change = changeBetween('one two three', 'one twenty three');
    expect(carry({ start: 0, end: 3 }, change)).toEqual({ start: 0, end: 3 });
    expect(carry({ start: 8, end: 13 }, change)).toEqual({ start: 11, end: 16 });
    expect(carry({ start: 4, end: 7 }, change)).toBeUndefined();
  });

  it('keeps a caret beside what it stood beside', () => {
    const change = changeBetween('a\nc', 'a\nb\nc');
    expect(carryCaret(0, change)).toBe(0);
    expect(carryCaret(3, change)).toBe(5);
  });
});

it('applies edits to the places that they were made for', () => {
  const edits = [
    { start: 0, end: 3, text: '1' },
    { start: 4, end: 7, text: 'zwei' },
  ];
  expect(applyEdits('one two', edits)).toBe('1 zwei');
  expect(applyEdits('one two', edits.toReversed())).toBe('1 zwei');
});
