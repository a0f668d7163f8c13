/** The calls of books and renders; a part of the table of operations. */
import { z } from 'zod';
import {
  audiobook,
  audiobookDraft,
  audiobookId,
  audiobookList,
  audiobookPatch,
  MAX_SCRIPT,
  scriptReport,
  scriptToCheck,
} from '#lib/audiobooks/audiobook.ts';
import { bookDefaults, settledDefaults } from '#lib/audiobooks/book-defaults.ts';
import {
  bookTimeline,
  OUTPUT_RATES,
  render,
  renderId,
  renderList,
  renderWish,
  RENDER_STATUSES,
} from '#lib/renders/render.ts';
import type { Operation } from './operation.ts';
import { secondsParameter, wholeNumber } from './validate.ts';

/** A script of the longest kind in its longest form: every character escaped. Bytes. */
const MAX_BOOK_BODY = 6 * MAX_SCRIPT + 1024 * 1024;

const bookParams = z.object({ id: audiobookId });
const renderParams = z.object({ id: renderId });
const ifMatch = { 'If-Match': 'The ETag of the version that is meant; another one is a 412' };
const page = {
  limit: wholeNumber(1, 200).default(50),
  cursor: z.string().max(200).optional().meta({ description: 'next_cursor of the answer before' }),
};
const passage = {
  offset: wholeNumber(0, MAX_SCRIPT).meta({
    description: 'In the script, UTF-16 units: from the unit, effect or bed there on',
  }),
  length: secondsParameter.optional().meta({ description: 'Seconds; 30 by default, at most 600' }),
};
const audioAnswers = {
  200: { description: 'All', contentType: 'audio/*', headers: { ETag: 'The SHA-256', 'Accept-Ranges': 'bytes' } },
  206: { description: 'The range', contentType: 'audio/*', headers: { 'Content-Range': 'Which' } },
  304: { description: 'Unchanged' },
} as const;

export const AUDIOBOOK_OPERATIONS = {
  listAudiobooks: {
    id: 'listAudiobooks',
    method: 'GET',
    path: '/api/audiobooks',
    right: 'books.read',
    summary: 'The books, the one changed last first',
    query: z.strictObject(page),
    answers: { 200: { description: 'A page', schema: audiobookList } },
  },
  createAudiobook: {
    id: 'createAudiobook',
    method: 'POST',
    path: '/api/audiobooks',
    right: 'books.write',
    summary: 'Make a book',
    body: audiobookDraft,
    maxBody: MAX_BOOK_BODY,
    answers: {
      201: { description: 'The book', schema: audiobook, headers: { Location: 'Its address', ETag: 'Its version' } },
    },
    problems: [413, 415, 422, 503, 507],
  },
  getAudiobook: {
    id: 'getAudiobook',
    method: 'GET',
    path: '/api/audiobooks/{id}',
    right: 'books.read',
    summary: 'One book with its script',
    params: bookParams,
    answers: {
      200: { description: 'The book', schema: audiobook, headers: { ETag: 'Its version' } },
      304: { description: 'Unchanged' },
    },
    headers: { 'If-None-Match': 'An ETag that is already here' },
    problems: [404],
  },
  patchAudiobook: {
    id: 'patchAudiobook',
    method: 'PATCH',
    path: '/api/audiobooks/{id}',
    right: 'books.write',
    summary: 'Change a book',
    description:
      'With If-Match two tabs cannot overwrite each other. A script with errors is kept all the same; only a render refuses it.',
    params: bookParams,
    body: audiobookPatch,
    maxBody: MAX_BOOK_BODY,
    headers: ifMatch,
    answers: { 200: { description: 'The book as it is now', schema: audiobook, headers: { ETag: 'Its version' } } },
    problems: [404, 412, 413, 415, 422, 503, 507],
  },
  deleteAudiobook: {
    id: 'deleteAudiobook',
    method: 'DELETE',
    path: '/api/audiobooks/{id}',
    right: 'books.write',
    summary: 'Delete a book; it can be restored for 30 days',
    description: 'Its renders that are not over are cancelled; finished ones stay until they are removed.',
    params: bookParams,
    headers: ifMatch,
    answers: { 204: { description: 'Deleted' } },
    problems: [404, 412, 503, 507],
  },
  restoreAudiobook: {
    id: 'restoreAudiobook',
    method: 'POST',
    path: '/api/audiobooks/{id}/restore',
    right: 'books.write',
    summary: 'Bring back a deleted book',
    params: bookParams,
    answers: { 200: { description: 'The book', schema: audiobook, headers: { ETag: 'Its version' } } },
    problems: [404, 503, 507],
  },
  getBookTimeline: {
    id: 'getBookTimeline',
    method: 'GET',
    path: '/api/audiobooks/{id}/timeline',
    right: 'books.read',
    summary: 'When everything in a book is heard, before any render',
    description: 'Units that were never spoken have an estimated length, and exact is false.',
    params: bookParams,
    answers: { 200: { description: 'The timeline', schema: bookTimeline } },
    problems: [404, 422, 503],
  },
  getPreviewTimeline: {
    id: 'getPreviewTimeline',
    method: 'GET',
    path: '/api/audiobooks/{id}/preview/timeline',
    right: 'books.read',
    summary: 'When everything in a preview from a place in the script on is heard',
    description:
      'Seconds from the beginning of the preview, so what began earlier begins before 0. Exact where the preview has the samples of a render.',
    params: bookParams,
    query: z.strictObject({ ...passage, offset: passage.offset.default(0) }),
    answers: { 200: { description: 'The timeline', schema: bookTimeline } },
    problems: [404, 422, 503],
  },
  previewAudiobook: {
    id: 'previewAudiobook',
    method: 'GET',
    path: '/api/audiobooks/{id}/preview',
    right: 'speech.create',
    summary: 'A part of a book as it would be rendered, as a stream',
    description:
      'WAV, 16 bit. From start to end it is equal to the same range of a render with the same rate and channels; what comes before the end of the range is spoken first, where it was not. With offset it is heard at once, and only what is heard is spoken: the same samples where the book was spoken before, and else a bed that began earlier may be in another turn of its loop.',
    params: bookParams,
    query: z.strictObject({
      start: secondsParameter.optional().meta({ description: 'Seconds of the book; its beginning by default' }),
      end: secondsParameter
        .optional()
        .meta({ description: 'Seconds of the book; 30 after start by default, at most 600 after it' }),
      ...passage,
      offset: passage.offset.optional(),
      sample_rate: z.enum(OUTPUT_RATES.map(String)).default('44100').transform(Number),
      channels: z
        .enum(['1', '2'])
        .default('2')
        .transform(text => Number(text) as 1 | 2),
    }),
    answers: { 200: { description: 'The audio', contentType: 'audio/wav' } },
    problems: [404, 422, 502, 503, 507],
  },
  getSettings: {
    id: 'getSettings',
    method: 'GET',
    path: '/api/admin/settings',
    right: 'admin',
    summary: 'How books are mixed where neither a tag, nor a sound, nor the book says so',
    answers: { 200: { description: 'All of it', schema: settledDefaults, headers: { ETag: 'Its version' } } },
  },
  putSettings: {
    id: 'putSettings',
    method: 'PUT',
    path: '/api/admin/settings',
    right: 'admin',
    summary: 'Change the defaults of books',
    description:
      'What is left out takes the built-in value. Renders that were asked for before keep what they had; books are heard anew with the next render or preview, and nothing is spoken again.',
    body: bookDefaults,
    headers: ifMatch,
    answers: { 200: { description: 'As they are now', schema: settledDefaults, headers: { ETag: 'Its version' } } },
    problems: [412, 413, 415, 422, 503, 507],
  },
  checkScript: {
    id: 'checkScript',
    method: 'POST',
    path: '/api/scripts/check',
    right: 'books.read',
    summary: 'What is wrong with a script, and what it comes to',
    body: scriptToCheck,
    maxBody: MAX_BOOK_BODY,
    answers: { 200: { description: 'Diagnostics and counts', schema: scriptReport } },
    problems: [413, 415, 422],
  },
  createRender: {
    id: 'createRender',
    method: 'POST',
    path: '/api/audiobooks/{id}/renders',
    right: 'books.write',
    summary: 'Render a book',
    description:
      'The render has the text, cast and settings that the book has now. Where the script has errors it is refused with them.',
    params: bookParams,
    body: renderWish,
    answers: { 202: { description: 'It is in the queue', schema: render, headers: { Location: 'Its address' } } },
    problems: [404, 413, 415, 422, 503, 507],
  },
  listRenders: {
    id: 'listRenders',
    method: 'GET',
    path: '/api/renders',
    right: 'books.read',
    summary: 'Renders, the newest first',
    query: z.strictObject({
      ...page,
      audiobook_id: audiobookId.optional(),
      status: z.enum(RENDER_STATUSES).optional(),
    }),
    answers: { 200: { description: 'A page', schema: renderList } },
  },
  getRender: {
    id: 'getRender',
    method: 'GET',
    path: '/api/renders/{id}',
    right: 'books.read',
    summary: 'One render',
    params: renderParams,
    answers: { 200: { description: 'The render', schema: render } },
    problems: [404],
  },
  deleteRender: {
    id: 'deleteRender',
    method: 'DELETE',
    path: '/api/renders/{id}',
    right: 'books.write',
    summary: 'Cancel a render, or remove one that is over with its files',
    params: renderParams,
    answers: { 200: { description: 'It was cancelled', schema: render }, 204: { description: 'It was removed' } },
    problems: [404, 503, 507],
  },
  pauseRender: {
    id: 'pauseRender',
    method: 'POST',
    path: '/api/renders/{id}/pause',
    right: 'books.write',
    summary: 'Pause a render; what is finished of it is kept',
    params: renderParams,
    answers: { 200: { description: 'The render', schema: render } },
    problems: [404, 409, 503, 507],
  },
  resumeRender: {
    id: 'resumeRender',
    method: 'POST',
    path: '/api/renders/{id}/resume',
    right: 'books.write',
    summary: 'Go on with a render that is paused, failed or cancelled',
    description: 'Nothing that is finished is done again.',
    params: renderParams,
    answers: { 200: { description: 'The render', schema: render } },
    problems: [404, 409, 422, 503, 507],
  },
  followRender: {
    id: 'followRender',
    method: 'GET',
    path: '/api/renders/{id}/events',
    right: 'books.read',
    summary: 'A render, live',
    description:
      'Server-sent events: the render at each change, with its revision as id. The stream ends when it is over.',
    params: renderParams,
    headers: { 'Last-Event-ID': 'The revision that is already here' },
    answers: { 200: { description: 'Events', contentType: 'text/event-stream' } },
    problems: [404, 503],
  },
  getRenderAudio: {
    id: 'getRenderAudio',
    method: 'GET',
    path: '/api/renders/{id}/audio',
    right: 'books.read',
    summary: 'A finished file',
    params: renderParams,
    query: z.strictObject({
      output: wholeNumber(1, 1000).default(1).meta({ description: 'Which one, from 1' }),
      v: z
        .string()
        .max(64)
        .optional()
        .meta({ description: 'The SHA-256 of the file: with the right one the answer is immutable' }),
    }),
    headers: { Range: 'bytes=first-last, first- or -count', 'If-Range': 'An ETag', 'If-None-Match': 'An ETag' },
    answers: audioAnswers,
    problems: [404, 409, 416],
  },
  getRenderTimeline: {
    id: 'getRenderTimeline',
    method: 'GET',
    path: '/api/renders/{id}/timeline',
    right: 'books.read',
    summary: 'When everything in a render is heard',
    params: renderParams,
    answers: { 200: { description: 'The timeline', schema: bookTimeline } },
    problems: [404, 409],
  },
} as const satisfies Record<string, Operation>;
