/**
 * The table of the HTTP API: every call, the right it needs, what validates it and what it answers. A test holds it against
 * the route tree, and `/api/openapi.json` is generated from it.
 */
import { z } from 'zod';
import type { Right } from '#lib/auth/rights.ts';
import { cacheStatus } from '#lib/cache/cache-status.ts';
import { memoryReport, optimiseReport } from '#lib/memory/memory-report.ts';
import {
  categoryCounts,
  lengthCounts,
  MAX_FILTER_CATEGORIES,
  MAX_PAGE_LIMIT,
  SOUND_PATCH,
  SOUND_SORTS,
  sound,
  soundId,
  soundKind,
  soundList,
  soundsChange,
  soundsChanged,
} from '#lib/sounds/sound.ts';
import { speechWish, voice, voiceId, voiceList } from '#lib/voices/voices.ts';
import { starterPackState } from '#lib/starter/pack.ts';
import { MAX_TAGS } from '#lib/sounds/sound-limits.ts';
import { AUDIOBOOK_OPERATIONS } from './audiobook-operations.ts';
import type { Operation } from './operation.ts';
import { openAiSpeech, openAiVoices } from './openai-speech.ts';
import { systemReport } from './system-report.ts';
import { readiness } from './ready.ts';
import { secondsParameter, wholeNumber } from './validate.ts';

const kindParams = z.object({ kind: soundKind });
const soundParams = z.object({ kind: soundKind, id: soundId });

const text = (max: number) => z.string().max(max, `must be at most ${max} characters`);

/** A parameter that may be given several times. */
function repeatable(list: z.ZodArray<z.ZodType<string, string>>, most: number, what: string) {
  return z
    .union([z.string().transform(one => [one]), z.array(z.string())])
    .pipe(list.max(most, `must be at most ${most} ${what}`))
    .default([]);
}

export const soundQuery = z.strictObject({
  page: wholeNumber(1, 100_000_000).default(1).meta({ description: 'From 1. Use cursor to go deep' }),
  limit: wholeNumber(1, MAX_PAGE_LIMIT).default(50),
  cursor: text(2000).optional().meta({ description: 'next_cursor of the answer before; wins over page' }),
  q: text(200).optional().meta({
    description:
      'Any part, three letters or longer, of name, id, tags or category; one or two letters find the beginnings of words. Several words must all occur',
  }),
  category: repeatable(
    z.array(text(64).transform(one => one.normalize('NFC').trim())),
    MAX_FILTER_CATEGORIES,
    'categories',
  ).meta({ description: 'Repeatable; one of them must be the sound’s' }),
  tag: repeatable(z.array(text(64).transform(one => one.normalize('NFC').trim().toLowerCase())), MAX_TAGS, 'tags').meta(
    { description: 'Repeatable; all of them must be present' },
  ),
  min_length: secondsParameter.optional().meta({ description: 'Seconds' }),
  max_length: secondsParameter.optional().meta({ description: 'Seconds' }),
  sort: z.enum(SOUND_SORTS).default('newest'),
});

const versionQuery = z.strictObject({
  v: text(64).optional().meta({ description: 'The SHA-256 of the sound: with the right one the answer is immutable' }),
});

const uploadForm = z.object({
  audio_file: z.string().meta({ format: 'binary', description: 'The sound itself' }),
  id: soundId.optional(),
  name: z.string().optional(),
  category: z.string().optional(),
  tags: z.string().optional().meta({ description: 'Divided by commas; the field may be repeated' }),
  license: z.string().optional(),
  attribution: z.string().optional(),
  volume: z.number().min(0).max(4).optional(),
  fade_in: z.number().min(0).optional(),
  fade_out: z.number().min(0).optional(),
  start_at: z.number().min(0).optional(),
  end_at: z.number().min(0).optional(),
  duration: z.number().min(0).optional().meta({ description: 'Effects only' }),
  pause_speech: z.boolean().optional().meta({ description: 'Effects only' }),
  type: z.string().optional().meta({ description: 'Background only' }),
  loop: z.boolean().optional().meta({ description: 'Background only' }),
  duck_speech: z.boolean().optional().meta({ description: 'Background only' }),
  duck_level: z.number().min(0).max(1).optional().meta({ description: 'Background only' }),
  crossfade: z.number().min(0).optional().meta({ description: 'Background only' }),
  sha256: z.string().optional().meta({ description: 'The hash that the bytes must have' }),
  allow_duplicate: z.boolean().optional().meta({ description: 'Keep the same bytes a second time' }),
});

const peaksJson = z
  .strictObject({
    version: z.literal(2),
    channels: z.literal(1),
    sample_rate: z.number().int(),
    samples_per_pixel: z.number().int(),
    bits: z.literal(8),
    length: z.number().int(),
    data: z.array(z.number().int().min(-128).max(127)),
  })
  .meta({ id: 'Peaks', description: 'audiowaveform JSON, version 2: minimum and maximum by turns' });

const health = z
  .strictObject({
    status: z.literal('ok'),
    timestamp: z.iso.datetime(),
    version: z.string(),
    service: z.literal('talk2me'),
    uptime: z.number().meta({ description: 'Seconds' }),
  })
  .meta({ id: 'Health' });

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

const ifMatch = { 'If-Match': 'The ETag that the sound must still have' };
const ifNoneMatch = { 'If-None-Match': 'The ETag of an answer that is already held' };

export const OPERATIONS = {
  health: {
    id: 'getHealth',
    method: 'GET',
    path: '/api/health',
    right: 'public',
    summary: 'Whether the process is alive',
    answers: { 200: { description: 'It is', schema: health } },
  },
  ready: {
    id: 'getReady',
    method: 'GET',
    path: '/api/ready',
    right: 'readiness.read',
    summary: 'Whether the server can do its work',
    description:
      'Asks database, storage, disk, workers, cache and engines of speech, each with a time of its own. 503 where one of them fails: a problem whose checks are those of the 200, and whose detail has the reasons. Those who ask at the same time get the same answer. METRICS_TOKEN is taken as a bearer token, too.',
    answers: { 200: { description: 'It can', schema: readiness } },
    problems: [503],
  },
  metrics: {
    id: 'getMetrics',
    method: 'GET',
    path: '/metrics',
    right: 'metrics.read',
    summary: 'What Prometheus scrapes',
    description:
      'Text, or OpenMetrics where it is asked for. Where METRICS_TOKEN is set it is needed as a bearer token; docs/operations.md tells what the metrics mean.',
    headers: { Accept: 'application/openmetrics-text for OpenMetrics' },
    answers: { 200: { description: 'Every metric as it is now', contentType: 'text/plain' } },
  },
  openapi: {
    id: 'getOpenApi',
    method: 'GET',
    path: '/api/openapi.json',
    right: 'sounds.read',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
  },
  login: {
    id: 'login',
    method: 'POST',
    path: '/api/login',
    right: 'public',
    summary: 'Exchange the admin token for a session cookie',
    body: z.strictObject({ token: z.string().min(1).max(1000) }),
    answers: { 204: { description: 'Logged in', headers: { 'Set-Cookie': 'The session' } } },
    problems: [413, 415, 422, 429],
  },
  logout: {
    id: 'logout',
    method: 'POST',
    path: '/api/logout',
    right: 'public',
    summary: 'Forget the session cookie',
    answers: { 204: { description: 'Logged out' } },
  },
  listSounds: {
    id: 'listSounds',
    method: 'GET',
    path: '/api/sounds/{kind}',
    right: 'sounds.read',
    summary: 'List, search and filter sounds',
    description:
      'Follow next_cursor while has_more is true. A page may hold fewer sounds than limit, even none, where filters leave little of a large library; has_more and next_cursor still lead on. total is exact without filters and counted up to 10,000 with them, as total_exact tells.',
    params: kindParams,
    query: soundQuery,
    headers: ifNoneMatch,
    answers: {
      200: { description: 'A page', schema: soundList, headers: { ETag: 'Weak' } },
      304: { description: 'Unchanged' },
    },
    problems: [404],
  },
  uploadSound: {
    id: 'uploadSound',
    method: 'POST',
    path: '/api/sounds/{kind}',
    right: 'sounds.write',
    summary: 'Upload a sound',
    description:
      'WAV, MP3, Ogg Vorbis, Opus or FLAC, and AAC or M4A where the server has ffmpeg. The bytes decide the type.',
    params: kindParams,
    multipart: uploadForm,
    answers: {
      201: { description: 'The sound', schema: sound, headers: { Location: 'Its address', ETag: 'Its version' } },
    },
    problems: [404, 409, 413, 415, 422, 503, 507],
  },
  changeSounds: {
    id: 'changeSounds',
    method: 'PATCH',
    path: '/api/sounds/{kind}',
    right: 'sounds.write',
    summary: 'Change, delete or bring back several sounds at once',
    description:
      'One change to up to 200 sounds, in one transaction. A sound that cannot be changed stands in failed with its reason, and the others are changed all the same. before holds what to put back.',
    params: kindParams,
    body: soundsChange,
    answers: { 200: { description: 'What became of each', schema: soundsChanged } },
    problems: [404, 413, 415, 422, 503, 507],
  },
  listLengths: {
    id: 'listLengths',
    method: 'GET',
    path: '/api/sounds/lengths',
    right: 'sounds.read',
    summary: 'How many sounds are how long',
    description: 'A histogram of the whole library: buckets are the same for every library, and there when empty, too.',
    query: z.strictObject({ kind: soundKind.optional() }),
    headers: ifNoneMatch,
    answers: { 200: { description: 'Shortest first', schema: lengthCounts }, 304: { description: 'Unchanged' } },
  },
  listCategories: {
    id: 'listCategories',
    method: 'GET',
    path: '/api/sounds/categories',
    right: 'sounds.read',
    summary: 'Categories and tags in use, with counts',
    query: z.strictObject({ kind: soundKind.optional() }),
    headers: ifNoneMatch,
    answers: { 200: { description: 'Most used first', schema: categoryCounts }, 304: { description: 'Unchanged' } },
  },
  getSound: {
    id: 'getSound',
    method: 'GET',
    path: '/api/sounds/{kind}/{id}',
    right: 'sounds.read',
    summary: 'One sound',
    params: soundParams,
    headers: ifNoneMatch,
    answers: {
      200: { description: 'The sound', schema: sound, headers: { ETag: 'Its version' } },
      304: { description: 'Unchanged' },
    },
    problems: [404],
  },
  patchSound: {
    id: 'patchSound',
    method: 'PATCH',
    path: '/api/sounds/{kind}/{id}',
    right: 'sounds.write',
    summary: 'Change fields of a sound; null clears',
    params: soundParams,
    body: z.union([SOUND_PATCH.effects, SOUND_PATCH.background]),
    headers: ifMatch,
    answers: { 200: { description: 'The sound as it is now', schema: sound, headers: { ETag: 'Its version' } } },
    problems: [404, 412, 413, 415, 422, 503, 507],
  },
  deleteSound: {
    id: 'deleteSound',
    method: 'DELETE',
    path: '/api/sounds/{kind}/{id}',
    right: 'sounds.write',
    summary: 'Delete a sound; it can be restored for 30 days',
    params: soundParams,
    headers: ifMatch,
    answers: { 204: { description: 'Deleted' } },
    problems: [404, 412, 503, 507],
  },
  restoreSound: {
    id: 'restoreSound',
    method: 'POST',
    path: '/api/sounds/{kind}/{id}/restore',
    right: 'sounds.write',
    summary: 'Bring back the sound of this id that was deleted last',
    params: soundParams,
    answers: { 200: { description: 'The sound', schema: sound, headers: { ETag: 'Its version' } } },
    problems: [404, 409, 503, 507],
  },
  getAudio: {
    id: 'getAudio',
    method: 'GET',
    path: '/api/sounds/{kind}/{id}/audio',
    right: 'sounds.read',
    summary: 'The uploaded bytes',
    params: soundParams,
    query: versionQuery,
    headers: { Range: 'bytes=first-last, first- or -count', 'If-Range': 'An ETag', ...ifNoneMatch },
    answers: {
      200: { description: 'All', contentType: 'audio/*', headers: { ETag: 'The SHA-256', 'Accept-Ranges': 'bytes' } },
      206: { description: 'The range', contentType: 'audio/*', headers: { 'Content-Range': 'Which' } },
      304: { description: 'Unchanged' },
    },
    problems: [404, 416],
  },
  replaceAudio: {
    id: 'replaceAudio',
    method: 'PUT',
    path: '/api/sounds/{kind}/{id}/audio',
    right: 'sounds.write',
    summary: 'Replace the recording of a sound',
    description:
      'Checked and measured like an upload. The id, the settings and uploaded_at stay, so that scripts go on using the sound; its measurements, sha256, original_filename and addresses are those of the new recording. Where start_at or end_at lies beyond the new recording it is cleared: compare the answer. The same bytes as before are taken; those of another sound are a 409 unless allow_duplicate is true. Who is reading the old recording reads it to its end.',
    params: soundParams,
    multipart: uploadForm.pick({ audio_file: true, sha256: true, allow_duplicate: true }),
    headers: ifMatch,
    answers: { 200: { description: 'The sound as it is now', schema: sound, headers: { ETag: 'Its version' } } },
    problems: [404, 409, 412, 413, 415, 422, 503, 507],
  },
  getPeaks: {
    id: 'getPeaks',
    method: 'GET',
    path: '/api/sounds/{kind}/{id}/peaks',
    right: 'sounds.read',
    summary: 'The waveform as numbers',
    params: soundParams,
    query: versionQuery,
    headers: ifNoneMatch,
    answers: { 200: { description: 'A few hundred points', schema: peaksJson }, 304: { description: 'Unchanged' } },
    problems: [404],
  },
  getWaveform: {
    id: 'getWaveform',
    method: 'GET',
    path: '/api/sounds/{kind}/{id}/waveform.webp',
    right: 'sounds.read',
    summary: 'The waveform as a picture of one colour, to be used as a mask',
    params: soundParams,
    query: versionQuery,
    headers: ifNoneMatch,
    answers: { 200: { description: 'WebP', contentType: 'image/webp' }, 304: { description: 'Unchanged' } },
    problems: [404],
  },
  listVoices: {
    id: 'listVoices',
    method: 'GET',
    path: '/api/voices',
    right: 'voices.read',
    summary: 'Who can speak',
    description:
      'An engine that is down keeps the voices that it had, marked as not available, and warnings says so. It never hides the others.',
    query: z.strictObject({
      engine: text(64).optional().meta({ description: 'The name of an engine' }),
      language: text(35).optional().meta({ description: 'BCP 47; en stands for en-US too' }),
      q: text(200).optional().meta({ description: 'Part of the name or the id' }),
    }),
    headers: ifNoneMatch,
    answers: {
      200: { description: 'The voices', schema: voiceList },
      304: { description: 'Unchanged' },
    },
  },
  getVoice: {
    id: 'getVoice',
    method: 'GET',
    path: '/api/voices/{id}',
    right: 'voices.read',
    summary: 'One voice',
    params: z.object({ id: voiceId }),
    headers: ifNoneMatch,
    answers: {
      200: { description: 'The voice', schema: voice },
      304: { description: 'Unchanged' },
    },
    problems: [404, 502, 503],
  },
  getVoicePreview: {
    id: 'getVoicePreview',
    method: 'GET',
    path: '/api/voices/{id}/preview',
    right: 'voices.read',
    summary: 'A sentence in a voice, spoken once and kept',
    params: z.object({ id: voiceId }),
    answers: { 200: { description: 'WAV, 16 bit', contentType: 'audio/wav' } },
    problems: [404, 502, 503],
  },
  speak: {
    id: 'speak',
    method: 'POST',
    path: '/api/tts',
    right: 'speech.create',
    summary: 'Speak a text',
    description:
      'The whole of it or nothing. What was spoken before is kept and answered at once. Where a voice does not follow a setting, the header X-Speech-Warnings says so, a JSON list of sentences.',
    body: speechWish,
    answers: { 200: { description: 'The audio', contentType: 'audio/*' } },
    problems: [404, 413, 415, 422, 502, 503],
  },
  speakAsOpenAi: {
    id: 'speakAsOpenAi',
    method: 'POST',
    path: '/v1/audio/speech',
    right: 'speech.create',
    summary: 'Speak a text, for programs that are made for OpenAI',
    description:
      'The same as POST /api/tts in the shape of OpenAI. Their clients take the address of this server with /v1 as their base URL, and the admin token as their API key. A problem has a member error beside the others: what these clients read.',
    body: openAiSpeech,
    answers: { 200: { description: 'The audio', contentType: 'audio/*' } },
    problems: [404, 413, 415, 422, 502, 503],
  },
  listVoicesAsOpenAi: {
    id: 'listVoicesAsOpenAi',
    method: 'GET',
    path: '/v1/audio/voices',
    right: 'voices.read',
    summary: 'Who can speak, for programs that are made for OpenAI',
    description: 'OpenAI has no such list; this is the one that most servers of the same shape have.',
    answers: { 200: { description: 'The voices', schema: openAiVoices } },
  },
  getCacheStatus: {
    id: 'getCacheStatus',
    method: 'GET',
    path: '/api/cache/status',
    right: 'sounds.read',
    summary: 'What the caches hold and how often they answer',
    description:
      'One entry for each thing that is read through the response cache, and one for kept speech, which never grows stale. Counts are of the process that answers, since it began; entries and bytes are those of the store, which several processes share where it is Redis or the disk.',
    answers: { 200: { description: 'As it is now', schema: cacheStatus } },
  },
  clearCache: {
    id: 'clearCache',
    method: 'DELETE',
    path: '/api/cache',
    right: 'admin',
    summary: 'Let go of cached answers',
    description:
      'Never needed for answers to be right: whoever changes something drops what it touches. It makes the next readers compute anew.',
    query: z.strictObject({
      tag: text(256).min(1, 'must not be empty').optional().meta({
        description:
          'Only those computed from this, `sounds:effects` or `sound:effects:rain` for instance; without it all',
      }),
    }),
    answers: {
      200: {
        description: 'They are gone, in every process that shares the cache',
        schema: z.strictObject({ dropped: z.number().int().meta({ description: 'How many the store knows it held' }) }),
      },
    },
  },
  getSystem: {
    id: 'getSystem',
    method: 'GET',
    path: '/api/admin/system',
    right: 'admin',
    summary: 'How the server is: memory, caches, routes, uploads and readiness in one answer',
    answers: { 200: { description: 'As it is now', schema: systemReport } },
  },
  followSystem: {
    id: 'followSystem',
    method: 'GET',
    path: '/api/admin/system/events',
    right: 'admin',
    summary: 'The same every other second, as server-sent events',
    answers: { 200: { description: 'A SystemReport as the data of each event', contentType: 'text/event-stream' } },
  },
  getMemory: {
    id: 'getMemory',
    method: 'GET',
    path: '/api/admin/memory',
    right: 'admin',
    summary: 'What the memory monitor sees: now, over the last hours, and whether anything leaks',
    query: z.strictObject({
      hours: wholeNumber(1, 24).default(6).meta({ description: 'Of history' }),
      points: wholeNumber(10, 1440)
        .default(360)
        .meta({ description: 'Of history, at most: each shows the highest of its time' }),
    }),
    answers: { 200: { description: 'As it is now', schema: memoryReport } },
  },
  optimizeMemory: {
    id: 'optimizeMemory',
    method: 'POST',
    path: '/api/admin/optimize-memory',
    right: 'admin',
    summary: 'Give back what memory can be given back',
    description:
      'Lets go of expired and cold cache entries, ends idle threads, removes temporary files that nobody owns, and collects garbage; answers what was measured before and after each step. Once in ten seconds.',
    answers: {
      200: { description: 'What was freed', schema: optimiseReport },
    },
    problems: [429],
  },
  writeHeapSnapshot: {
    id: 'writeHeapSnapshot',
    method: 'POST',
    path: '/api/admin/heap-snapshot',
    right: 'admin',
    summary: 'Write a heap snapshot into the data folder',
    description:
      'The file stays on the server, in heap-snapshots, and only its owner may read it: it holds whatever the process holds. The server answers nobody while it is taken, about a second for each 100 MB of heap. One at a time.',
    answers: {
      201: {
        description: 'It is written',
        schema: z.strictObject({
          name: z.string().meta({ description: 'Of the file' }),
          size: z.number().int().meta({ description: 'Bytes' }),
          ms: z.number(),
        }),
      },
    },
    problems: [409, 507],
  },
  getStarterPack: {
    id: 'getStarterPack',
    method: 'GET',
    path: '/api/starter-pack',
    right: 'sounds.read',
    summary: 'How much of the starter pack is in the library',
    answers: { 200: { description: 'As it is now', schema: starterPackState } },
  },
  addStarterPack: {
    id: 'addStarterPack',
    method: 'POST',
    path: '/api/starter-pack',
    right: 'sounds.write',
    summary: 'Add the sounds of the starter pack that the library does not have',
    description:
      'They are synthesised in the background, one after the other; ask the same address with GET for the progress. Asking again changes nothing: while they are being added it is the same run, and afterwards nothing is missing.',
    answers: {
      200: { description: 'Nothing was missing', schema: starterPackState },
      202: { description: 'They are being added', schema: starterPackState, headers: { Location: 'The progress' } },
    },
  },
  ...AUDIOBOOK_OPERATIONS,
} as const satisfies Record<string, Operation>;

/** Pages and the forms behind them: the right that each needs. A test holds this against the tree of pages, too. */
export const PAGE_RIGHTS: Readonly<Record<string, Right>> = {
  '/': 'pages.read',
  '/login': 'public',
  '/login/form': 'public',
  '/logout/form': 'public',
  '/docs': 'pages.read',
  '/form/starter-pack': 'sounds.write',
  '/system': 'admin',
  '/voices': 'pages.read',
  '/sounds/{kind}': 'pages.read',
  '/sounds/{kind}/{id}': 'pages.read',
  '/sounds/{kind}/form/upload': 'sounds.write',
  '/sounds/{kind}/{id}/form/edit': 'sounds.write',
  '/sounds/{kind}/{id}/form/delete': 'sounds.write',
  '/sounds/{kind}/{id}/form/restore': 'sounds.write',
  '/studio': 'pages.read',
  '/studio/{id}': 'pages.read',
  '/studio/form/create': 'books.write',
  '/studio/{id}/form/delete': 'books.write',
  '/studio/{id}/form/restore': 'books.write',
};
