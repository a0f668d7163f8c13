/** What holds for every script. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flagsOf, isChapterTag } from './commands.ts';
import { MAX_UNIT } from './divide.ts';
import { knowing } from './knowledge.fixture.ts';
import { namesIn } from './names.ts';
import { nearest } from './nearest.ts';
import { parseScript } from './parse.ts';
import { planScript } from './plan.ts';
import { printScript } from './print.ts';
import { anyScript, TRIES } from './script.arbitrary.fixture.ts';
import { readSetting } from './setting-types.ts';
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

  it('is rid of a finding by each of its fixes, which bring no other error where they are', () => {
    forEvery(script => {
      const found = planScript(parseScript(script), withoutDefault).diagnostics;
      for (const diagnostic of found) {
        for (const fix of diagnostic.fixes ?? []) {
          const fixed = applied(script, fix);
          const after = planScript(parseScript(fixed), withoutDefault).diagnostics;
          const kind = kindOf(script, diagnostic);
          const left = after.filter(other => kindOf(fixed, other) === kind);
          const before = found.filter(other => kindOf(script, other) === kind);
          expect(isGone(diagnostic, before, left), `${diagnostic.code}: ${fix.title}`).toBe(true);
          if (isLegalNowhere(script, diagnostic)) continue;
          const brought = broughtBy(diagnostic, fix, script, { before: found, after });
          expect(brought, `${diagnostic.code}: ${fix.title}`).toEqual([]);
        }
      }
    }, TRIES / 5);
  });
});

/** Not where it was, or one less of its kind: what a fix brings to light may have the same code. */
function isGone({ start }: Diagnostic, before: readonly Diagnostic[], after: readonly Diagnostic[]): boolean {
  return after.length < before.length || !after.some(other => other.start.offset === start.offset);
}

/** A `# ` that a tag stood before begins a chapter without it. That this says nothing is a finding of another kind. */
function kindOf(script: string, { code, start }: Diagnostic): string {
  return script.startsWith('# ', start.offset) ? `${code} of a chapter` : code;
}

/** Findings about one part of a tag, whose fix changes that part and nothing else. */
const OF_A_PART = /unknown_command|flag|missing_part|colon_in_value|text_after_quote|bad_value|unknown_/;
/** What can be wrong with such a part. What a tag that could not be read hid elsewhere may come to light. */
const WITH_A_PART = /bad_value|flag|unknown_(?:command|effect|background)|colon_in_value/;

/** Errors of another kind that begin where a fix put something in, or right behind a flag that it named. */
function broughtBy({ code }: Diagnostic, fix: Fix, script: string, lists: Record<'before' | 'after', Diagnostic[]>) {
  if (!OF_A_PART.test(code)) return [];
  const { edits } = fix;
  const { before, after } = lists;
  const count = (list: readonly Diagnostic[], wanted: string) => list.filter(other => other.code === wanted).length;
  let shift = 0;
  const put = edits.map(({ start, end, text }) => {
    const from = start + shift;
    shift += text.length - (end - start);
    const behind = code === 'script.unknown_flag' ? /^[^,}]*/.exec(script.slice(end))![0].length : 0;
    return { from, to: text === '' ? from : from + text.length + behind };
  });
  const own = nodeStart(script, edits[0]!.start);
  const fixed = applied(script, fix);
  return (
    after
      .filter(({ start }) => put.some(({ from, to }) => start.offset >= from && start.offset < to))
      .filter(error => error.severity === 'error' && error.code !== code && WITH_A_PART.test(error.code))
      .filter(error => count(after, error.code) > count(before, error.code))
      // A quote that nothing closed in an earlier tag may be closed by what a fix leaves of another.
      .filter(({ start }) => nodeStart(fixed, start.offset) >= own)
      .map(error => error.code)
  );
}

/** No flag of that name takes such a value, so that one that is nearly called so may as well be proposed. */
function isLegalNowhere(script: string, { code, start }: Diagnostic): boolean {
  if (code !== 'script.unknown_flag') return false;
  return nodesOf(script).some(
    tag =>
      tag.type === 'tag' &&
      tag.flags.some(({ name, value }) => {
        const known = Object.entries(flagsOf(tag.command, tag.value.text));
        const taking = known.filter(([, type]) => readSetting(type, value.text) !== undefined).map(([flag]) => flag);
        return name.start === start.offset && nearest(name.text, taking) === undefined;
      }),
  );
}

function nodeStart(script: string, offset: number): number {
  return nodesOf(script).findLast(({ start }) => start <= offset)?.start ?? 0;
}

function nodesOf(script: string) {
  return parseScript(script).nodes.flatMap(node => (node.type === 'heading' ? node.children : [node]));
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
