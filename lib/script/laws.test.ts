/** What holds for every script. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChapterTag } from './commands.ts';
import { MAX_UNIT } from './divide.ts';
import { knowing } from './knowledge.fixture.ts';
import { namesIn } from './names.ts';
import { parseScript } from './parse.ts';
import { planScript } from './plan.ts';
import { printScript } from './print.ts';
import { anyScript, TRIES } from './script.arbitrary.fixture.ts';
import { type Diagnostic, type Fix, type ScriptPlan } from './script.ts';
import { type ScriptNode, type TagNode } from './tree.ts';

const known = (marksWords: boolean) => knowing({ defaultVoice: 'a', voices: ['a', 'b'], marksWords });
const withoutDefault = knowing({ voices: ['a', 'b'] });

function forEvery(law: (script: string) => void, numRuns = TRIES): void {
  fc.assert(fc.property(anyScript, law), { numRuns });
}

/** The tree without offsets: what it says, not where. */
function meaning(nodes: readonly ScriptNode[]): unknown[] {
  return nodes.map(node => {
    if (node.type === 'heading') return ['heading', meaning(node.children)];
    if (node.type !== 'tag') return [node.type, node.text];
    return ['tag', node.command, node.value.text, node.flags.map(flag => [flag.name.text, flag.value.text])];
  });
}

const letters = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Text of the script that is to be spoken, by the tree alone. */
function spokenText(nodes: readonly ScriptNode[]): string {
  let text = '';
  for (const node of nodes) {
    if (node.type === 'heading') text += spokenText(node.children);
    else if (node.type === 'text' || node.type === 'escape') text += node.text;
    else if (isChapterTag(node) && !/^(?:false|no|off|0)$/i.test(speakOf(node) ?? '')) text += node.value.text;
  }
  return text;
}

function speakOf({ flags }: TagNode): string | undefined {
  return flags.find(
    ({ name, value }) => name.text === 'speak' && /^(?:true|false|yes|no|on|off|1|0)$/i.test(value.text),
  )?.value.text;
}

function applied(script: string, { edits }: Fix): string {
  let text = script;
  for (const { start, end, text: put } of edits.toReversed()) text = text.slice(0, start) + put + text.slice(end);
  return text;
}

// Thousands of scripts on a busy machine take their time.
describe('Every script', { timeout: 300_000 }, () => {
  it('is read without an exception, and its nodes cover it without a gap (1.6)', () => {
    forEvery(script => {
      const { nodes } = parseScript(script);
      let at = 0;
      const cover = (node: ScriptNode) => {
        expect(node.start).toBe(at);
        expect(node.end).toBeGreaterThan(node.start);
        if (node.type === 'heading') {
          at += 2;
          node.children.forEach(cover);
        }
        if (node.type === 'text' || node.type === 'broken') expect(node.text).toBe(script.slice(node.start, node.end));
        at = node.end;
      };
      nodes.forEach(cover);
      expect(at === script.length || (at === 0 && script.length <= 1)).toBe(true);
    });
  });

  it('has diagnostics that lie within it, in order, with lines and columns that agree with offsets (1.6)', () => {
    forEvery(script => {
      const { diagnostics } = planScript(parseScript(script), withoutDefault);
      let before = 0;
      for (const { start, end, message } of diagnostics) {
        expect(message).not.toBe('');
        expect(start.offset).toBeGreaterThanOrEqual(before);
        expect(end.offset).toBeGreaterThanOrEqual(start.offset);
        expect(end.offset).toBeLessThanOrEqual(script.length);
        for (const { line, column, offset } of [start, end]) {
          const lines = script.slice(0, offset).split('\n');
          expect([line, column]).toEqual([lines.length, lines.at(-1)!.length + 1]);
        }
        before = start.offset;
      }
    }, TRIES / 4);
  });

  it('is the same tree when it is printed and read again', () => {
    forEvery(script => {
      const { nodes } = parseScript(script);
      const again = parseScript(printScript(nodes)).nodes;
      expect(meaning(again)).toEqual(meaning(nodes));
      expect(printScript(again)).toBe(printScript(nodes));
    });
  });

  it('says all of its words and nothing of its tags', () => {
    forEvery(script => {
      const { nodes } = parseScript(script);
      for (const marksWords of [true, false]) {
        const { plan } = planScript(parseScript(script), known(marksWords));
        expect(letters(plan.units.map(({ text }) => text).join(' '))).toBe(letters(spokenText(nodes)));
      }
    });
  });

  it('has units that an engine can say, in the order of the steps', () => {
    forEvery(script => {
      for (const marksWords of [true, false])
        checkPlan(planScript(parseScript(script), known(marksWords)).plan, script);
    }, TRIES / 4);
  });

  it('names what its plan uses', () => {
    forEvery(script => {
      const parsed = parseScript(script);
      const { plan } = planScript(parsed, known(true));
      const names = namesIn(parsed);
      for (const { name } of plan.units) if (name !== undefined) expect(names.voices).toContain(name);
      for (const step of plan.steps) {
        if (step.type === 'effect') expect(names.effects).toContain(step.sound);
        if (step.type === 'bed') expect(names.background).toContain(step.sound);
      }
    }, TRIES / 10);
  });

  it('is rid of a finding by each of its fixes', () => {
    forEvery(script => {
      const found = planScript(parseScript(script), withoutDefault).diagnostics;
      for (const diagnostic of found) {
        for (const fix of diagnostic.fixes ?? []) {
          const after = planScript(parseScript(applied(script, fix)), withoutDefault).diagnostics;
          expect(isGone(diagnostic, found, after), `${diagnostic.code}: ${fix.title}`).toBe(true);
        }
      }
    }, TRIES / 5);
  });
});

/** Not where it was, or one less of its kind: what a fix brings to light may have the same code. */
function isGone({ code, start }: Diagnostic, before: readonly Diagnostic[], after: readonly Diagnostic[]): boolean {
  const same = (list: readonly Diagnostic[]) => list.filter(other => other.code === code);
  return same(after).length < same(before).length || !same(after).some(other => other.start.offset === start.offset);
}

function checkPlan(plan: ScriptPlan, script: string): void {
  let unit = 0;
  for (const step of plan.steps) if (step.type === 'speech') expect(step.unit).toBe(unit++);
  expect(unit).toBe(plan.units.length);
  let before = 0;
  for (const [i, { text, start, end, boundary, cues, chapter }] of plan.units.entries()) {
    expect(text).toBe(text.replaceAll(/\s+/g, ' ').trim());
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(MAX_UNIT);
    expect(/[\p{L}\p{N}\p{S}&%@§]/u.test(text)).toBe(true);
    expect(boundary === 'start').toBe(i === 0);
    expect(chapter).toBeLessThan(plan.chapters.length);
    expect(start.offset).toBeGreaterThanOrEqual(before);
    expect(end.offset).toBeGreaterThan(start.offset);
    expect(end.offset).toBeLessThanOrEqual(script.length);
    before = start.offset;
    let place = 1;
    for (const { at } of cues) {
      expect(at).toBeGreaterThanOrEqual(place);
      expect(at).toBeLessThanOrEqual(text.length);
      expect(/[\p{L}\p{N}\p{M}]$/u.test(text.slice(0, at))).toBe(true);
      place = at;
    }
  }
}
