/**
 * The contract of an upload: the names of its form fields and how their text becomes the settings of a sound. Pure; runs in
 * the browser too.
 */
import { AppError, type FieldIssue } from '#lib/base/errors.ts';
import { RESERVED_IDS, SOUND_ID_PATTERN, type SoundKind, type SoundPatch } from '#lib/sounds/sound.ts';
import { readBoolean, readSoundFields } from '#lib/sounds/sound-form.ts';

export const FILE_FIELD = 'audio_file';
const OWN_FIELDS: ReadonlySet<string> = new Set([FILE_FIELD, 'id', 'sha256', 'allow_duplicate']);

export interface UploadForm {
  /** Undefined: to be made from the file name. */
  id: string | undefined;
  settings: SoundPatch;
  /** Lower-case hexadecimal, as the client expects it. */
  sha256: string | undefined;
  allowDuplicate: boolean;
}

/**
 * Reads the text fields that came beside a file. An empty field counts as absent, as forms without JavaScript send it.
 *
 * @throws AppError `upload.invalid` that names every wrong field
 */
export function readUploadForm(kind: SoundKind, fields: ReadonlyMap<string, readonly string[]>): UploadForm {
  const settings = readSoundFields(kind, new Map([...fields].filter(([name]) => !OWN_FIELDS.has(name))), 'skip');
  const issues: FieldIssue[] = [...settings.issues];
  const single = (name: string): string | undefined => {
    const values = (fields.get(name) ?? []).filter(value => value.trim() !== '');
    if (values.length > 1) issues.push({ path: name, message: 'is given more than once' });
    return values[0]?.trim();
  };

  const id = single('id');
  if (id !== undefined && !SOUND_ID_PATTERN.test(id)) {
    issues.push({ path: 'id', message: 'must be 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit' });
  } else if (id !== undefined && RESERVED_IDS.has(id)) {
    issues.push({ path: 'id', message: `${id} is an address of its own; choose another` });
  }
  const sha256 = single('sha256')?.toLowerCase();
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    issues.push({ path: 'sha256', message: 'must be 64 hexadecimal digits' });
  }
  const allowDuplicate = readBoolean(single('allow_duplicate') ?? 'false');
  if (allowDuplicate === 'wrong') issues.push({ path: 'allow_duplicate', message: 'must be true or false' });

  if (issues.length > 0) {
    throw new AppError('upload.invalid', issues.map(issue => `${issue.path} ${issue.message}`).join('; '), { issues });
  }
  return { id, settings: settings.patch, sha256, allowDuplicate: allowDuplicate === true };
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
