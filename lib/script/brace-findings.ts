/** What is wrong with braces, and the ways to mend it (1.4, 2.3). */
import { COMMAND_NAMES } from './commands.ts';
import { removal, replacement } from './fix.ts';
import { type Report } from './report.ts';
import { type ScannedTag } from './scan-tag.ts';
import { type Fix } from './script.ts';
import { type HeadingNode, type Stretch } from './tree.ts';

/** A command with its value and flags, as far as they can be told from text that follows. */
const LIKELY_TAG = /\{{3}\s*(?:voice|sfx|bg|pause)\s*:\s*[\w.-]+(?:\s*,\s*\w+\s*:\s*[\w.-]+)*\}{0,2}/iy;
const LIKELY_TWO = new RegExp(String.raw`\{\{\s*(?:${COMMAND_NAMES.join('|')})\s*:[^{}\n]*\}\}(?!\})`, 'iy');

/** The finding ends with the first line of the tag, which may go on much further. */
export function unclosedTag(text: string, tag: ScannedTag, report: Report): void {
  const whole = text.slice(tag.start, tag.end);
  const lineEnd = whole.indexOf('\n');
  const line = whole.slice(0, lineEnd < 0 ? whole.length : lineEnd).trimEnd();
  const end = tag.start + line.length;
  report.add('script.unclosed_tag', { start: tag.start, end }, () => {
    LIKELY_TAG.lastIndex = tag.start;
    const likely = LIKELY_TAG.exec(text)?.[0].length;
    const length = likely === undefined || likely > line.length ? line.length : likely;
    return {
      message: 'This tag is not closed. Close it with three braces, }}}.',
      fixes: [closing(text, tag.start + length)],
    };
  });
}

function closing(text: string, at: number): Fix {
  const there = /\}{0,2}$/.exec(text.slice(at - 2, at))?.[0].length ?? 0;
  return replacement('Close the tag here', { start: at, end: at }, '}'.repeat(3 - there));
}

export function extraBraces(tag: ScannedTag, report: Report): void {
  report.add('script.extra_braces', tag, () => ({
    message: 'A tag has three braces at each end, no more. Remove the others.',
    fixes: [
      {
        title: 'Remove the extra braces',
        edits: [
          { start: tag.start, end: tag.start + tag.opening, text: '{{{' },
          { start: tag.end - tag.closing, end: tag.end, text: '}}}' },
        ],
      },
    ],
  }));
}

/** @param braces not empty; the finding is about the first, the fix about all */
export function braceInTag(braces: readonly Stretch[], report: Report): void {
  report.add('script.brace_in_tag', braces[0]!, () => ({
    message: 'A brace inside a tag stands in a quoted value. Remove it, or put the value in double quotes.',
    fixes: [
      {
        title: braces.length === 1 ? 'Remove the brace' : 'Remove the braces',
        edits: braces.map(({ start, end }) => ({ start, end, text: '' })),
      },
    ],
  }));
}

/** @param from where what stands before the braces begins */
export function strayBraces(text: string, from: number, braces: Stretch, report: Report): void {
  report.add('script.stray_braces', braces, () => {
    const before = text.slice(from, braces.start);
    const likely = new RegExp(String.raw`(\{{0,2})(?:${COMMAND_NAMES.join('|')})\s*:`, 'i').exec(before);
    const remove = removal('Remove the braces', braces);
    const fixes = likely === null ? [remove] : [opening(from + likely.index, likely[1]!.length), remove];
    return { message: 'These braces close nothing. Open the tag with {{{, or remove them.', fixes };
  });
}

function opening(at: number, there: number): Fix {
  return replacement('Open the tag here', { start: at, end: at }, '{'.repeat(3 - there));
}

export function twoBraces(text: string, start: number, report: Report): void {
  LIKELY_TWO.lastIndex = start;
  const found = LIKELY_TWO.exec(text)?.[0];
  if (found === undefined) return;
  const end = start + found.length;
  report.add('script.two_braces', { start, end }, () => ({
    message: 'This looks like a tag, but has two braces and will be spoken. Tags have three.',
    fixes: [
      {
        title: 'Make it a tag',
        edits: [
          { start, end: start, text: '{' },
          { start: end, end, text: '}' },
        ],
      },
    ],
  }));
}

export function emptyHeading(heading: HeadingNode, report: Report): void {
  const { start, end, children } = heading;
  const isBlank = children.every(({ type }) => type === 'text');
  report.add('script.missing_value', heading, () => ({
    message: `This chapter has no title. Write one after the #, or remove the ${isBlank ? 'line' : '#'}.`,
    fixes: [
      isBlank ? removal('Remove the line', heading) : removal('Remove the #', { start, end: Math.min(start + 2, end) }),
    ],
  }));
}
