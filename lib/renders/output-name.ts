import type { Timeline } from '#lib/timeline/timeline.ts';
import type { Part } from './render-parts.service.ts';
import { RENDER_FILES, type RenderFormat } from './render.ts';

/** UTF-8 bytes of a whole name: file systems take 255 of them, and some need a few for names of their own. */
const MAX_BYTES = 240;
const SEPARATOR = ' - ';
const CHARACTERS = new Intl.Segmenter('und', { granularity: 'grapheme' });
const ENCODER = new TextEncoder();

/** What a file is called when somebody keeps it: the book, and the chapter with its number where it is one. */
export function outputName(
  title: string,
  { chapters, frames }: Timeline,
  { from, to, chapter }: Part,
  format: RenderFormat,
): string {
  if (chapter !== null) return chapterName(title, chapter, chapters[chapter - 1]?.title ?? '', format);
  return nameOf(title, from > 0 || to < frames ? 'part' : undefined, format);
}

/** What the file of a chapter is called. @param number from 1 */
export function chapterName(title: string, number: number, chapter: string, format: RenderFormat): string {
  return nameOf(title, `${String(number).padStart(2, '0')} ${chapter}`, format);
}

function nameOf(title: string, part: string | undefined, format: RenderFormat): string {
  const { ending } = RENDER_FILES[format];
  const room = MAX_BYTES - bytesOf(ending);
  if (part === undefined) return fileName(title, room) + ending;
  // Each has half of the room, and what the other leaves of its half.
  const both = room - bytesOf(SEPARATOR);
  const book = fileName(title, Math.max(Math.floor(both / 2), both - bytesOf(fileName(part, both))));
  return book + SEPARATOR + fileName(part, both - bytesOf(book)) + ending;
}

/** Without what some file system refuses. @param room UTF-8 bytes */
export function fileName(text: string, room: number): string {
  const safe = text
    .replace(/[\p{Cc}\p{Cs}<>:"/\\|?*]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  // Windows takes no dots and spaces at the end.
  return cut(safe, room).replace(/[. ]+$/, '') || 'Untitled';
}

/** As many whole characters, as people see them, as there is room for. */
function cut(text: string, room: number): string {
  if (bytesOf(text) <= room) return text;
  let kept = '';
  let left = room;
  for (const { segment } of CHARACTERS.segment(text)) {
    left -= bytesOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return kept;
}

function bytesOf(text: string): number {
  return ENCODER.encode(text).length;
}
