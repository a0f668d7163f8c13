/** Text as it is given to an engine: what cannot be heard is gone, so that the same words are the same speech. */
export interface TidyText {
  text: string;
  /** UTF-16 positions in the text that was given, for a span of {@link text}, not empty; end exclusive. */
  original(from: number, to: number): { from: number; to: number };
}

/** Controls, soft hyphens, zero-width spaces, byte order marks. Joiners stay: they make other letters in many scripts. */
const INVISIBLE = /[^\P{Cc}\s\u0085]|[\u00ad\u200b\u2060\ufeff]/u;
/** A run of white space, or a character with its marks. */
const PART = /[\s\u0085]+|\P{M}\p{M}*|\p{M}+/gu;
const WHITE = /^[\s\u0085]/;
const LINE_END = /\r\n|[\n\r\u0085\u2028\u2029]/g;

/**
 * Unicode NFC; white space as one space, or as one or two line ends, at which engines pause; none at the ends; nothing invisible.
 */
export function tidySpeechText(given: string): TidyText {
  const { visible, at } = withoutInvisible(given.toWellFormed());
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: part, index } of visible.matchAll(PART)) {
    const said = saidFor(part);
    if (text === '' && WHITE.test(said)) continue;
    text += said;
    for (let i = 0; i < said.length; i++) {
      starts.push(at[index]!);
      ends.push(at[index + part.length - 1]! + 1);
    }
  }
  return {
    text: text.trimEnd(),
    original: (from, to) => ({ from: starts[from] ?? given.length, to: ends[to - 1] ?? given.length }),
  };
}

/** With the position of each UTF-16 unit that is left. */
function withoutInvisible(given: string): { visible: string; at: number[] } {
  let visible = '';
  const at: number[] = [];
  let position = 0;
  for (const character of given) {
    if (!INVISIBLE.test(character)) {
      visible += character;
      for (let i = 0; i < character.length; i++) at.push(position + i);
    }
    position += character.length;
  }
  return { visible, at };
}

function saidFor(part: string): string {
  if (!WHITE.test(part)) return part.normalize('NFC');
  const lines = part.match(LINE_END)?.length ?? 0;
  return lines === 0 ? ' ' : '\n'.repeat(Math.min(2, lines));
}
