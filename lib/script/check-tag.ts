/** What can be said about the flags and values of a tag without knowing any sound or voice (2.2, 2.3). */
import { COMMANDS, COMMAND_NAMES, flagsOf, isStop } from './commands.ts';
import { nearest } from './nearest.ts';
import { removal, replacement } from './fix.ts';
import { type Fix } from './script.ts';
import { type Report, shown } from './report.ts';
import { likelyValues, readNumber, readSetting, type SettingType, whatIsLegal } from './setting-types.ts';
import { isFlagLike, quotedTitle, wholeTitle } from './titles.ts';
import { type Stretch, type TagFlag, type TagNode, type Written } from './tree.ts';

/** @param text of the script */
export function checkTag(text: string, tag: TagNode, report: Report): void {
  if (tag.command === 'pause') checkValue('pause', tag.value, report);
  const known = flagsOf(tag.command, tag.value.text);
  const given = new Set(tag.flags.map(({ name }) => name.text));
  const seen = new Set<string>();
  const ofTitle = tag.command === 'chapter' ? tag.flags.find(({ name }) => !isFlagLike(name.text)) : undefined;
  let before = tag.value.end;
  for (const flag of tag.flags) {
    const whole = { start: before, end: flag.value.end };
    before = flag.value.end;
    const type = Object.hasOwn(known, flag.name.text) ? known[flag.name.text] : undefined;
    // A title is as long as it likes, so it is given once and not with each of its parts.
    const quoted = () => (flag === ofTitle ? quotedWith(text, tag, flag) : []);
    if (type === undefined) unknownFlag(tag, flag, { whole, given, quoted }, report);
    else if (seen.has(flag.name.text)) duplicateFlag(flag, whole, report);
    else checkValue(type, flag.value, report);
    seen.add(flag.name.text);
  }
}

/** What the tag sets, as far as it is legal. */
export function settingsIn(tag: TagNode): Record<string, number | boolean> {
  const known = flagsOf(tag.command, tag.value.text);
  const settings: Record<string, number | boolean> = {};
  for (const { name, value } of tag.flags) {
    if (!Object.hasOwn(known, name.text) || Object.hasOwn(settings, name.text)) continue;
    const setting = readSetting(known[name.text]!, value.text);
    if (setting !== undefined) settings[name.text] = setting;
  }
  return settings;
}

/** Undefined where the value of a pause is not legal. */
export function secondsOf(tag: TagNode): number | undefined {
  return readNumber('pause', tag.value.text);
}

function checkValue(type: SettingType, value: Written, report: Report): void {
  if (readSetting(type, value.text) !== undefined) return;
  report.add('script.bad_value', value, () => ({
    message: `${shown(value.text)} will not do here. It must be ${whatIsLegal(type)}.`,
    fixes: likelyValues(type, value.text).map(likely => replacement(`Use ${likely}`, value, likely)),
  }));
}

interface FlagPlace {
  /** With the comma before it. */
  whole: Stretch;
  /** Names of all flags of the tag. */
  given: ReadonlySet<string>;
  quoted: () => Fix[];
}

function unknownFlag(
  tag: TagNode,
  { name, value }: TagFlag,
  { whole, given, quoted }: FlagPlace,
  report: Report,
): void {
  report.add('script.unknown_flag', name, () => {
    const known = flagsOf(tag.command, tag.value.text);
    const flags = Object.keys(known);
    const free = flags.filter(other => !given.has(other));
    const fitting = free.filter(other => readSetting(known[other]!, value.text) !== undefined);
    const suggestion = nearest(name.text, fitting) ?? nearest(name.text, free);
    const said = `${isStop(tag) ? 'bg:stop' : tag.command} has no flag ${shown(name.text)}`;
    const legal = flags.length === 0 ? 'It takes none.' : `It takes ${flags.join(', ')}.`;
    const elsewhere = COMMAND_NAMES.filter(command => Object.hasOwn(COMMANDS[command].flags, name.text));
    return {
      message: `${said}${elsewhere.length > 0 ? `, which belongs to ${elsewhere.join(' and ')}` : ''}. ${legal}`,
      suggestion,
      fixes: [
        ...(suggestion === undefined ? [] : [replacement(`Use ${suggestion}`, name, suggestion)]),
        ...quoted(),
        removal('Remove the flag', whole),
      ],
    };
  });
}

/** People write titles with commas and colons: `chapter:Dust, 1: One`. */
function quotedWith(text: string, { value, flags }: TagNode, flag: TagFlag): Fix[] {
  const { start, end } = value;
  const quoted = text[start] === '"' ? { start, end } : undefined;
  const after = flags.map(other => ({ name: other.name.text, hasColon: true, end: other.value.end }));
  const title = wholeTitle({ start, end, quoted }, after);
  return flag.value.end <= title.end ? [quotedTitle(text, title)] : [];
}

function duplicateFlag({ name }: TagFlag, whole: Stretch, report: Report): void {
  report.add('script.duplicate_flag', name, () => ({
    message: `The flag ${shown(name.text)} is given twice. Keep one of them.`,
    fixes: [removal('Remove the second one', whole)],
  }));
}
