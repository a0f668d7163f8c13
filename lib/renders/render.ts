/**
 * The contract of a render: a book, or a part of it, made into audio. Pure; runs in the browser too.
 *
 * A render has the text, cast and settings that its book had when it was asked for. It goes through *stages*: `speak` (every unit that
 * no earlier render has), `prepare` (recordings at the rate of the output), `mix` (to the file).
 */
import { z } from 'zod';

export const RENDER_STATUSES = ['queued', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type RenderStatus = (typeof RENDER_STATUSES)[number];
export const RENDER_STAGES = ['speak', 'prepare', 'mix'] as const;
export type RenderStage = (typeof RENDER_STAGES)[number];
export const RENDER_FORMATS = ['wav', 'flac'] as const;
export type RenderFormat = (typeof RENDER_FORMATS)[number];
export const OUTPUT_RATES = [22_050, 24_000, 44_100, 48_000] as const;

/** Media type and ending of each format. */
export const RENDER_FILES: Readonly<Record<RenderFormat, { contentType: string; ending: string }>> = {
  wav: { contentType: 'audio/wav', ending: '.wav' },
  flac: { contentType: 'audio/flac', ending: '.flac' },
};

const rate = z.union(
  OUTPUT_RATES.map(one => z.literal(one)),
  { error: `must be ${OUTPUT_RATES.join(', ')}` },
);
const depth = z.union([z.literal(16), z.literal(24), z.literal(32)], { error: 'must be 16, 24 or 32' });

/** A part of the book in seconds of its timeline. */
export const renderRange = z
  .strictObject({ start: z.number().min(0), end: z.number().positive() })
  .refine(({ start, end }) => start < end, { path: ['end'], message: 'must come after start' });

export const renderWish = z
  .strictObject({
    format: z.enum(RENDER_FORMATS).default('wav'),
    sample_rate: rate.default(44_100).meta({ description: 'Hz' }),
    channels: z.union([z.literal(1), z.literal(2)], { error: 'must be 1 or 2' }).default(2),
    bit_depth: depth.default(16).meta({ description: '32 is float, for WAV only' }),
    dither: z
      .boolean()
      .default(false)
      .meta({ description: 'Noise that hides rounding, of 16 and 24 bits; the same in every render' }),
    chapters: z
      .array(z.number().int('must be a whole number').min(1, 'must be 1 or more'))
      .min(1, 'must name a chapter')
      .max(1000)
      .refine(chapters => new Set(chapters).size === chapters.length, 'must not name a chapter twice')
      .optional()
      .meta({ description: 'Numbers from 1; each becomes an output of its own' }),
    range: renderRange.optional().meta({ description: 'Seconds of the book; instead of chapters' }),
  })
  .refine(wish => wish.chapters === undefined || wish.range === undefined, {
    path: ['range'],
    message: 'cannot be given together with chapters',
  })
  .refine(wish => wish.format !== 'flac' || wish.bit_depth !== 32, {
    path: ['bit_depth'],
    message: 'must be 16 or 24 for FLAC',
  })
  .refine(wish => wish.bit_depth !== 32 || !wish.dither, {
    path: ['dither'],
    message: 'is for 16 and 24 bits; floats are not rounded',
  })
  .meta({ id: 'RenderWish' });
export type RenderWish = z.infer<typeof renderWish>;

export const renderId = z.string().regex(/^[0-9a-f]{32}$/, 'must be the id of a render');

export const renderFailure = z
  .strictObject({
    code: z.string(),
    message: z.string().meta({ description: 'What happened, and what to do' }),
    line: z.number().int().nullable().meta({ description: 'Of the script, from 1, where it is about a line' }),
    text: z.string().nullable().meta({ description: 'What could not be spoken' }),
  })
  .meta({ id: 'RenderFailure' });
export type RenderFailure = z.infer<typeof renderFailure>;

export const renderOutput = z
  .strictObject({
    name: z.string().meta({ description: 'Of the file' }),
    url: z.string(),
    content_type: z.string(),
    size: z.number().int().meta({ description: 'Bytes' }),
    sha256: z.string(),
    length: z.number().meta({ description: 'Seconds' }),
    chapter: z.number().int().nullable().meta({ description: 'From 1; null where it is not one chapter' }),
    peak_dbfs: z.number().nullable().meta({ description: 'Sample peak; null for silence' }),
    limited_db: z.number().meta({ description: 'The most that the limiter took away' }),
  })
  .meta({ id: 'RenderOutput' });
export type RenderOutput = z.infer<typeof renderOutput>;

export const render = z
  .strictObject({
    id: renderId,
    audiobook_id: z.string(),
    title: z.string().meta({ description: 'Of the book when the render was asked for' }),
    wish: renderWish,
    status: z.enum(RENDER_STATUSES),
    stage: z.enum(RENDER_STAGES).nullable().meta({ description: 'Null before it has begun' }),
    progress: z.number().min(0).max(1).meta({ description: 'Of the whole, by finished units and mixed frames' }),
    units_total: z.number().int(),
    units_reused: z.number().int(),
    units_synthesised: z.number().int(),
    units_failed: z.number().int(),
    length: z.number().nullable().meta({ description: 'Seconds of the book; null until all of it was spoken' }),
    eta: z.number().nullable().meta({ description: 'Seconds that are left, estimated; null where nothing is known' }),
    error: renderFailure.nullable().meta({ description: 'The first one' }),
    failures: z.array(renderFailure).meta({ description: 'Units that could not be spoken; at most 100' }),
    warnings: z.array(z.string()).meta({ description: 'Settings that a voice could not follow; at most 100' }),
    created_at: z.iso.datetime(),
    started_at: z.iso.datetime().nullable(),
    finished_at: z.iso.datetime().nullable(),
    revision: z.number().int().meta({ description: 'Grows with each change; the id of its event' }),
    outputs: z.array(renderOutput),
  })
  .meta({ id: 'Render' });
export type Render = z.infer<typeof render>;

export const renderList = z
  .strictObject({
    items: z.array(render),
    total: z.number().int(),
    total_exact: z.literal(true),
    limit: z.number().int(),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'RenderList' });
export type RenderList = z.infer<typeof renderList>;

const clip = {
  sound: z.string(),
  start: z.number(),
  end: z.number(),
  offset: z.number().int().meta({ description: 'Of the tag in the script, UTF-16 units' }),
};

/** Seconds throughout. */
export const bookTimeline = z
  .strictObject({
    length: z.number(),
    exact: z.boolean().meta({ description: 'Every unit was spoken; otherwise lengths are estimated' }),
    chapters: z.array(z.strictObject({ title: z.string(), start: z.number(), end: z.number() })),
    units: z.array(
      z.strictObject({
        text: z.string(),
        voice: z.string(),
        name: z.string().nullable(),
        start: z.number(),
        end: z.number(),
        spoken: z.boolean(),
        line: z.number().int(),
        offset: z.number().int().meta({ description: 'In the script, UTF-16 units' }),
        offset_end: z.number().int(),
      }),
    ),
    effects: z.array(z.strictObject(clip)),
    beds: z.array(z.strictObject(clip)),
  })
  .meta({ id: 'Timeline' });
export type BookTimeline = z.infer<typeof bookTimeline>;

/** Whether nothing more will happen to it. */
export function isOver({ status }: Pick<Render, 'status'>): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
