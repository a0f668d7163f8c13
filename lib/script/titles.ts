/** Titles of chapters, which people write with commas and colons and without quotes. */
import { COMMANDS, COMMAND_NAMES } from './commands.ts';
import { replacement } from './fix.ts';
import { nearest } from './nearest.ts';
import { quote, unquote, written } from './quoting.ts';
import { type Fix } from './script.ts';
import { type Stretch } from './tree.ts';

export interface Title extends Stretch {
  /** What of it stands in quotes, at its start. */
  quoted: Stretch | undefined;
}

/** A part that follows a title. */
export interface PartAfter {
  /** In lower case; of a part without a colon all that it says. */
  name: string;
  hasColon: boolean;
  end: number;
}

const FLAGS = Object.keys(COMMANDS.chapter.flags);
const ALL_FLAGS = new Set(COMMAND_NAMES.flatMap(command => Object.keys(COMMANDS[command].flags)));

/** What was meant for the title: with the last part that looks like no flag, though without what follows a flag of chapters. */
export function wholeTitle(value: Title, after: readonly PartAfter[]): Title {
  let { end } = value;
  for (const part of after) {
    const [word = ''] = /^\w+(?=\s*(?:$|[=：]))/.exec(part.name) ?? [];
    if (FLAGS.includes(word)) break;
    if (part.name !== '' && !(part.hasColon && isFlagLike(part.name))) end = part.end;
  }
  return { ...value, end };
}

/** A flag of some command, or nearly one that chapters have. */
export function isFlagLike(name: string): boolean {
  return ALL_FLAGS.has(name) || nearest(name, FLAGS) !== undefined;
}

export function quotedTitle(text: string, title: Title): Fix {
  const { start, end, quoted } = title;
  const value =
    quoted === undefined
      ? text.slice(start, end)
      : unquote(text.slice(quoted.start, quoted.end)) + text.slice(quoted.end, end);
  return replacement('Put the title in quotes', { start, end }, quote(inOneLine(value)));
}

const QUOTED = /^"[^"\\]*(?:\\.[^"\\]*)*"/;

/** A title as people write it, some of which may stand in quotes; what opens a quote and does not close it is left so. */
export function writtenTitle(text: string): string {
  const title = inOneLine(text);
  if (!title.startsWith('"')) return written(title);
  const quoted = QUOTED.exec(title)?.[0] ?? title;
  return quoted === title ? title : quote(unquote(quoted) + title.slice(quoted.length));
}

/** As a quoted value has to be. */
export function inOneLine(value: string): string {
  return value.replaceAll(/\r?\n/g, ' ');
}
