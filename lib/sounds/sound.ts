/**
 * The contract of a sound: its names, fields, ranges and the shapes that cross HTTP. Pure; runs in the browser too.
 *
 * A *sound* is an uploaded recording with the way it plays. Its *kind* is `effects` (one-shot, `{{{sfx:id}}}`) or
 * `background` (a bed under speech, `{{{bg:id}}}`). Playback fields that are null take the default of the script language.
 */
import { z } from 'zod';
import {
  MAX_CHARACTERS,
  MAX_GAIN,
  MAX_LEVEL,
  MAX_SOUND_SECONDS,
  MAX_TAGS,
  NO_CONTROL,
  SOUND_ID_PATTERN,
  SOUND_KINDS,
  tidyText,
} from './sound-limits.ts';

export { MAX_SOUND_SECONDS, SOUND_ID_PATTERN, SOUND_KINDS };
export const soundKind = z.enum(SOUND_KINDS);
export type SoundKind = z.infer<typeof soundKind>;

/** Ids that are routes under `/api/sounds/{kind}`, so no sound may carry them. */
export const RESERVED_IDS: ReadonlySet<string> = new Set(['categories']);

export const soundId = z
  .string()
  .regex(SOUND_ID_PATTERN, 'must be 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit')
  .meta({ example: 'door_knock_02' });

const line = (max: number) =>
  z
    .string()
    .transform(tidyText)
    .pipe(
      z.string().max(max, `must be at most ${max} characters`).regex(NO_CONTROL, 'must not hold control characters'),
    );

const requiredLine = (max: number) => line(max).pipe(z.string().min(1, 'must not be empty'));

/** Empty text means "none", as forms without JavaScript send it. */
const optionalLine = (max: number) => line(max).transform(text => (text === '' ? null : text));

export const tag = requiredLine(MAX_CHARACTERS.tag)
  .transform(text => text.toLowerCase())
  .pipe(z.string().regex(/^[^,]*$/, 'must not hold a comma'));

/** At most 32 tags, lower case, in the order given, each once. */
export const tags = z
  .array(tag)
  .transform(list => [...new Set(list)])
  .pipe(z.array(z.string()).max(MAX_TAGS, `must be at most ${MAX_TAGS} tags`));

const seconds = z.number().min(0, 'must be 0 seconds or more').max(MAX_SOUND_SECONDS, 'must be at most 6 hours');
const between = (max: number) =>
  z.number().min(0, `must be between 0 and ${max}`).max(max, `must be between 0 and ${max}`);
const gain = between(MAX_GAIN);
const level = between(MAX_LEVEL);

const common = {
  name: requiredLine(MAX_CHARACTERS.name),
  category: optionalLine(MAX_CHARACTERS.category).nullable(),
  tags,
  license: optionalLine(MAX_CHARACTERS.license).nullable(),
  attribution: optionalLine(MAX_CHARACTERS.attribution).nullable(),
  volume: gain.nullable(),
  fade_in: seconds.nullable(),
  fade_out: seconds.nullable(),
  start_at: seconds.nullable(),
  end_at: seconds.nullable(),
};
const effectOnly = { duration: seconds.nullable(), pause_speech: z.boolean().nullable() };
const bedOnly = {
  type: optionalLine(MAX_CHARACTERS.type).nullable(),
  loop: z.boolean().nullable(),
  duck_speech: z.boolean().nullable(),
  duck_level: level.nullable(),
  crossfade: seconds.nullable(),
};

const tagsOrNone = tags.nullable().transform(list => list ?? []);

/** What may be changed of a sound, by kind. Every field is optional; null clears all but `name`, and empties `tags`. */
export const SOUND_PATCH = {
  effects: z.strictObject({ ...common, ...effectOnly, tags: tagsOrNone }).partial(),
  background: z.strictObject({ ...common, ...bedOnly, tags: tagsOrNone }).partial(),
} as const;

/** The fields of a sound that people choose, as they are stored. */
export interface SoundSettings {
  name: string;
  category: string | null;
  type: string | null;
  tags: string[];
  license: string | null;
  attribution: string | null;
  /** Linear gain 0…4. */
  volume: number | null;
  /** Seconds. */
  fade_in: number | null;
  /** Seconds. */
  fade_out: number | null;
  /** Seconds of playback at most; effects only. */
  duration: number | null;
  pause_speech: boolean | null;
  loop: boolean | null;
  duck_speech: boolean | null;
  /** Linear gain 0…1 under speech; beds only. */
  duck_level: number | null;
  /** Seconds that a loop overlaps itself; beds only. */
  crossfade: number | null;
  /** Seconds into the recording where playback begins. */
  start_at: number | null;
  /** Seconds into the recording where playback ends. */
  end_at: number | null;
}

export type SoundPatch = { [K in keyof SoundSettings]?: SoundSettings[K] | undefined };

export const NO_SETTINGS: Omit<SoundSettings, 'name'> = {
  category: null,
  type: null,
  tags: [],
  license: null,
  attribution: null,
  volume: null,
  fade_in: null,
  fade_out: null,
  duration: null,
  pause_speech: null,
  loop: null,
  duck_speech: null,
  duck_level: null,
  crossfade: null,
  start_at: null,
  end_at: null,
};

/** What the recording is, as measured from its bytes. */
export interface SoundFacts {
  /** Media type by the bytes, for example `audio/wav`. */
  content_type: string;
  /** For example `pcm_s16le`, `mp3`, `vorbis`, `opus`, `flac`, `aac`. */
  codec: string;
  /** Bytes. */
  size: number;
  /** Lower-case hexadecimal SHA-256 of the bytes. */
  sha256: string;
  /** Seconds, exact to the frame: frames / sample_rate. */
  length: number;
  /** Hz. */
  sample_rate: number;
  channels: number;
  /** Bits a sample for linear formats, null for lossy ones. */
  bit_depth: number | null;
  /** Sample peak in dBFS; null for digital silence. */
  peak_dbfs: number | null;
  /** Integrated loudness, LUFS (ITU-R BS.1770-4); null where every block is gated or the clip is shorter than 400 ms. */
  loudness_lufs: number | null;
  original_filename: string;
}

const nullableNumber = z.number().nullable();

/** A sound as HTTP answers it. */
export const sound = z
  .strictObject({
    id: soundId,
    kind: soundKind,
    name: z.string(),
    category: z.string().nullable(),
    type: z.string().nullable(),
    tags: z.array(z.string()),
    license: z.string().nullable(),
    attribution: z.string().nullable(),
    volume: nullableNumber.meta({ description: 'Linear gain 0 to 4; null takes the default' }),
    fade_in: nullableNumber.meta({ description: 'Seconds' }),
    fade_out: nullableNumber.meta({ description: 'Seconds' }),
    duration: nullableNumber.meta({ description: 'Playback limit in seconds; effects only' }),
    pause_speech: z.boolean().nullable().meta({ description: 'Speech waits for it; effects only' }),
    loop: z.boolean().nullable().meta({ description: 'Repeats until stopped; background only' }),
    duck_speech: z.boolean().nullable().meta({ description: 'Gets quieter under speech; background only' }),
    duck_level: nullableNumber.meta({ description: 'Linear gain 0 to 1 under speech; background only' }),
    crossfade: nullableNumber.meta({ description: 'Seconds a loop overlaps itself; background only' }),
    start_at: nullableNumber.meta({ description: 'Seconds into the file where playback begins' }),
    end_at: nullableNumber.meta({ description: 'Seconds into the file where playback ends' }),
    content_type: z.string(),
    codec: z.string(),
    size: z.number().int().meta({ description: 'Bytes' }),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    length: z.number().meta({ description: "The file's own length in seconds" }),
    sample_rate: z.number().int().meta({ description: 'Hz' }),
    channels: z.number().int(),
    bit_depth: z.number().int().nullable().meta({ description: 'Null for lossy codecs' }),
    peak_dbfs: nullableNumber.meta({ description: 'Sample peak; null for digital silence' }),
    loudness_lufs: nullableNumber.meta({
      description: 'Integrated loudness, ITU-R BS.1770-4; null where nothing passes the gate',
    }),
    original_filename: z.string(),
    uploaded_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    audio_url: z.string(),
    waveform_url: z.string(),
    cover_url: z.string().nullable(),
  })
  .meta({ id: 'Sound', description: 'A recording in the library and the way it plays' });
export type Sound = z.infer<typeof sound>;

/** Sounds that one call may change. */
export const MAX_CHANGED_AT_ONCE = 200;

/** One change to several sounds of a kind. */
export const soundsChange = z
  .strictObject({
    ids: z
      .array(soundId)
      .min(1, 'must name a sound')
      .max(MAX_CHANGED_AT_ONCE, `must be at most ${MAX_CHANGED_AT_ONCE} ids`)
      .meta({ description: `1 to ${MAX_CHANGED_AT_ONCE}; one that is given twice is changed once` }),
    category: common.category.optional().meta({ description: 'Null clears' }),
    add_tags: tags.optional().meta({ description: 'Beside those that each sound has' }),
    remove_tags: tags.optional().meta({ description: 'Before add_tags are added' }),
    deleted: z.boolean().optional().meta({ description: 'true deletes, false brings back; alone' }),
  })
  .refine(change => Object.keys(change).length > 1, 'must change something')
  .refine(change => change.deleted === undefined || Object.keys(change).length === 2, {
    path: ['deleted'],
    message: 'must be the only change',
  })
  .transform(change => ({ ...change, ids: [...new Set(change.ids)] }));
export type SoundsChange = z.infer<typeof soundsChange>;

/** What became of it. Ids stand in the order of the call, each in one of the two lists. */
export const soundsChanged = z
  .strictObject({
    changed: z.array(
      z.strictObject({
        id: soundId,
        before: z.strictObject({ category: z.string().nullable(), tags: z.array(z.string()) }),
        sound: sound.nullable().meta({ description: 'As it is now; null where it was deleted' }),
      }),
    ),
    failed: z.array(z.strictObject({ id: soundId, code: z.string(), detail: z.string() })),
  })
  .meta({ id: 'SoundsChanged' });
export type SoundsChanged = z.infer<typeof soundsChanged>;

export const SOUND_SORTS = ['newest', 'oldest', 'name', 'length'] as const;
export type SoundSort = (typeof SOUND_SORTS)[number];

/** The widest page a list gives. */
export const MAX_PAGE_LIMIT = 200;
/** Matches of a filtered list are counted up to here; `total_exact` tells whether that was all of them. */
export const COUNT_CAP = 10_000;

/** Categories that one filter may name. */
export const MAX_FILTER_CATEGORIES = 32;

export interface SoundFilter {
  q?: string | undefined;
  /** One of them must be the sound's; any will do where there is none. */
  categories?: readonly string[] | undefined;
  /** All of them must be present. */
  tags: readonly string[];
  /** Seconds. */
  min_length?: number | undefined;
  /** Seconds. */
  max_length?: number | undefined;
}

export interface SoundQuery extends SoundFilter {
  sort: SoundSort;
  /** 1…200. */
  limit: number;
  /** From 1; ignored when there is a cursor. */
  page: number;
  /** Opaque; from `next_cursor` of a list with the same filters and sort. */
  cursor?: string | undefined;
}

export const soundList = z
  .strictObject({
    items: z.array(sound),
    total: z.number().int(),
    total_exact: z.boolean(),
    limit: z.number().int(),
    page: z.number().int().nullable(),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'SoundList' });
export type SoundList = z.infer<typeof soundList>;

export const categoryCounts = z
  .strictObject({
    categories: z.array(z.strictObject({ name: z.string(), kind: soundKind, count: z.number().int() })),
    tags: z.array(z.strictObject({ name: z.string(), kind: soundKind, count: z.number().int() })),
  })
  .meta({ id: 'CategoryCounts' });
export type CategoryCounts = z.infer<typeof categoryCounts>;

export const lengthCounts = z
  .strictObject({
    lengths: z.array(
      z.strictObject({
        kind: soundKind,
        from: z.number().meta({ description: 'Seconds, inclusive' }),
        to: z.number().meta({ description: 'Seconds, exclusive; the next bucket begins here, or no sound is longer' }),
        count: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'LengthCounts' });
export type LengthCounts = z.infer<typeof lengthCounts>;
/** Sounds from so many to so many seconds long. */
export type LengthBucket = LengthCounts['lengths'][number];
