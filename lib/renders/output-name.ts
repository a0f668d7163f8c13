import type { Timeline } from '#lib/timeline/timeline.ts';
import type { Part } from './render-parts.service.ts';
import { RENDER_FILES, type RenderFormat } from './render.ts';

const MAX_CHARACTERS = 120;

/** What a file is called when somebody keeps it: the book, and the chapter with its number where it is one. */
export function outputName(
  title: string,
  { chapters, frames }: Timeline,
  { from, to, chapter }: Part,
  format: RenderFormat,
): string {
  const parts = [title];
  if (chapter !== null) parts.push(`${String(chapter).padStart(2, '0')} ${chapters[chapter - 1]?.title ?? ''}`);
  else if (from > 0 || to < frames) parts.push('part');
  return `${parts.map(fileName).join(' - ')}${RENDER_FILES[format].ending}`;
}

/** Without what some file system refuses. */
function fileName(text: string): string {
  const safe = text
    .replace(/[\p{Cc}<>:"/\\|?*]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/[. ]+$/, '');
  return [...safe].slice(0, MAX_CHARACTERS).join('') || 'Untitled';
}
