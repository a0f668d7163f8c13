/**
 * What search and the order by name compare. Folding happens here, once for stored text and once for the query, and not in
 * SQLite's tokenizers, so that the index, a residual filter and a test agree on every character.
 */

/** A digit run longer than this sorts as text. */
const MAX_DIGITS = 99;
const NAME_KEY_LENGTH = 64;
/** Letters that have an index of substrings; shorter queries look for beginnings of words. */
const TRIGRAM = 3;
/** Letters that the index is asked for: each opens a list in each of its segments, 15 ms for 200 at a million. */
const MATCH_LETTERS = 16;

/** Case and accents removed, every run of white space or control characters one space, trimmed. Idempotent. */
export function foldText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]+/g, '')
    .toLowerCase()
    .normalize('NFC')
    .replace(/[\u0300-\u036f]+/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** A key whose byte order is the order of names as people expect it: `Rain 2` before `rain 10`, `É` beside `e`. */
export function nameKey(name: string): string {
  const key = foldText(name).replace(/[0-9]+/g, run => {
    const digits = run.replace(/^0+(?=.)/, '');
    // Numbers without leading zeros compare by how many digits they have, then by the digits.
    return digits.length > MAX_DIGITS ? digits : String(digits.length).padStart(2, '0') + digits;
  });
  return [...key].slice(0, NAME_KEY_LENGTH).join('');
}

export interface SearchText {
  search_text: string;
  search_starts: string;
}

/** The searchable form of a sound; fields are lines, and a folded query has no line break, so no match spans two. */
export function searchText(sound: {
  name: string;
  id: string;
  category: string | null;
  tags: readonly string[];
}): SearchText {
  const fields = [sound.name, sound.id, sound.category ?? '', ...sound.tags].map(foldText);
  const starts = new Set<string>();
  for (const field of fields) {
    for (const word of words(field)) {
      const [first, second] = word;
      if (first === undefined) continue;
      starts.add(startToken(first));
      if (second !== undefined) starts.add(startToken(first + second));
    }
  }
  return {
    search_text: [...new Set(fields.filter(field => field !== ''))].join('\n'),
    search_starts: ` ${[...starts].join(' ')} `,
  };
}

/** How a query is looked up: `match` through the index, `needles` in one row. */
export interface Search {
  /** Which index and which column of `sounds`. */
  readonly index: 'text' | 'starts';
  /** FTS5 query; user text stands only inside quoted strings. */
  readonly match: string;
  /** All must be substrings of the column. */
  readonly needles: readonly string[];
  /** Every entry of the index that is read is a match, so that a limit bounds the work. */
  readonly bounded: boolean;
  /** `match` finds what `needles` find; otherwise more, and each row has to be tested. */
  readonly exact: boolean;
}

/**
 * Three letters or more: substrings, each word on its own where every word has three letters, otherwise the whole. One or two
 * letters: the beginning of a word.
 *
 * @returns null where there is nothing to search for; `'nothing'` where nothing can match (two signs that begin no word).
 */
export function parseSearch(q: string): Search | 'nothing' | null {
  const folded = foldText(q);
  if (folded === '') return null;
  if ([...folded].length < TRIGRAM) {
    const [start] = words(folded);
    if (start === undefined) return 'nothing';
    const token = startToken(start.join(''));
    return { index: 'starts', match: `"${token}"`, needles: [` ${token} `], bounded: true, exact: true };
  }
  const parts = folded.split(' ');
  const needles = parts.every(part => [...part].length >= TRIGRAM) ? [...new Set(parts)] : [folded];
  const phrases: string[] = [];
  let room = MATCH_LETTERS;
  // The longest first: they are met most rarely.
  for (const needle of needles.map(letters => [...letters]).sort((a, b) => b.length - a.length)) {
    const taken = needle.slice(0, room);
    if (taken.length < TRIGRAM) break;
    phrases.push(taken.join(''));
    room -= taken.length;
  }
  return {
    index: 'text',
    match: phrases.map(quote).join(' AND '),
    needles,
    bounded: phrases.length === 1 && [...(phrases[0] ?? '')].length === TRIGRAM,
    exact: needles.every(needle => phrases.includes(needle)),
  };
}

/** Bits of `seq` within a block, by the size of block; `lib/storage/migrations/0003-sound-search.ts` writes the same words. */
export const BLOCK_BITS = { small: 12, large: 14 } as const;

/** FTS5 query for `search` within one block: sounds whose `seq` shares all but the lowest {@link BLOCK_BITS}. */
export function inBlock(search: Search, size: keyof typeof BLOCK_BITS, block: number): string {
  const level = size === 'small' ? 1 : 2;
  const word = String.fromCharCode(level, 256 + Math.floor(block / 1024), 256 + (block % 1024));
  return `${quote(word)} AND ${search.match}`;
}

/** https://www.sqlite.org/fts5.html#fts5_strings: inside quotes only the quote itself is special. */
function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function words(folded: string): string[][] {
  return folded
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter(word => word !== '')
    .map(word => [...word]);
}

/** Code points in hexadecimal: any tokenizer keeps them whole, whatever Unicode version it was made for. */
function startToken(start: string): string {
  return [...start].map(letter => letter.codePointAt(0)?.toString(16)).join('z');
}
