/** From the parts of a tag to a node, or to what is wrong with its form. What its names and values say is checked in `check-tag.ts`. */
import { COMMANDS, COMMAND_NAMES, commandFor } from './commands.ts';
import { removal, replacement } from './fix.ts';
import { nearest } from './nearest.ts';
import { type Report, shown } from './report.ts';
import { quote, unquote } from './quoting.ts';
import { type ScannedTag, type TagPart } from './scan-tag.ts';
import { type Fix } from './script.ts';
import { type CommandName, type Stretch, type TagFlag, type TagNode, type Written } from './tree.ts';

/** @param tag is closed, with three braces at both ends and none inside */
export function readTag(text: string, tag: ScannedTag, report: Report): TagNode | undefined {
  const [head, ...rest] = tag.parts as [TagPart, ...TagPart[]];
  const word = trimmed(text, head.start, head.colon < 0 ? head.end : head.colon);
  if (tag.parts.length === 1 && head.colon < 0 && word.text === '') {
    report.add('script.empty_tag', tag, () => ({
      message: 'This tag is empty. Say what it does, as in {{{voice:narrator}}}, or remove it.',
      fixes: [removal('Remove the empty tag', tag)],
    }));
    return undefined;
  }
  const command = readCommand(word, report);
  const value = readValue(text, tag, head, report, () => missingValue(word, command, tag));
  const flags: TagFlag[] = [];
  // Whatever is wrong with one part, the others are looked at too, so that all is said at once.
  for (const part of rest) {
    const flag = readFlag(text, tag, part, command === 'chapter' ? value : undefined, report);
    if (flag !== undefined) flags.push(flag);
  }
  if (command === undefined || value === undefined || flags.length < rest.length) return undefined;
  return { type: 'tag', start: tag.start, end: tag.end, command, value, flags };
}

function readCommand(word: Written, report: Report): CommandName | undefined {
  const name = word.text.toLowerCase();
  const command = COMMAND_NAMES.find(known => known === name);
  if (command !== undefined) return command;
  report.add('script.unknown_command', word, () => {
    const suggestion = commandFor(name) ?? nearest(name, COMMAND_NAMES);
    const said = name === '' ? 'This tag has no command.' : `There is no command ${shown(word.text)}.`;
    return {
      message: `${said} Tags begin with ${COMMAND_NAMES.slice(0, -1).join(', ')} or ${COMMAND_NAMES.at(-1)}.`,
      suggestion,
      fixes: suggestion === undefined ? [] : [replacement(`Use ${suggestion}`, word, suggestion)],
    };
  });
  return undefined;
}

type Missing = () => {
  code: 'script.missing_value' | 'script.missing_flag_value';
  at: Stretch;
  message: string;
  fixes: Fix[];
};

function readValue(
  text: string,
  tag: ScannedTag,
  part: TagPart,
  report: Report,
  missing: Missing,
): Written | undefined {
  const place = part.colon < 0 ? undefined : trimmed(text, part.colon + 1, part.end);
  const quoted = part.quoted;
  if (place !== undefined && tag.unclosedQuote === place.start) {
    report.add('script.unclosed_quote', place, () => ({
      message: 'This value begins with a quote that is not closed in its line. Close it, or remove it.',
      fixes: [
        replacement('Close the quote', { start: place.end, end: place.end }, '"'),
        removal('Remove the quote', { start: place.start, end: place.start + 1 }),
      ],
    }));
    return undefined;
  }
  if (place !== undefined && quoted !== undefined && quoted.end < place.end) {
    report.add('script.text_after_quote', { start: quoted.end, end: place.end }, () => ({
      message: 'The value ends with its closing quote. Put all of it in quotes, with \\" for a quote inside.',
      fixes: [
        replacement(
          'Quote all of it',
          place,
          quote(unquote(text.slice(quoted.start, quoted.end)) + text.slice(quoted.end, place.end)),
        ),
      ],
    }));
    return undefined;
  }
  if (place !== undefined && part.extraColon >= 0) {
    report.add('script.colon_in_value', place, () => ({
      message: 'A value with a colon stands in double quotes.',
      fixes: [replacement('Put it in quotes', place, quote(place.text))],
    }));
    return undefined;
  }
  const value = place && quoted ? { ...place, text: unquote(place.text) } : place;
  if (value !== undefined && value.text.trim() !== '') return value;
  const { code, at, ...finding } = missing();
  report.add(code, at, () => finding);
  return undefined;
}

function missingValue(word: Written, command: CommandName | undefined, tag: ScannedTag): ReturnType<Missing> {
  const { what, example } = COMMANDS[command ?? 'voice'];
  const message = command
    ? `${command} needs ${what}, as in ${example}.`
    : `A tag is a command and a value, as in ${example}. Give it a value, or remove it.`;
  const at = word.text === '' ? tag : word;
  return { code: 'script.missing_value', at, message, fixes: [removal('Remove the tag', tag)] };
}

/** @param title of a chapter, which people write with commas and without quotes */
function readFlag(
  text: string,
  tag: ScannedTag,
  part: TagPart,
  title: Written | undefined,
  report: Report,
): TagFlag | undefined {
  const name = trimmed(text, part.start, part.colon < 0 ? part.end : part.colon);
  if (name.text === '' && part.colon < 0) {
    report.add('script.missing_part', { start: part.start - 1, end: part.start }, () => ({
      message: 'Nothing stands beside this comma. Remove it, or name a flag and its value.',
      fixes: [removal('Remove the comma', { start: part.start - 1, end: part.end })],
    }));
    return undefined;
  }
  const value = readValue(text, tag, part, report, () => {
    const whole = title && part.colon < 0 ? { start: title.start, end: name.end } : undefined;
    const removed = removal('Remove the flag', { start: part.start - 1, end: part.end });
    return {
      code: 'script.missing_flag_value',
      at: name.text === '' ? { start: part.start - 1, end: part.end } : name,
      message: whole
        ? 'A title with a comma stands in double quotes.'
        : `The flag ${shown(name.text)} needs a value, as in volume:0.5.`,
      fixes: whole ? [quotedTitle(text, whole), removed] : [removed],
    };
  });
  return value && { name: { ...name, text: name.text.toLowerCase() }, value };
}

function quotedTitle(text: string, { start, end }: Stretch): Fix {
  return replacement('Put the title in quotes', { start, end }, quote(text.slice(start, end)));
}

/** A stretch of the text without the white space at its ends. */
function trimmed(text: string, from: number, to: number): Written {
  const slice = text.slice(from, to);
  const start = from + slice.length - slice.trimStart().length;
  const inner = slice.trim();
  return { start, end: start + inner.length, text: inner };
}
