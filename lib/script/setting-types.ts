/** The types of values in tags (2.2): what is legal, how it is said to people, how it is read. */
export type SettingType = 'seconds' | 'pause' | 'gain' | 'level' | 'pan' | 'speed' | 'pitch' | 'boolean';

interface NumberType {
  min: number;
  max: number;
  /** A number followed by `dB` is understood, as gain relative to full scale. */
  decibels: boolean;
  /** Completes the sentence “It must be …”. */
  what: string;
}

export const NUMBER_TYPES: Readonly<Record<Exclude<SettingType, 'boolean'>, NumberType>> = {
  seconds: { min: 0, max: Number.MAX_VALUE, decibels: false, what: 'a number of seconds, 0 or more' },
  pause: { min: 0, max: 60, decibels: false, what: 'a number of seconds from 0 to 60' },
  gain: { min: 0, max: 4, decibels: true, what: 'a gain from 0 to 4, or decibels such as -6dB' },
  level: { min: 0, max: 1, decibels: true, what: 'a gain from 0 to 1, or decibels such as -20dB' },
  pan: { min: -1, max: 1, decibels: false, what: 'a number from -1 (left) to 1 (right)' },
  speed: { min: 0.5, max: 2, decibels: false, what: 'a number from 0.5 to 2' },
  pitch: { min: -12, max: 12, decibels: false, what: 'a number of semitones from -12 to 12' },
};

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+))\s*(db)?$/i;

/** Undefined where the text is of another type or out of range. */
export function readSetting(type: SettingType, text: string): number | boolean | undefined {
  return type === 'boolean' ? readBoolean(text) : readNumber(type, text);
}

function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return Object.hasOwn(BOOLEANS, word) ? BOOLEANS[word] : undefined;
}

export function readNumber(type: Exclude<SettingType, 'boolean'>, text: string): number | undefined {
  const { min, max, decibels } = NUMBER_TYPES[type];
  const [, digits, unit] = NUMBER.exec(text) ?? [];
  if (digits === undefined || (unit !== undefined && !decibels)) return undefined;
  const value = unit === undefined ? Number(digits) : 10 ** (Number(digits) / 20);
  return value >= min && value <= max ? value : undefined;
}

/** Completes “It must be …”. */
export function whatIsLegal(type: SettingType): string {
  return type === 'boolean' ? 'true or false (or yes, no, on, off, 1, 0)' : NUMBER_TYPES[type].what;
}

/** Legal values that may have been meant, the likeliest first; none where that is anybody's guess. */
export function likelyValues(type: SettingType, text: string): string[] {
  if (type === 'boolean') return /^(?:t|y|j|w)/i.test(text) ? ['true'] : /^(?:f|n)/i.test(text) ? ['false'] : [];
  const [, digits, unit = ''] = /^([+\-−–]?\d{1,9}\.?\d{0,9})\s*(%|s|sec|seconds|st|x|db|)$/i.exec(text) ?? [];
  if (digits === undefined) return [];
  const number = Number(digits.replace(/[−–]/, '-'));
  const { min, max, decibels } = NUMBER_TYPES[type];
  const meant = [];
  if (unit === '%' || (unit === '' && isPercent(type, number))) meant.push(number / 100);
  if (unit.toLowerCase() === 'db' && decibels) {
    const most = Math.floor(20 * Math.log10(max));
    // Full scale is the top of a level, and people leave out the minus.
    return [`${String(most === 0 && number > 0 ? -number : Math.min(number, most))}dB`];
  }
  if (unit !== '%') meant.push(Math.min(Math.max(number, min), max));
  return meant.map(value => String(Number(value.toFixed(4)))).filter(value => readNumber(type, value) !== undefined);
}

/** Out of range as it is, in range as hundredths. */
function isPercent(type: Exclude<SettingType, 'boolean'>, number: number): boolean {
  if (type === 'gain' || type === 'level') return number > NUMBER_TYPES[type].max && number <= 100;
  if (type === 'pan') return Math.abs(number) >= 10 && Math.abs(number) <= 100;
  return type === 'speed' && number >= 50 && number <= 200;
}
