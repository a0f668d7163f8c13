/** Tags of a script as the pages need them at each keystroke: where they are, whom they name, and how they are written. */

export type TagKind = 'voice' | 'effect' | 'bed' | 'other';

export interface TagPlace {
  kind: TagKind;
  /** UTF-16 units in the line. */
  start: number;
  end: number;
}

const TAG = /\{\{\{[^{}]*\}\}\}/g;
const VOICE = /\{\{\{\s*voice\s*:\s*(?:"([^"]*)"|([^,{}"]*))[^{}]*\}\}\}/gi;
const KINDS: Readonly<Record<string, TagKind>> = { voice: 'voice', sfx: 'effect', bg: 'bed' };
/** What a cast calls somebody. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Tags of one line, in order; what is no whole tag is none. Free ones (`\{{{`) are text. */
export function tagsIn(line: string): TagPlace[] {
  if (!line.includes('{{{')) return [];
  return [...line.matchAll(TAG)]
    .filter(({ index }) => line[index - 1] !== '\\')
    .map(({ index, 0: text }) => {
      const command = /\w+/.exec(text)?.[0].toLowerCase() ?? '';
      return { kind: KINDS[command] ?? 'other', start: index, end: index + text.length };
    });
}

/** Voices that a script names, with how often, in the order of their first words. */
export function voicesNamedIn(script: string): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { index, 1: quoted, 2: plain } of script.matchAll(VOICE)) {
    const name = (quoted ?? plain ?? '').trim();
    if (name !== '' && script[index - 1] !== '\\') uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}

export function isCastName(text: string): boolean {
  return NAME.test(text);
}

/** The nearest name that a cast may have: `Old Man` is `old_man`. May be empty. */
export function toCastName(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^[_-]+|_+$/g, '')
    .slice(0, 64);
}

export function voiceTag(name: string): string {
  return `{{{voice:${/[,:{}"\s]/.test(name) ? `"${name}"` : name}}}}`;
}

/** Words that are read, not tags. */
export function countWords(script: string): number {
  return script.replace(TAG, ' ').match(/[\p{L}\p{N}][^\s]*/gu)?.length ?? 0;
}

/** Offsets where lines begin. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the line that an offset is in. */
export function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
