/** What parts of a tag that are nearly right were meant to be. */
import { COMMAND_NAMES, commandFor } from './commands.ts';
import { replacement } from './fix.ts';
import { written } from './quoting.ts';
import { type Fix } from './script.ts';
import { likelyValues, readNumber, readSetting, type SettingType } from './setting-types.ts';
import { type CommandName, type Written } from './tree.ts';

const UNMARKED_COMMAND = /^([a-z]+)(?:[\s=：-]+(?=[^\s=：-])|(?="))/i;

/**
 * A command that no colon parts from its value: `pause 2`, `voice=a`, `sound door`, `voice"a"`. Undefined where that is anybody's guess.
 *
 * @returns the offset where the value begins
 */
export function unmarkedCommand({ text, start }: Written): { command: CommandName; valueStart: number } | undefined {
  const [before, word] = UNMARKED_COMMAND.exec(text) ?? [];
  if (before === undefined) return undefined;
  const name = word!.toLowerCase();
  const command = COMMAND_NAMES.find(known => known === name) ?? commandFor(name);
  if (command === undefined) return undefined;
  const value = text.slice(before.length);
  const isLikely =
    command === 'chapter' ||
    (command === 'pause' ? readNumber('pause', value) !== undefined || hasLikely('pause', value) : !/\s/.test(value));
  return isLikely ? { command, valueStart: start + before.length } : undefined;
}

function hasLikely(type: SettingType, value: string): boolean {
  return likelyValues(type, value).length > 0;
}

/**
 * A number with a comma for its point: `volume:0,3`.
 *
 * @param before what the comma follows, and its type
 */
export function decimalComma(
  before: { type: SettingType; value: Written } | undefined,
  { text, end }: Written,
): Fix | undefined {
  if (before === undefined || !/^[+-]?\d+$/.test(before.value.text) || !/^\d+\s*(?:db)?$/i.test(text)) return undefined;
  const { type, value } = before;
  const number = `${value.text}.${text}`;
  if (readSetting(type, number) === undefined) return undefined;
  return replacement(`Use ${number}`, { start: value.start, end }, number);
}

/** A flag that no colon parts from its value, or that says by its name alone what is wanted: `volume=0.5`, `loop`. */
export function unmarkedFlag(
  flags: Readonly<Record<string, SettingType>>,
  { text, start, end }: Written,
): Fix | undefined {
  const [, name = '', value] = /^(\w+)(?:[\s=：]+([^\s=：].*))?$/s.exec(text) ?? [];
  const flag = name.toLowerCase();
  const type = Object.hasOwn(flags, flag) ? flags[flag] : undefined;
  if (type === undefined) return undefined;
  const meant = value ?? (type === 'boolean' ? 'true' : undefined);
  if (meant === undefined || readSetting(type, meant) === undefined) return undefined;
  const put = `${flag}:${meant}`;
  return replacement(`Use ${put}`, { start, end }, put);
}

/**
 * Flags that no comma parts from the value before them: `door volume:0.5`, `door;pan:1`. Undefined where there is none, and where the value
 * before them would be none.
 *
 * @param flags that are not given elsewhere
 * @param quotable a value may hold a colon, in quotes
 */
export function missingCommas(flags: readonly string[], value: Written, quotable: boolean): Fix | undefined {
  if (flags.length === 0) return undefined;
  const named = String.raw`(?<![\s;，:])[\s;，:]+(${flags.join('|')})\s*[:=：]`;
  const flag = new RegExp(String.raw`${named}(?=\s*[^\s;，:])(?!\s*"\s*")`, 'gi');
  const edits: Fix['edits'] = [];
  const seen = new Set<string>();
  for (const { index, 0: found, 1: name } of value.text.matchAll(flag)) {
    if (index === 0 || seen.has(name!.toLowerCase())) continue;
    seen.add(name!.toLowerCase());
    const place = { start: value.start + index, end: value.start + index + found.length };
    const before = value.text.slice(0, index);
    if (edits.length > 0 || !before.includes(':')) edits.push({ ...place, text: `,${name!}:` });
    else if (!quotable) return undefined;
    else edits.push({ start: value.start, end: place.end, text: `${written(before)},${name!}:` });
  }
  const [first] = seen;
  return first === undefined ? undefined : { title: `Put a comma before ${first}`, edits };
}

/** Seconds that were given as minutes and seconds. */
export function minutesAndSeconds(type: SettingType | undefined, value: Written): Fix | undefined {
  const [, minutes, seconds] = /^(\d{1,4}):([0-5]?\d(?:\.\d{1,9})?)$/.exec(value.text) ?? [];
  if ((type !== 'seconds' && type !== 'pause') || minutes === undefined) return undefined;
  const all = String(Number((60 * Number(minutes) + Number(seconds)).toFixed(4)));
  return readNumber(type, all) === undefined ? undefined : replacement(`Use ${all}`, value, all);
}
