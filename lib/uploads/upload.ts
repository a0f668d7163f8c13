/**
 * The contract of an upload: the names of its form fields and how their text becomes the settings of a sound. Pure; runs in
 * the browser too.
 */
import { AppError, type FieldIssue } from '#lib/base/errors.ts';
import { RESERVED_IDS, SOUND_ID_PATTERN, type SoundKind, type SoundPatch } from '#lib/sounds/sound.ts';
import { readBoolean, readSoundFields } from '#lib/sounds/sound-form.ts';

export const FILE_FIELD = 'audio_file';
const FILE_FIELDS: ReadonlySet<string> = new Set([FILE_FIELD, 'sha256', 'allow_duplicate']);

/** What may be said of a file that replaces another one. */
export interface ReplacementForm {
  /** Lower-case hexadecimal, as the client expects it. */
  sha256: string | undefined;
  allowDuplicate: boolean;
}

export interface UploadForm extends ReplacementForm {
  /** Undefined: to be made from the file name. */
  id: string | undefined;
  settings: SoundPatch;
}

type Fields = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the text fields that came beside a file. An empty field counts as absent, as forms without JavaScript send it.
 *
 * @throws AppError `upload.invalid` that names every wrong field
 */
export function readUploadForm(kind: SoundKind, fields: Fields): UploadForm {
  const own = new Map([...fields].filter(([name]) => name !== 'id' && !FILE_FIELDS.has(name)));
  const settings = readSoundFields(kind, own, 'skip');
  const issues: FieldIssue[] = [...settings.issues];
  const id = single(fields, 'id', issues);
  if (id !== undefined && !SOUND_ID_PATTERN.test(id)) {
    issues.push({ path: 'id', message: 'must be 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit' });
  } else if (id !== undefined && RESERVED_IDS.has(id)) {
    issues.push({ path: 'id', message: `${id} is an address of its own; choose another` });
  }
  const file = readFileFields(fields, issues);
  refuseIssues(issues);
  return { id, settings: settings.patch, ...file };
}

/**
 * Reads the text fields beside a file that replaces another one.
 *
 * @throws AppError `upload.invalid` that names every wrong field
 */
export function readReplacementForm(fields: Fields): ReplacementForm {
  const issues: FieldIssue[] = [...fields.keys()]
    .filter(name => !FILE_FIELDS.has(name))
    .map(path => ({ path, message: 'is not known here; a replacement keeps the settings' }));
  const file = readFileFields(fields, issues);
  refuseIssues(issues);
  return file;
}

function readFileFields(fields: Fields, issues: FieldIssue[]): ReplacementForm {
  const sha256 = single(fields, 'sha256', issues)?.toLowerCase();
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    issues.push({ path: 'sha256', message: 'must be 64 hexadecimal digits' });
  }
  const allowDuplicate = readBoolean(single(fields, 'allow_duplicate', issues) ?? 'false');
  if (allowDuplicate === 'wrong') issues.push({ path: 'allow_duplicate', message: 'must be true or false' });
  return { sha256, allowDuplicate: allowDuplicate === true };
}

function single(fields: Fields, name: string, issues: FieldIssue[]): string | undefined {
  const values = (fields.get(name) ?? []).filter(value => value.trim() !== '');
  if (values.length > 1) issues.push({ path: name, message: 'is given more than once' });
  return values[0]?.trim();
}

function refuseIssues(issues: readonly FieldIssue[]): void {
  if (issues.length === 0) return;
  throw new AppError('upload.invalid', issues.map(issue => `${issue.path} ${issue.message}`).join('; '), { issues });
}

/** The last part of a path-like name, whichever slash its machine uses, without control characters; at most 255 characters. */
export function baseName(filename: string): string {
  const last = filename.split(/[/\\]/).at(-1) ?? '';
  return [...last.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim()].slice(0, 255).join('');
}

/** A readable name from a file name: no ending, underscores as spaces. */
export function nameFromFilename(filename: string): string {
  const stem = stemOf(filename)
    .replace(/[_\s]+/g, ' ')
    .normalize('NFC')
    .trim();
  return [...stem].slice(0, 200).join('').trim() || 'Untitled';
}

/** An id from a file name: accents folded, everything foreign as one underscore. */
export function idFromFilename(filename: string): string {
  const id = stemOf(filename)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/_{2,}/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
    .slice(0, 64);
  return id === '' ? 'sound' : id;
}

function stemOf(filename: string): string {
  const name = baseName(filename);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
