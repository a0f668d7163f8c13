/** What a part of a tag says behind its colon, or what is wrong with the form of that. */
import { removal, replacement } from './fix.ts';
import { minutesAndSeconds, missingCommas } from './likely-parts.ts';
import { type Finding, type Report, shown } from './report.ts';
import { quote, unquote } from './quoting.ts';
import { type ScannedTag, type TagPart } from './scan-tag.ts';
import { type Fix } from './script.ts';
import { type SettingType, whatIsLegal } from './setting-types.ts';
import { inOneLine, quotedTitle, type Title } from './titles.ts';
import { type Stretch, type Written } from './tree.ts';

/** What a value may be. */
export interface Expected {
  /** Of a setting; `quotable` where quotes make a value of anything; undefined where nothing is known of it, and for ids. */
  type: SettingType | 'quotable' | undefined;
  /** Names of flags that may follow, asked for where something is wrong. */
  flags: () => readonly string[];
  /** Of the chapter, where the value is part of its title. */
  title: Title | undefined;
}

/** @returns undefined where something is wrong, which is reported; null where there is nothing */
export function readValue(
  text: string,
  tag: ScannedTag,
  part: TagPart,
  expected: Expected,
  report: Report,
): Written | undefined | null {
  if (part.colon < 0) return null;
  const place = trimmed(text, part.colon + 1, part.end);
  const { quoted } = part;
  if (tag.unclosedQuote === place.start) {
    report.add('script.unclosed_quote', place, () =>
      unclosedQuote(text, expected.title?.start === place.start ? expected.title : place),
    );
    return undefined;
  }
  if (quoted !== undefined && quoted.end < place.end) {
    const after = { start: quoted.end, end: place.end };
    report.add('script.text_after_quote', after, () => textAfterQuote(text, quoted, after, expected));
    return undefined;
  }
  if (part.extraColon >= 0) {
    report.add('script.colon_in_value', place, () => colonInValue(text, place, expected));
    return undefined;
  }
  const value = quoted === undefined ? place : { ...place, text: unquote(place.text) };
  return value.text.trim() === '' ? null : value;
}

function unclosedQuote(text: string, { start, end }: Stretch): Finding {
  const closed = quote(unquote(`${inOneLine(text.slice(start, end))}"`));
  return {
    message: 'This value begins with a quote that is not closed in its line. Close it, or remove it.',
    fixes: [
      replacement('Close the quote', { start, end }, closed),
      removal('Remove the quote', { start, end: start + 1 }),
    ],
  };
}

function textAfterQuote(text: string, quoted: Stretch, after: Stretch, { flags, title }: Expected): Finding {
  if (title?.quoted === quoted) {
    return {
      message: 'The value ends with its closing quote. Put all of it in quotes, with \\" for a quote inside.',
      fixes: [{ ...quotedTitle(text, title), title: 'Quote all of it' }],
    };
  }
  const rest = { start: quoted.end - 1, end: after.end, text: text.slice(quoted.end - 1, after.end) };
  const commas = missingCommas(flags(), rest, false);
  const isNext = commas?.edits[0]?.start === after.start;
  const isEmpty = unquote(text.slice(quoted.start, quoted.end)).trim() === '';
  return {
    message: 'The value ends with its closing quote. Put a comma before a flag, or remove what follows.',
    fixes: isEmpty ? [] : [isNext ? commas : removal('Remove what follows', after)],
  };
}

function colonInValue(text: string, place: Written, { type, flags, title }: Expected): Finding {
  if (title !== undefined) {
    return { message: 'A title with a colon stands in double quotes.', fixes: [quotedTitle(text, title)] };
  }
  const commas = missingCommas(flags(), place, type === 'quotable');
  if (commas !== undefined)
    return { message: 'A comma stands between a value and the flag after it.', fixes: [commas] };
  if (type === 'quotable') {
    return {
      message: 'A value with a colon stands in double quotes.',
      fixes: [replacement('Put it in quotes', place, quote(inOneLine(place.text)))],
    };
  }
  if (type === undefined)
    return { message: `${shown(place.text)} will not do here: there is a colon in it. Remove it.` };
  const seconds = minutesAndSeconds(type, place);
  const fixes: Fix[] = seconds === undefined ? [] : [seconds];
  return { message: `${shown(place.text)} will not do here. It must be ${whatIsLegal(type)}.`, fixes };
}

/** A stretch of the text without the white space at its ends. */
export function trimmed(text: string, from: number, to: number): Written {
  const slice = text.slice(from, to);
  const start = from + slice.length - slice.trimStart().length;
  const inner = slice.trim();
  return { start, end: start + inner.length, text: inner };
}
