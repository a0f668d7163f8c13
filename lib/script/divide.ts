import { isSayable } from './characters.ts';
import { type Stretch } from './tree.ts';

/** UTF-16 units of a unit of speech at most: engines take 5,000, but long ones are slow to cancel and to repeat. */
export const MAX_UNIT = 1500;

const CLAUSE = /[,;:)—–、，；：。]["”’]?(?:\s|(?<=[—–、，；：。]["”’]?))/gu;

/** Divides a stretch of text that is too long for a unit at its last clause, else its last word, else anywhere but inside a character. */
export function divide(text: string, { start, end }: Stretch, limit = MAX_UNIT): Stretch[] {
  const parts: Stretch[] = [];
  let from = start;
  while (from < end) {
    const to = end - from <= limit ? end : cutOf(text, from, limit);
    const part = trimmed(text, from, to);
    if (isSayable(text.slice(part.start, part.end))) parts.push(part);
    from = to;
  }
  return parts;
}

/** Not before half of the limit, so that no clause makes a part of two words. */
function cutOf(text: string, from: number, limit: number): number {
  const window = text.slice(from, from + limit);
  const half = limit >> 1;
  let cut = 0;
  for (const { 0: mark, index } of window.matchAll(CLAUSE)) cut = index + mark.length;
  if (cut < half) cut = window.lastIndexOf(' ') + 1;
  if (cut < half) cut = limit;
  return from + (splitsPair(text, from + cut) ? cut - 1 : cut);
}

function splitsPair(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text[at - 1] ?? '') && /[\udc00-\udfff]/.test(text[at] ?? '');
}

function trimmed(text: string, from: number, to: number): Stretch {
  const slice = text.slice(from, to);
  const start = from + slice.length - slice.trimStart().length;
  return { start, end: start + slice.trim().length };
}
