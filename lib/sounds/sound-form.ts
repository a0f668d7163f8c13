/** How the text of a form becomes the fields of a sound. Pure; runs in the browser too. */
import type { FieldIssue } from '#lib/base/errors.ts';
import { SOUND_PATCH, type SoundKind, type SoundPatch } from './sound.ts';

export const NUMBER_FIELDS: ReadonlySet<string> = new Set([
  'volume',
  'fade_in',
  'fade_out',
  'duration',
  'duck_level',
  'crossfade',
  'start_at',
  'end_at',
]);
export const BOOLEAN_FIELDS: ReadonlySet<string> = new Set(['pause_speech', 'loop', 'duck_speech']);

const TRUE = new Set(['true', 'on', 'yes', '1']);
const FALSE = new Set(['false', 'off', 'no', '0']);

/** `wrong` where the text stands for neither. */
export function readBoolean(text: string): boolean | 'wrong' {
  const word = text.trim().toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : 'wrong';
}

/**
 * Reads fields from text. Tags are divided by commas; numbers are decimal.
 *
 * @param empty what an empty field means: `skip` leaves it out, `clear` makes it null
 * @returns the patch, or the fields that are wrong
 */
export function readSoundFields(
  kind: SoundKind,
  fields: ReadonlyMap<string, readonly string[]>,
  empty: 'skip' | 'clear',
): { patch: SoundPatch; issues: FieldIssue[] } {
  const schema = SOUND_PATCH[kind];
  const issues: FieldIssue[] = [];
  const raw: Record<string, unknown> = {};
  for (const [name, values] of fields) {
    if (!Object.hasOwn(schema.shape, name)) {
      issues.push({ path: name, message: `is not a field of ${kind}` });
      continue;
    }
    const filled = values.filter(value => value.trim() !== '');
    if (filled.length > 1 && name !== 'tags') issues.push({ path: name, message: 'is given more than once' });
    else if (filled.length > 0) raw[name] = name === 'tags' ? splitTags(filled) : readValue(name, filled[0]!.trim());
    else if (empty === 'clear') raw[name] = name === 'name' ? '' : null;
  }
  const result = schema.safeParse(raw);
  if (result.success && issues.length === 0) return { patch: result.data, issues };
  for (const issue of result.error?.issues ?? []) issues.push({ path: issue.path.join('.'), message: issue.message });
  return { patch: {}, issues };
}

function splitTags(values: readonly string[]): string[] {
  return values.flatMap(value => value.split(',')).filter(tag => tag.trim() !== '');
}

/** Text that stands for no value stays text, and fails the schema under its name. */
function readValue(name: string, text: string): unknown {
  if (NUMBER_FIELDS.has(name)) return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
  if (!BOOLEAN_FIELDS.has(name)) return text;
  const value = readBoolean(text);
  return value === 'wrong' ? text : value;
}
