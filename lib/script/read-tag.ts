/** From the parts of a tag to a node, or to what is wrong with its form. What its names and values say is checked in `check-tag.ts`. */
import { COMMANDS, COMMAND_NAMES, commandFor, flagsOf } from './commands.ts';
import { removal, replacement } from './fix.ts';
import { decimalComma, unmarkedCommand, unmarkedFlag } from './likely-parts.ts';
import { nearest } from './nearest.ts';
import { type Finding, type Report, shown } from './report.ts';
import { readValue, trimmed } from './read-value.ts';
import { type ScannedTag, type TagPart } from './scan-tag.ts';
import { type SettingType } from './setting-types.ts';
import { quotedTitle, type Title, wholeTitle, writtenTitle } from './titles.ts';
import { type CommandName, type Stretch, type TagFlag, type TagNode, type Written } from './tree.ts';

const VALUE_WORD = /\s*"?([^\s;，:,"{}]*)/y;

/** @param tag is closed, with three braces at both ends and none inside */
export function readTag(text: string, tag: ScannedTag, report: Report): TagNode | undefined {
  return new TagReader(text, tag, report).read();
}

class TagReader {
  readonly #text: string;
  readonly #tag: ScannedTag;
  readonly #report: Report;
  readonly #head: TagPart;
  readonly #rest: readonly TagPart[];
  #command: CommandName | undefined;
  /** Offset behind the command and its colon. */
  #valueStart: number;
  /** Of a chapter, with what follows that is no flag. */
  #title: Title | undefined;
  /** That the title has to be put into quotes. */
  #titleIsTold = false;
  /** Flags of the command. */
  #known: Readonly<Record<string, SettingType>> | undefined;
  #free: Readonly<Record<string, SettingType>> | undefined;

  constructor(text: string, tag: ScannedTag, report: Report) {
    this.#text = text;
    this.#tag = tag;
    this.#report = report;
    [this.#head, ...this.#rest] = tag.parts as [TagPart, ...TagPart[]];
    this.#valueStart = this.#head.colon + 1;
  }

  read(): TagNode | undefined {
    const { start, end } = this.#tag;
    const head = this.#head;
    const word = this.#nameOf(head);
    if (this.#rest.length === 0 && head.colon < 0 && word.text === '') {
      this.#report.add('script.empty_tag', this.#tag, () => ({
        message: 'This tag is empty. Say what it does, as in {{{voice:narrator}}}, or remove it.',
        fixes: [removal('Remove the empty tag', this.#tag)],
      }));
      return undefined;
    }
    const value = this.#readHead(word);
    const command = this.#command;
    const flags: TagFlag[] = [];
    // Whatever is wrong with one part, the others are looked at too, so that all is said at once.
    for (const [i, part] of this.#rest.entries()) {
      const flag = this.#readFlag(part, this.#rest[i - 1] ?? head);
      if (flag !== undefined) flags.push(flag);
    }
    if (command === undefined || !value || flags.length < this.#rest.length) return undefined;
    return { type: 'tag', start, end, command, value, flags };
  }

  #readHead(word: Written): Written | undefined {
    const head = this.#head;
    const unmarked = unmarkedCommand(word);
    const mayHoldColon = unmarked?.command === 'chapter' || this.#text[unmarked?.valueStart ?? -1] === '"';
    if (unmarked !== undefined && (head.colon < 0 || mayHoldColon)) {
      this.#unmarked(word, unmarked);
      return undefined;
    }
    const command = (this.#command = readCommand(word, this.#report));
    const place = trimmed(this.#text, head.colon + 1, head.end);
    if (command === 'chapter' && head.colon >= 0 && place.text !== '')
      this.#title = this.#titleFrom(place, head.quoted);
    const type = command === 'voice' || command === undefined ? 'quotable' : command === 'pause' ? command : undefined;
    const expected = { type, flags: () => Object.keys(this.#freeFlags()), title: this.#title } as const;
    const value = readValue(this.#text, this.#tag, head, expected, this.#report);
    if (value === undefined) this.#titleIsTold = true;
    if (value !== null) return value;
    this.#title = undefined;
    const { what, example } = COMMANDS[command ?? 'voice'];
    this.#report.add('script.missing_value', word.text === '' ? this.#tag : word, () => ({
      message: command
        ? `${command} needs ${what}, as in ${example}.`
        : `A tag is a command and a value, as in ${example}. Give it a value, or remove it.`,
      fixes: [removal('Remove the tag', this.#tag)],
    }));
    return undefined;
  }

  /** A colon is all that is missing, and for a title quotes. */
  #unmarked(word: Written, { command, valueStart }: { command: CommandName; valueStart: number }): void {
    const { end } = trimmed(this.#text, this.#head.start, this.#head.end);
    this.#command = command;
    this.#valueStart = valueStart;
    if (command === 'chapter') this.#title = this.#titleFrom({ start: valueStart, end }, undefined);
    this.#titleIsTold = true;
    this.#report.add('script.unknown_command', word, () => {
      const put = this.#title === undefined ? '' : writtenTitle(this.#text.slice(valueStart, this.#title.end));
      const place = { start: word.start, end: this.#title?.end ?? valueStart };
      return {
        message: `A colon stands between a command and its value, as in ${COMMANDS[command].example}.`,
        suggestion: command,
        fixes: [replacement(`Put a colon after ${command}`, place, `${command}:${put}`)],
      };
    });
  }

  #readFlag(part: TagPart, before: TagPart): TagFlag | undefined {
    const name = this.#nameOf(part);
    const whole = { start: part.start - 1, end: part.end };
    if (name.text === '' && part.colon < 0) {
      this.#report.add('script.missing_part', { start: part.start - 1, end: part.start }, () => ({
        message: 'Nothing stands beside this comma. Remove it, or name a flag and its value.',
        fixes: [removal('Remove the comma', whole)],
      }));
      return undefined;
    }
    const title = this.#title !== undefined && name.start < this.#title.end ? this.#title : undefined;
    if (title !== undefined && this.#titleIsTold) return undefined;
    const flags = this.#flags();
    const flag = name.text.toLowerCase();
    const type = Object.hasOwn(flags, flag) ? flags[flag] : undefined;
    const expected = { type, flags: () => Object.keys(this.#freeFlags()), title };
    const value = readValue(this.#text, this.#tag, part, expected, this.#report);
    if (value) return { name: { ...name, text: flag }, value };
    if (title !== undefined) this.#titleIsTold = true;
    if (value === null) {
      const at = name.text === '' ? whole : name;
      this.#report.add('script.missing_flag_value', at, () => this.#missingFlagValue(part, before, title));
    }
    return undefined;
  }

  #missingFlagValue(part: TagPart, before: TagPart, title: Title | undefined): Finding {
    const name = this.#nameOf(part);
    const start = part.start - 1;
    if (title !== undefined) {
      const rest = { start, end: Math.max(part.end, title.end) };
      const message = 'A title with a comma stands in double quotes.';
      return { message, fixes: [quotedTitle(this.#text, title), removal('Remove the rest of the title', rest)] };
    }
    const removed = removal('Remove the flag', { start, end: part.end });
    const decimal = part.colon < 0 ? decimalComma(this.#setting(before), name) : undefined;
    if (decimal !== undefined) {
      return { message: 'A number has a point before its decimals, and no comma.', fixes: [decimal] };
    }
    const { end } = trimmed(this.#text, part.start, part.end);
    const meant = unmarkedFlag(this.#freeFlags(), { ...name, end });
    return {
      message: `The flag ${shown(name.text)} needs a value, as in ${meant?.edits[0]?.text ?? 'volume:0.5'}.`,
      fixes: meant === undefined ? [removed] : [meant, removed],
    };
  }

  #nameOf(part: TagPart): Written {
    return trimmed(this.#text, part.start, part.colon < 0 ? part.end : part.colon);
  }

  #flags(): Readonly<Record<string, SettingType>> {
    return this.#command === undefined ? {} : (this.#known ??= flagsOf(this.#command, this.#firstWord()));
  }

  /** Of the value, which may be of the wrong form. */
  #firstWord(): string {
    VALUE_WORD.lastIndex = this.#valueStart;
    return VALUE_WORD.exec(this.#text)?.[1] ?? '';
  }

  /** Those that no part gives a value: a second one would be one too many. */
  #freeFlags(): Readonly<Record<string, SettingType>> {
    return (this.#free ??= Object.fromEntries(
      Object.entries(this.#flags()).filter(([flag]) => !this.#rest.some(part => this.#gives(part, flag))),
    ));
  }

  #gives(part: TagPart, flag: string): boolean {
    if (part.colon < 0 || this.#nameOf(part).text.toLowerCase() !== flag) return false;
    return !/^(?:"\s*")?$/.test(trimmed(this.#text, part.colon + 1, part.end).text);
  }

  /** What a part sets, where it sets a number or the like. */
  #setting(part: TagPart): { type: SettingType; value: Written } | undefined {
    if (part.colon < 0) return undefined;
    const name = this.#nameOf(part).text.toLowerCase();
    const known = part === this.#head ? { pause: 'pause' as const } : this.#flags();
    const type = Object.hasOwn(known, name) ? (known as Record<string, SettingType>)[name] : undefined;
    return type && { type, value: trimmed(this.#text, part.colon + 1, part.end) };
  }

  #titleFrom({ start, end }: Stretch, quoted: Stretch | undefined): Title {
    const after = this.#rest.map(part => ({
      name: this.#nameOf(part).text.toLowerCase(),
      hasColon: part.colon >= 0,
      end: trimmed(this.#text, part.start, part.end).end,
    }));
    return wholeTitle({ start, end, quoted }, after);
  }
}

function readCommand(word: Written, report: Report): CommandName | undefined {
  const name = word.text.toLowerCase();
  const command = COMMAND_NAMES.find(known => known === name);
  if (command !== undefined) return command;
  report.add('script.unknown_command', word, () => {
    // What holds a quote holds part of the value, which would be lost.
    const suggestion = commandFor(name) ?? (name.includes('"') ? undefined : nearest(name, COMMAND_NAMES));
    const said = name === '' ? 'This tag has no command.' : `There is no command ${shown(word.text)}.`;
    return {
      message: `${said} Tags begin with ${COMMAND_NAMES.slice(0, -1).join(', ')} or ${COMMAND_NAMES.at(-1)}.`,
      suggestion,
      fixes: suggestion === undefined ? [] : [replacement(`Use ${suggestion}`, word, suggestion)],
    };
  });
  return undefined;
}
