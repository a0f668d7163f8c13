/** Rows of the table `sounds` and the sounds they are. */
import type { Selectable } from 'kysely';
import type { SoundsTable } from '#lib/storage/tables.ts';
import type { SoundFacts, SoundKind, SoundSettings } from './sound.ts';

/** A sound as the database knows it; HTTP's shape without its URLs. */
export interface StoredSound extends SoundSettings, SoundFacts {
  /** Order of upload. */
  seq: number;
  kind: SoundKind;
  id: string;
  /** ISO 8601 UTC, as are the next two. */
  uploaded_at: string;
  updated_at: string;
  deleted_at: string | null;
  /** 1 at upload, one more with each change. */
  revision: number;
  blob_key: string;
  cover_key: string | null;
}

export const SETTINGS = [
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
] as const satisfies readonly (keyof SoundSettings)[];

export const FACTS = [
  'content_type',
  'codec',
  'size',
  'sha256',
  'length',
  'sample_rate',
  'channels',
  'bit_depth',
  'peak_dbfs',
  'loudness_lufs',
  'original_filename',
] as const satisfies readonly (keyof SoundFacts)[];

/** In the order in which {@link fromValues} takes them apart. */
export const COLUMNS = [
  ...(['seq', 'kind', 'id'] as const),
  ...SETTINGS,
  ...FACTS,
  ...(['uploaded_at', 'updated_at', 'deleted_at', 'revision', 'blob_key', 'cover_key'] as const),
] as const;
export type StoredRow = Pick<Selectable<SoundsTable>, (typeof COLUMNS)[number]>;
type Values<Columns extends readonly string[]> = {
  -readonly [I in keyof Columns]: Columns[I] extends keyof StoredRow ? StoredRow[Columns[I]] : never;
};

/** From a row read as an array in the order of {@link COLUMNS}. Written out: a loop over the columns takes twice as long. */
export function fromValues(values: unknown[]): StoredSound {
  const [
    seq, kind, id, name, category, type, tags, license, attribution, volume, fade_in, fade_out, duration, pause_speech, loop, duck_speech, duck_level, crossfade, start_at, end_at, content_type, codec, size, sha256, length, sample_rate, channels, bit_depth, peak_dbfs, loudness_lufs, original_filename, uploaded_at, updated_at, deleted_at, revision, blob_key, cover_key,
  ] = values as Values<typeof COLUMNS>;
  return {
    seq, kind: kind as SoundKind, id, name, category, type, tags: JSON.parse(tags) as string[], license, attribution, volume, fade_in, fade_out, duration, pause_speech: flag(pause_speech), loop: flag(loop), duck_speech: flag(duck_speech), duck_level, crossfade, start_at, end_at, content_type, codec, size, sha256, length, sample_rate, channels, bit_depth, peak_dbfs, loudness_lufs, original_filename, uploaded_at, updated_at, deleted_at, revision, blob_key, cover_key,
  };
} // prettier-ignore

export function fromRow(row: StoredRow): StoredSound {
  return fromValues(COLUMNS.map(column => row[column]));
}

function flag(value: number | null): boolean | null {
  return value === null ? null : value === 1;
}

type Flag = 'pause_speech' | 'loop' | 'duck_speech';
type SettingColumns = Pick<Selectable<SoundsTable>, keyof SoundSettings>;

export function toColumns(settings: SoundSettings): SettingColumns {
  const flag = (name: Flag) => (settings[name] === null ? null : Number(settings[name]));
  return {
    ...pick(settings, SETTINGS),
    tags: JSON.stringify(settings.tags),
    pause_speech: flag('pause_speech'),
    loop: flag('loop'),
    duck_speech: flag('duck_speech'),
  };
}

export function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map(key => [key, from[key]])) as Pick<T, K>;
}
