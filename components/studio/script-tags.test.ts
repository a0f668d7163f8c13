import { expect, it } from 'vitest';
import { countWords, lineAt, lineStarts, tagsIn, toCastName, voicesNamedIn, voiceTag } from './script-tags.ts';

it('finds the tags of a line and what they are about', () => {
  const line = '{{{voice:a}}}Hi {{{ SFX : door }}}{{{pause:1}}} {{{bg:rain}}}';
  expect(tagsIn(line).map(({ kind, start, end }) => [kind, line.slice(start, end)])).toEqual([
    ['voice', '{{{voice:a}}}'],
    ['effect', '{{{ SFX : door }}}'],
    ['other', '{{{pause:1}}}'],
    ['bed', '{{{bg:rain}}}'],
  ]);
});

it('takes freed and broken braces for text', () => {
  expect(tagsIn('\\{{{voice:a}}} and {{{voice:b and {{voice:c}}')).toEqual([]);
  expect([...voicesNamedIn('\\{{{voice:a}}} {{{voice:b')]).toEqual([]);
});

it('tells whom a script names, and how often, in the order in which they come', () => {
  const script = '{{{voice: old_man ,speed:1.1}}}A{{{VOICE:narrator}}}B{{{voice:old_man}}}{{{voice:"embedded:slt"}}}';
  expect([...voicesNamedIn(script)]).toEqual([
    ['old_man', 2],
    ['narrator', 1],
    ['embedded:slt', 1],
  ]);
});

it('writes a tag that is read again, whatever the name', () => {
  for (const name of ['narrator', 'embedded:slt']) expect([...voicesNamedIn(voiceTag(name)).keys()]).toEqual([name]);
});

it('makes a name of the cast out of what somebody is called', () => {
  expect(toCastName('Old Man')).toBe('old_man');
  expect(toCastName('  Zoë, the 2nd! ')).toBe('zoe_the_2nd');
  expect(toCastName('?')).toBe('');
});

it('counts words, and none in tags', () => {
  expect(countWords("{{{voice:a,speed:1.5}}}It's — well — 3 o'clock.\n\n# The end")).toBe(6);
  expect(countWords('')).toBe(0);
});

it('finds the line of every offset', () => {
  const text = 'one\n\nthree';
  const starts = lineStarts(text);
  expect(starts).toEqual([0, 4, 5]);
  expect([0, 3, 4, 5, 10].map(offset => lineAt(starts, offset))).toEqual([0, 0, 1, 2, 2]);
});
