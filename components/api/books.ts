/** The calls of books, their scripts and renders. Types only come from the schemas: their validator stays on the server. */
import type {
  Audiobook,
  AudiobookDraft,
  AudiobookPatch,
  ScriptReport,
  ScriptToCheck,
} from '#lib/audiobooks/audiobook.ts';
import type { BookDefaults, SettledDefaults } from '#lib/audiobooks/book-defaults.ts';
import type { BookTimeline, Render, RenderList, RenderWish } from '#lib/renders/render.ts';
import type { Voice, VoiceList } from '#lib/voices/voices.ts';
import { call, type Versioned } from './client.ts';

/** Renders of one book that its page lists; older ones are in the API. */
const RENDERS_SHOWN = 50;

function bookAddress(id: string): string {
  return `/api/audiobooks/${id}`;
}

function renderAddress(id: string): string {
  return `/api/renders/${id}`;
}

export async function createBook(draft: Pick<AudiobookDraft, 'title'> & Partial<AudiobookDraft>): Promise<Audiobook> {
  return (await call('POST', '/api/audiobooks', { json: draft })).json() as Promise<Audiobook>;
}

export async function getBook(id: string): Promise<Versioned<Audiobook>> {
  return versioned(await call('GET', bookAddress(id)));
}

/** @throws ApiProblem with status 412 where it was changed since `etag` */
export async function patchBook(id: string, patch: AudiobookPatch, etag: string): Promise<Versioned<Audiobook>> {
  return versioned(await call('PATCH', bookAddress(id), { json: patch, etag }));
}

export async function deleteBook(id: string): Promise<void> {
  await call('DELETE', bookAddress(id));
}

export async function restoreBook(id: string): Promise<void> {
  await call('POST', `${bookAddress(id)}/restore`);
}

export async function checkScript(script: ScriptToCheck, signal: AbortSignal): Promise<ScriptReport> {
  return (await call('POST', '/api/scripts/check', { json: script, signal })).json() as Promise<ScriptReport>;
}

/** A book from a place in its script on, in UTF-16 units, some seconds. */
interface Passage {
  offset: number;
  length: number;
}

function passageQuery({ offset, length }: Passage): string {
  return new URLSearchParams({ offset: String(offset), length: String(length) }).toString();
}

/** When everything in a preview of the book as it is saved is heard. @throws ApiProblem with status 422 where its script has errors */
export async function getPreviewTimeline(id: string, passage: Passage): Promise<BookTimeline> {
  const response = await call('GET', `${bookAddress(id)}/preview/timeline?${passageQuery(passage)}`);
  return response.json() as Promise<BookTimeline>;
}

export function previewAddress(id: string, passage: Passage): string {
  return `${bookAddress(id)}/preview?${passageQuery(passage)}`;
}

/** The defaults of all books. @throws ApiProblem with status 412 where they were changed since `etag` */
export async function putSettings(settings: BookDefaults, etag: string): Promise<Versioned<SettledDefaults>> {
  return versioned(await call('PUT', '/api/admin/settings', { json: settings, etag }));
}

export async function listRenders(book: string): Promise<readonly Render[]> {
  const response = await call('GET', `/api/renders?audiobook_id=${book}&limit=${RENDERS_SHOWN}`);
  return ((await response.json()) as RenderList).items;
}

/** @throws ApiProblem with status 422 where the script has errors */
export async function createRender(book: string, wish: RenderWish): Promise<Render> {
  return (await call('POST', `${bookAddress(book)}/renders`, { json: wish })).json() as Promise<Render>;
}

export async function pauseRender(id: string): Promise<Render> {
  return (await call('POST', `${renderAddress(id)}/pause`)).json() as Promise<Render>;
}

export async function resumeRender(id: string): Promise<Render> {
  return (await call('POST', `${renderAddress(id)}/resume`)).json() as Promise<Render>;
}

/** Cancels one that is not over, and removes one that is. @returns the cancelled one; undefined for a removed one */
export async function deleteRender(id: string): Promise<Render | undefined> {
  const response = await call('DELETE', renderAddress(id));
  return response.status === 204 ? undefined : ((await response.json()) as Render);
}

/** As a page is left: no answer is waited for. */
export function deleteRenderAtLast(id: string): void {
  void fetch(renderAddress(id), { method: 'DELETE', keepalive: true }).catch(() => undefined);
}

export async function getRenderTimeline(id: string): Promise<BookTimeline> {
  return (await call('GET', `${renderAddress(id)}/timeline`)).json() as Promise<BookTimeline>;
}

/**
 * A render at each of its changes. The browser asks again by itself where the stream breaks.
 *
 * @param onLive whether the stream stands
 * @param onEnd the server does not offer it any more
 * @returns the way out
 */
export function followRender(
  id: string,
  onRender: (render: Render) => void,
  onLive: (live: boolean) => void,
  onEnd: () => void,
): () => void {
  const events = new EventSource(`${renderAddress(id)}/events`);
  events.addEventListener('message', ({ data }: MessageEvent<string>) => {
    onLive(true);
    onRender(JSON.parse(data) as Render);
  });
  events.addEventListener('error', () => {
    if (events.readyState === EventSource.CLOSED) onEnd();
    else onLive(false);
  });
  return () => events.close();
}

export async function listVoices(signal?: AbortSignal): Promise<readonly Voice[]> {
  return ((await (await call('GET', '/api/voices', { signal })).json()) as VoiceList).voices;
}

async function versioned<T>(response: Response): Promise<Versioned<T>> {
  return { value: (await response.json()) as T, etag: response.headers.get('etag') ?? '' };
}
