/**
 * Two changes of one text, made without knowing of each other. Each counts as one stretch of whole lines, from the first that it
 * touched to the last: where the stretches lie apart both are kept, and where they meet somebody has to choose.
 */
import { changeBetween, type TextChange } from './text-change.ts';

/** `before + mine + after` is one text, `before + theirs + after` the other. */
export interface Clash {
  before: string;
  mine: string;
  theirs: string;
  after: string;
}

export type Choice = 'mine' | 'theirs' | 'both';

/** The text with both changes, or where they clash. */
export function mergeTexts(base: string, mine: string, theirs: string): string | Clash {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  const own = changedLines(base, mine);
  const other = changedLines(base, theirs);
  const part = (text: string, { start, afterEnd }: TextChange) => text.slice(start, afterEnd);
  if (own.end < other.start || other.end < own.start) {
    const parts = [
      { ...own, text: part(mine, own) },
      { ...other, text: part(theirs, other) },
    ].toSorted((a, b) => b.start - a.start);
    return parts.reduce((text, one) => text.slice(0, one.start) + one.text + text.slice(one.end), base);
  }
  const start = Math.min(own.start, other.start);
  const end = Math.max(own.end, other.end);
  const within = (text: string) => text.slice(start, text.length - (base.length - end));
  return { before: base.slice(0, start), mine: within(mine), theirs: within(theirs), after: base.slice(end) };
}

/** Both: the own passage, and below it the other one. */
export function settle({ before, mine, theirs, after }: Clash, choice: Choice): string {
  const passage = choice === 'mine' ? mine : choice === 'theirs' ? theirs : `${mine}\n${theirs}`;
  return before + passage + after;
}

/** A change, widened to whole lines of the text before; their last line break is not in it. */
function changedLines(before: string, after: string): TextChange {
  const { start, end, afterEnd } = changeBetween(before, after);
  const first = start === 0 ? 0 : before.lastIndexOf('\n', start - 1) + 1;
  const lineBreak = before.indexOf('\n', end);
  const last = lineBreak === -1 ? before.length : lineBreak;
  return { start: first, end: last, afterEnd: afterEnd + last - end };
}
