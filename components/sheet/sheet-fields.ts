/**
 * The fields of the sheet: how each is written for people and read back, within the limits of the server. Numbers may be typed as
 * people write them: `−4,4 dB`, `1:02.5`, `none`.
 */
import { CLIP_DEFAULTS } from '#lib/audio/clip-envelope.ts';
import { decibelsToGain, gainToDecibels } from '#lib/base/units.ts';
import {
  MAX_CHARACTERS,
  MAX_GAIN,
  MAX_LEVEL,
  MAX_SOUND_SECONDS,
  MAX_TAGS,
  NO_CONTROL,
  tidyText,
} from '#lib/sounds/sound-limits.ts';
import type { SoundKind, SoundSettings } from '#lib/sounds/sound.ts';

export type FieldName = keyof SoundSettings;
export type FieldProblems = { [F in FieldName]?: string };
export type FlagName = 'pause_speech' | 'loop' | 'duck_speech';
export type TextName = Exclude<FieldName, FlagName | 'tags'>;

export type Reading = { value: SoundSettings[TextName] } | { problem: string };

export const FIELD_NAMES: readonly FieldName[] = [
  'name',
  'category',
  'type',
  'tags',
  'license',
  'attribution',
  'volume',
  'fade_in',
  'fade_out',
  'duration',
  'pause_speech',
  'loop',
  'duck_speech',
  'duck_level',
  'crossfade',
  'start_at',
  'end_at',
];

export const FIELD_LABELS: Readonly<Record<FieldName, string>> = {
  name: 'Name',
  category: 'Category',
  type: 'Type',
  tags: 'Tags',
  license: 'License',
  attribution: 'Attribution',
  volume: 'Volume',
  fade_in: 'Fade in',
  fade_out: 'Fade out',
  duration: 'At most',
  pause_speech: 'Pause speech while it plays',
  loop: 'Loop',
  duck_speech: 'Quieter under speech',
  duck_level: 'Under speech',
  crossfade: 'Crossfade',
  start_at: 'Start',
  end_at: 'End',
};

/** Linear gains, shown in decibels, with their limit. */
const GAINS: { readonly [F in FieldName]?: number } = { volume: MAX_GAIN, duck_level: MAX_LEVEL };
const LINES: { readonly [F in FieldName]?: number } = {
  name: MAX_CHARACTERS.name,
  category: MAX_CHARACTERS.category,
  type: MAX_CHARACTERS.type,
  license: MAX_CHARACTERS.license,
  attribution: MAX_CHARACTERS.attribution,
};

/** The built-in defaults that no clip needs (script-markup.md, 2.1). */
const OTHER_DEFAULTS = { pause_speech: false, duck_speech: true, duck_level: 0.1 } as const;

/** What a script plays where the field is empty. */
export function defaultOf<F extends FieldName>(kind: SoundKind, name: F): SoundSettings[F] | null {
  const known: Partial<SoundSettings> = { ...OTHER_DEFAULTS, ...CLIP_DEFAULTS[kind] };
  return known[name] ?? null;
}

/** Quieter than this is drawn and stepped to as silence. dB. */
export const QUIETEST_DB = -60;

/** With a true minus sign, to a tenth; `−∞` for silence. */
export function writeDecibels(gain: number): string {
  if (gain === 0) return '−∞';
  return String(Math.round(gainToDecibels(gain) * 10) / 10 + 0).replace('-', '−');
}

export function writeSeconds(seconds: number): string {
  return String(Math.round(seconds * 1000) / 1000);
}

/** Text of a field as it stands in its input; empty for the default. */
export function writeField(name: TextName, value: SoundSettings[TextName]): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return GAINS[name] === undefined ? writeSeconds(value) : writeDecibels(value);
}

/** What stands in an empty input: the default that then applies. */
export function placeholderOf(kind: SoundKind, name: TextName, length: number): string {
  if (name === 'end_at') return writeSeconds(Math.round(length * 100) / 100);
  const value = defaultOf(kind, name);
  if (value !== null) return writeField(name, value);
  return name === 'duration' ? 'none' : '';
}

export function readField(name: TextName, text: string): Reading {
  const lineLimit = LINES[name];
  if (lineLimit !== undefined) return readLine(name, text, lineLimit);
  const plain = text.trim().replaceAll('−', '-').replaceAll(',', '.').toLowerCase();
  if (plain === '' || plain === 'none' || plain === 'default') return { value: null };
  const limit = GAINS[name];
  return limit === undefined ? readSeconds(plain) : readDecibels(plain, limit);
}

function readLine(name: TextName, text: string, limit: number): Reading {
  const line = tidyText(text);
  if (line === '') return name === 'name' ? { problem: 'A sound needs a name.' } : { value: null };
  if (line.length > limit) return { problem: `${line.length} characters. At most ${limit}.` };
  return NO_CONTROL.test(line) ? { value: line } : { problem: 'Holds characters that cannot be shown.' };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

function readDecibels(plain: string, limit: number): Reading {
  const text = plain.replace(/\s*db$/, '');
  if (/^-?(inf|infinity|∞)$|^(off|silent)$/.test(text)) return { value: 0 };
  if (!NUMBER.test(text)) return { problem: 'A number of dB, such as −6.' };
  const gain = gainOf(Number(text));
  if (gain > limit) return { problem: `At most ${writeDecibels(limit).replace('−0', '0')} dB.` };
  return { value: gain };
}

/** To a millionth: what is typed in decibels must come back as it was typed, and no more digits mean anything. */
export function gainOf(decibels: number): number {
  return Math.round(decibelsToGain(decibels) * 1e6) / 1e6;
}

function readSeconds(plain: string): Reading {
  const parts = plain.replace(/\s*s$/, '').split(':');
  const last = parts.at(-1)!;
  const whole = parts.slice(0, -1);
  const wrong = !NUMBER.test(last) || parts.length > 3 || whole.some(part => !/^\d+$/.test(part));
  if (wrong) return { problem: 'A number of seconds, such as 0.25.' };
  const seconds = parts.reduce((sum, part) => sum * 60 + Number(part), 0);
  if (seconds < 0) return { problem: '0 s or more.' };
  if (seconds > MAX_SOUND_SECONDS) return { problem: `At most ${MAX_SOUND_SECONDS / 3600} hours.` };
  return { value: seconds + 0 };
}

/** The tags with those of a text, which commas divide; each once, in the order given. */
export function addTags(tags: readonly string[], text: string): { tags: string[] } | { problem: string } {
  const added = text
    .split(',')
    .map(part => tidyText(part).toLowerCase())
    .filter(part => part !== '');
  const long = added.find(tag => tag.length > MAX_CHARACTERS.tag);
  if (long !== undefined) return { problem: `A tag has at most ${MAX_CHARACTERS.tag} characters, not ${long.length}.` };
  if (added.some(tag => !NO_CONTROL.test(tag))) return { problem: 'Holds characters that cannot be shown.' };
  const all = [...new Set([...tags, ...added])];
  return all.length > MAX_TAGS ? { problem: `At most ${MAX_TAGS} tags.` } : { tags: all };
}

/**
 * What is wrong between fields that are each right: a trim that leaves nothing to play. It is told where someone types; both
 * edges wait until it is mended.
 */
export function trimProblems(
  { start_at, end_at }: Pick<SoundSettings, 'start_at' | 'end_at'>,
  length: number,
  isEdited: (name: FieldName) => boolean,
): FieldProblems {
  if (start_at !== null && start_at >= length) {
    return { start_at: `The recording ends at ${writeSeconds(Math.floor(length * 1000) / 1000)} s.` };
  }
  if (end_at === null || end_at > (start_at ?? 0)) return {};
  if (isEdited('start_at') && !isEdited('end_at')) return { start_at: `Before the end, ${writeSeconds(end_at)} s.` };
  return { end_at: `After the start, ${writeSeconds(start_at ?? 0)} s.` };
}

export function isSameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => Object.is(one, b[i]));
  return Object.is(a, b);
}
