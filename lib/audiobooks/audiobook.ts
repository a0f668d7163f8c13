/**
 * The contract of a book: its text, who speaks it, and how it is mixed. Pure; runs in the browser too.
 *
 * A *cast* gives the names that a script uses to voices. *Settings* are what a book has of its own between the built-in defaults and
 * those of each sound (2.1 and 3.2 of the script language); what is not there takes the built-in.
 */
import { z } from 'zod';
import { voiceId } from '#lib/voices/voices.ts';

/** Cache tag of every list of books. */
export const AUDIOBOOKS_TAG = 'audiobooks';

/** UTF-16 units: a dozen long novels. */
export const MAX_SCRIPT = 5_000_000;
export const MAX_CAST = 500;

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const CONTROL = /^[^\p{Cc}\p{Cs}]*$/u;

const line = (max: number) =>
  z
    .string()
    .transform(text => text.normalize('NFC').replace(/\s+/gu, ' ').trim())
    .pipe(z.string().max(max, `must be at most ${max} characters`).regex(CONTROL, 'must not hold control characters'));

export const castName = z
  .string()
  .regex(NAME, 'must be 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit');

export const cast = z
  .record(castName, voiceId)
  .refine(names => Object.keys(names).length <= MAX_CAST, `must be at most ${MAX_CAST} names`)
  .meta({ description: 'Names in the script → ids of voices', example: { narrator: 'embedded:slt' } });
export type Cast = z.infer<typeof cast>;

const between = (min: number, max: number) =>
  z.number().min(min, `must be between ${min} and ${max}`).max(max, `must be between ${min} and ${max}`);
const seconds = between(0, 60);
const fade = between(0, 3600);

export const audiobookSettings = z
  .strictObject({
    default_voice: voiceId.nullable().meta({ description: 'Of text before any voice tag; null makes that an error' }),
    gaps: z
      .strictObject({
        sentence: seconds,
        paragraph: seconds,
        voice: seconds,
        chapter: seconds,
        head: seconds,
        tail: seconds,
      })
      .partial()
      .meta({ description: 'Seconds of silence; built in 0.3, 0.7, 0.5, 2.0, 0.75, 2.0' }),
    effects: z
      .strictObject({ volume: between(0, 4), fade_in: fade, fade_out: fade, pause_speech: z.boolean() })
      .partial()
      .meta({ description: 'Defaults of effects, weaker than the fields of a sound' }),
    background: z
      .strictObject({
        volume: between(0, 4),
        fade_in: fade,
        fade_out: fade,
        loop: z.boolean(),
        crossfade: fade,
        duck_speech: z.boolean(),
        duck_level: between(0, 1),
      })
      .partial()
      .meta({ description: 'Defaults of beds, weaker than the fields of a sound' }),
    limiter_dbfs: between(-12, 0).meta({ description: 'What the limiter holds; built in −1' }),
  })
  .partial()
  .meta({ id: 'AudiobookSettings' });
export type AudiobookSettings = z.infer<typeof audiobookSettings>;

const title = line(200).pipe(z.string().min(1, 'must not be empty'));
const author = line(200)
  .transform(text => (text === '' ? null : text))
  .nullable();
const script = z
  .string()
  .max(MAX_SCRIPT, `must be at most ${MAX_SCRIPT.toLocaleString('en')} characters; divide the book`)
  .refine(text => text.isWellFormed(), 'must be whole Unicode text')
  .refine(text => !text.includes('\0'), 'must not hold the character U+0000');

/** What may be given to make a book. */
export const audiobookDraft = z
  .strictObject({
    title,
    author: author.default(null),
    script: script.default(''),
    cast: cast.default({}),
    settings: audiobookSettings.default({}),
  })
  .meta({ id: 'AudiobookDraft' });
export type AudiobookDraft = z.infer<typeof audiobookDraft>;

export const audiobookPatch = z
  .strictObject({ title, author, script, cast, settings: audiobookSettings })
  .partial()
  .meta({ id: 'AudiobookPatch', description: 'cast and settings are replaced as a whole' });
export type AudiobookPatch = z.infer<typeof audiobookPatch>;

export const audiobookId = z.string().regex(/^[0-9a-f]{32}$/, 'must be the id of a book');

const summary = {
  id: audiobookId,
  title: z.string(),
  author: z.string().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
};

export const audiobook = z
  .strictObject({ ...summary, script: z.string(), cast, settings: audiobookSettings })
  .meta({ id: 'Audiobook' });
export type Audiobook = z.infer<typeof audiobook>;

/** A book in a list: all but its text. */
export const audiobookSummary = z
  .strictObject({ ...summary, characters: z.number().int().meta({ description: 'Of the script' }) })
  .meta({ id: 'AudiobookSummary' });
export type AudiobookSummary = z.infer<typeof audiobookSummary>;

export const audiobookList = z
  .strictObject({
    items: z.array(audiobookSummary),
    total: z.number().int(),
    total_exact: z.literal(true),
    limit: z.number().int(),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'AudiobookList' });
export type AudiobookList = z.infer<typeof audiobookList>;

const position = z.strictObject({
  line: z.number().int(),
  column: z.number().int(),
  offset: z.number().int().meta({ description: 'UTF-16 units from the start' }),
});

export const diagnostic = z
  .strictObject({
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    message: z.string(),
    start: position,
    end: position,
    suggestion: z.string().optional(),
    fixes: z
      .array(
        z.strictObject({
          title: z.string(),
          edits: z.array(z.strictObject({ start: z.number().int(), end: z.number().int(), text: z.string() })),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Diagnostic' });

export const scriptToCheck = z.strictObject({
  script,
  cast: cast.default({}),
  settings: audiobookSettings.default({}),
});
export type ScriptToCheck = z.infer<typeof scriptToCheck>;

const use = z.strictObject({ id: z.string(), uses: z.number().int() });

export const scriptReport = z
  .strictObject({
    diagnostics: z
      .array(diagnostic)
      .meta({ description: 'In order of their places; of more than 1,000 the last says how many there are' }),
    chapters: z.array(z.strictObject({ title: z.string(), start: position, units: z.number().int() })),
    units: z.number().int().meta({ description: 'Pieces of speech' }),
    voices: z.array(
      use.extend({ name: z.string().nullable().meta({ description: 'In the script; null for the default voice' }) }),
    ),
    sounds: z.array(use.extend({ kind: z.enum(['effects', 'background']) })),
    estimated_length: z.number().meta({ description: 'Seconds' }),
  })
  .meta({ id: 'ScriptReport' });
export type ScriptReport = z.infer<typeof scriptReport>;
