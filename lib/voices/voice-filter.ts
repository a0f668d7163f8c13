/** Which voices a filter lets through. Pure and small, for pages filter as they are typed into. */
import type { Voice } from './voices.ts';

export interface VoiceFilter {
  /** The name of an engine. */
  engine?: string | undefined;
  /** BCP 47; `en` stands for `en-US` too (RFC 4647, basic filtering). */
  language?: string | undefined;
  /** Part of the name or the id. */
  q?: string | undefined;
}

/** Whether a voice passes a filter; without one, all do. */
export function matchesVoice(one: Voice, { engine, language, q }: VoiceFilter): boolean {
  if (engine !== undefined && one.engine !== engine) return false;
  if (language !== undefined && !inLanguage(one.language, language)) return false;
  if (q === undefined) return true;
  const wanted = fold(q.trim());
  return [one.name, one.id].some(text => fold(text).includes(wanted));
}

function inLanguage(tag: string, range: string): boolean {
  const [one, wanted] = [tag.toLowerCase(), range.toLowerCase()];
  return one === wanted || one.startsWith(`${wanted}-`);
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
