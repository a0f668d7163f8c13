import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScript } from './parse.ts';
import { printScript } from './print.ts';
import { type InlineNode, type ScriptNode } from './tree.ts';

const NOWHERE = { start: 0, end: 0 };
const writtenText = (text: string) => ({ text, ...NOWHERE });

/** Values of every kind; without line ends, which no quoted value holds, and not empty. */
const value = fc
  .string({
    unit: fc.constantFrom('a', 'B', '1', ' ', ',', ':', '{', '}', '"', '\\', 'é', '😀', '{{{', '}}}'),
    maxLength: 8,
  })
  .filter(text => text.trim() !== '')
  .map(writtenText);

const tag: fc.Arbitrary<InlineNode> = fc.record({
  type: fc.constant('tag' as const),
  command: fc.constantFrom('voice' as const, 'sfx' as const, 'bg' as const, 'pause' as const, 'chapter' as const),
  value,
  flags: fc.array(fc.record({ name: fc.constantFrom('volume', 'pan', 'loud').map(writtenText), value }), {
    maxLength: 3,
  }),
  start: fc.constant(0),
  end: fc.constant(0),
});

const words: fc.Arbitrary<InlineNode> = fc
  .constantFrom('One two.', '  ', '“Three,” four', 'a { b } c')
  .map(text => ({ type: 'text', text, ...NOWHERE }));

/** Text between tags, so that it is one node where it is read again. */
const line = fc.array(fc.tuple(tag, words), { maxLength: 3 }).map(pairs => pairs.flat());

const script: fc.Arbitrary<ScriptNode[]> = fc
  .array(
    fc.oneof(
      line,
      fc.tuple(words, line).map(([first, rest]) => heading([first, ...rest])),
    ),
    { maxLength: 5 },
  )
  .map(lines => lines.flatMap(nodes => [...nodes, ...endOf(nodes)]))
  .map(joined);

function heading(children: InlineNode[]): ScriptNode[] {
  return [{ type: 'heading', children, ...NOWHERE }];
}

function endOf(_: ScriptNode[]): ScriptNode[] {
  return [{ type: 'text', text: '\n', ...NOWHERE }];
}

/** Neighbouring texts as the one node that they are. */
function joined(nodes: readonly ScriptNode[]): ScriptNode[] {
  const result: ScriptNode[] = [];
  for (const node of nodes) {
    const last = result.at(-1);
    if (node.type === 'text' && last?.type === 'text')
      result[result.length - 1] = { ...last, text: last.text + node.text };
    else result.push(node);
  }
  return result;
}

function withoutPlaces(nodes: readonly ScriptNode[]): unknown {
  return JSON.parse(
    JSON.stringify(nodes, (key, field: unknown) => (key === 'start' || key === 'end' ? undefined : field)),
  );
}

describe('A printed script', () => {
  it('is the tree again, whatever tree was made by hand', () => {
    fc.assert(
      fc.property(script, nodes => {
        expect(withoutPlaces(parseScript(printScript(nodes)).nodes)).toEqual(withoutPlaces(nodes));
      }),
      { numRuns: 2000 },
    );
  });

  it('has its tags in the plain form, and everything else as it was', () => {
    const text = '# One\r\n\\{{{x}}}  {{{ VOICE :"a" , Speed: 1.5 }}} }}} {{{chapter: "b, c" }}}{{{open';
    expect(printScript(parseScript(text).nodes)).toBe(
      '# One\r\n\\{{{x}}}  {{{voice:a,speed:1.5}}} }}} {{{chapter:"b, c"}}}{{{open',
    );
  });

  it.each([
    ['{{{voice:a,volume:"a}}}{{{pause:"0.5"}}}",volume:', '{{{voice:a,volume:"a}}}{{{pause:"0.5"}}}",volume:'],
    ['{{{sfx:a,pan:"a}}} b {{{sfx:d,\nvolume:1}}}",x', '{{{sfx:a,pan:"a}}} b {{{sfx:"d",volume:1}}}",x'],
    ['{{{sfx:a,pan:"a}}}{{{voice:a\nb}}}', '{{{sfx:a,pan:"a}}}{{{voice:a\nb}}}'],
    ['{{{sfx:a,pan:"a}}} "b" {{{sfx:"d"}}}', '{{{sfx:a,pan:"a}}} "b" {{{sfx:d}}}'],
    ['{{{sfx:a,pan:"a}}}\n{{{sfx:"d"}}}",x', '{{{sfx:a,pan:"a}}}\n{{{sfx:d}}}",x'],
  ])('leaves a quote open that nothing closes: %j', (text, printed) => {
    const { nodes } = parseScript(text);
    expect(nodes.map(({ type }) => type)).toContain('tag');
    expect(printScript(nodes)).toBe(printed);
    expect(withoutPlaces(parseScript(printed).nodes)).toEqual(withoutPlaces(nodes));
  });
});
