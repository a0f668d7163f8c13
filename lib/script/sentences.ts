/** Where sentences begin (1.1). */
import { abbreviationsOf } from './abbreviations.ts';
import { closingMarksLength, opens } from './characters.ts';
import { endsWithOrdinal } from './ordinals.ts';

/** Characters around a place that are looked at. Longer ones are no abbreviation. */
const LONGEST = 24;
/** Single letters with full stops: `J.`, `J.R.R.`, `J.-P.`, `U.S.`; the English pronoun is none. */
const INITIALS = /^(?!I\.$)\p{L}\.(?:-?\p{L}\.)*$/u;
/** A number, Roman or not; the English pronoun is none. */
const NUMBER = /^(?:\p{N}|(?!I(?!\p{L}))[IVXLCDM]+(?!\p{L}))/u;
const BEFORE_WORD = /^[\s\p{Ps}\p{Pi}\p{Pf}\p{Pd}"'…]*/u;

const segmenters = new Map<string, Intl.Segmenter>();

/** An unknown or malformed language is segmented by the rules that all share. */
function segmenterOf(language: string): Intl.Segmenter {
  let segmenter = segmenters.get(language);
  if (segmenter === undefined) {
    try {
      segmenter = new Intl.Segmenter(language, { granularity: 'sentence' });
    } catch {
      segmenter = new Intl.Segmenter('und', { granularity: 'sentence' });
    }
    segmenters.set(language, segmenter);
  }
  return segmenter;
}

/**
 * Places in a text at which a sentence begins, in order, without 0.
 *
 * @param text on one line, with quotes in the form of their side
 */
export function sentenceStarts(text: string, language: string): number[] {
  const starts: number[] = [];
  for (const { index } of segmenterOf(language).segment(text)) {
    if (index === 0 || goesOn(text, index, language)) continue;
    const start = startNear(text, index);
    if (start <= (starts.at(-1) ?? 0) || start === text.length) continue;
    if (start === index || !goesOn(text, start, language)) starts.push(start);
  }
  return starts;
}

/**
 * What closes behind a space belongs to the sentence before (`« Non ! » Il`), and what opens without one to the next
 * (`He ran.[1] Then`): Unicode has it the other way.
 */
function startNear(text: string, index: number): number {
  const closing = closingMarksLength(text, index);
  if (closing > 0) return index + closing + (text[index + closing] === ' ' ? 1 : 0);
  let start = index;
  while (start > 0 && opens(text[start - 1]!)) start--;
  return start;
}

/** Whether the sentence before this place goes on there. */
function goesOn(text: string, at: number, language: string): boolean {
  return /^\p{Ll}/u.test(wordsAfter(text, at)) || endsWithAbbreviation(text, at, language);
}

/** From the first letter or number on. */
function wordsAfter(text: string, at: number): string {
  return text.slice(at, at + LONGEST).replace(BEFORE_WORD, '');
}

/** @param initials single letters are abbreviations */
export function endsWithAbbreviation(text: string, end: number, language: string, initials = true): boolean {
  const before = text.slice(Math.max(0, end - LONGEST), end).trimEnd();
  if (!before.endsWith('.')) return false;
  const word = before.slice(before.lastIndexOf(' ') + 1).replace(/^[\p{Ps}\p{Pi}"'’\p{Pd}]+/u, '');
  if (initials && INITIALS.test(word)) return true;
  const { always, capital, beforeNumber } = abbreviationsOf(language);
  const name = word.slice(0, -1).toLowerCase();
  if (always.has(name) || (capital.has(name) && /^\p{Lu}/u.test(word))) return true;
  const next = wordsAfter(text, end);
  return (beforeNumber.has(name) && NUMBER.test(next)) || endsWithOrdinal(before, next, language);
}
