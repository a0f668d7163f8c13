/** What a book may have of its own between the built-in defaults and those of each sound, as fields of a page. */
import type { AudiobookSettings } from '#lib/audiobooks/audiobook.ts';
import type { SettledDefaults } from '#lib/audiobooks/book-defaults.ts';

type Group = 'gaps' | 'effects' | 'background';

export interface NumberField {
  group: Group | undefined;
  name: string;
  label: string;
  unit: 's' | 'gain' | 'dBFS';
  min: number;
  max: number;
}

export interface SwitchField {
  group: 'effects' | 'background';
  name: string;
  label: string;
}

const seconds = (group: Group, name: string, label: string, max: number): NumberField => ({
  group,
  name,
  label,
  unit: 's',
  min: 0,
  max,
});
const gain = (group: Group, name: string, label: string, max: number): NumberField => ({
  group,
  name,
  label,
  unit: 'gain',
  min: 0,
  max,
});

const GAP = 60;
const FADE = 3600;

export const GAP_FIELDS: readonly NumberField[] = [
  seconds('gaps', 'sentence', 'After a sentence', GAP),
  seconds('gaps', 'paragraph', 'After a paragraph', GAP),
  seconds('gaps', 'voice', 'Where the voice changes', GAP),
  seconds('gaps', 'chapter', 'Before a chapter', GAP),
  seconds('gaps', 'head', 'At the beginning', GAP),
  seconds('gaps', 'tail', 'At the end', GAP),
];

export const EFFECT_FIELDS: readonly (NumberField | SwitchField)[] = [
  gain('effects', 'volume', 'Volume', 4),
  seconds('effects', 'fade_in', 'Fade in', FADE),
  seconds('effects', 'fade_out', 'Fade out', FADE),
  { group: 'effects', name: 'pause_speech', label: 'Speech waits for effects' },
];

export const BED_FIELDS: readonly (NumberField | SwitchField)[] = [
  gain('background', 'volume', 'Volume', 4),
  gain('background', 'duck_level', 'Under speech', 1),
  seconds('background', 'fade_in', 'Fade in', FADE),
  seconds('background', 'fade_out', 'Fade out', FADE),
  seconds('background', 'crossfade', 'Crossfade of loops', FADE),
  { group: 'background', name: 'loop', label: 'Loop' },
  { group: 'background', name: 'duck_speech', label: 'Duck under speech' },
];

export const OUTPUT_FIELDS: readonly NumberField[] = [
  { group: undefined, name: 'limiter_dbfs', label: 'Limiter', unit: 'dBFS', min: -12, max: 0 },
];

type Values = Readonly<Record<string, unknown>>;

/** What the book says of it; undefined where it says nothing. */
export function settingOf(settings: AudiobookSettings, { group, name }: Pick<NumberField, 'group' | 'name'>): unknown {
  const values: Values | undefined = group === undefined ? settings : settings[group];
  return values?.[name];
}

/** Of defaults, those that are not built in: what somebody chose. */
export function chosenOf(defaults: SettledDefaults, builtIn: SettledDefaults): AudiobookSettings {
  let chosen: AudiobookSettings = {};
  for (const field of [...GAP_FIELDS, ...EFFECT_FIELDS, ...BED_FIELDS, ...OUTPUT_FIELDS]) {
    const value = settingOf(defaults, field) as number | boolean;
    if (value !== settingOf(builtIn, field)) chosen = withSetting(chosen, field, value);
  }
  return chosen;
}

/** The settings with another value; undefined takes it out, and a group that becomes empty too. */
export function withSetting(
  settings: AudiobookSettings,
  { group, name }: Pick<NumberField, 'group' | 'name'>,
  value: number | boolean | undefined,
): AudiobookSettings {
  if (group === undefined) return changed(settings, name, value);
  const values = changed(settings[group] ?? {}, name, value);
  return changed(settings, group, Object.keys(values).length === 0 ? undefined : values);
}

/** A number as people write it, a comma or a true minus sign too; undefined for the default, words for what is wrong. */
export function readNumber(
  text: string,
  { min, max, unit }: NumberField,
): { value: number | undefined } | { problem: string } {
  const plain = text.trim().replace(',', '.').replace('−', '-');
  if (plain === '') return { value: undefined };
  const value = Number(plain);
  const fits = Number.isFinite(value) && value >= min && value <= max;
  if (fits) return { value };
  return { problem: `A number from ${shown(min)} to ${shown(max)}${unit === 'gain' ? '' : ` ${unit}`}` };
}

export function shown(value: number): string {
  return String(value).replace('-', '−');
}

function changed(from: Values, name: string, value: unknown): Record<string, unknown> {
  return Object.fromEntries<unknown>([
    ...Object.entries(from).filter(([key]) => key !== name),
    ...(value === undefined ? [] : [[name, value] as const]),
  ]);
}
