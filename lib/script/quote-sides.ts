/** On which side of what is quoted a quote stands: “ and « open in one language and close in another. */

const QUOTE = /[„‚“‘«‹»›]/gu;
/** Without one of these every quote stands where Unicode says. */
const TELLS = /[„‚»›]/u;
const LOW = '„‚';
const RIGHT = '»›';
const WORD = /[\p{L}\p{N}]/u;

/** Quotes that close one another. */
const PAIRS = ['„“', '‚‘', '«»', '‹›'];
const TURNED: Readonly<Record<string, string>> = { '“': '”', '‘': '’', '«': '»', '‹': '›', '»': '«', '›': '‹' };

/**
 * The text with each quote in the form that Unicode gives to its side: `„Halt!“` becomes `„Halt!”`, and `»Halt!«` becomes `«Halt!»`.
 * For looking at, not for speaking; every character keeps its place.
 *
 * @param text on one line, with single spaces
 */
export function withQuotesTurned(text: string): string {
  if (!TELLS.test(text)) return text;
  /** Of each pair the one that is not closed yet. */
  const open = new Map<string, string>();
  return text.replaceAll(QUOTE, (quote, at: number) => {
    const pair = PAIRS.find(both => both.includes(quote))!;
    const opens = opensHere(quote, open.get(pair), text[at - 1] ?? ' ', text[at + 1] ?? ' ');
    if (opens) open.set(pair, quote);
    else open.delete(pair);
    return opens === RIGHT.includes(quote) ? TURNED[quote]! : quote;
  });
}

/** @param open the quote of this pair that is not closed yet */
function opensHere(quote: string, open: string | undefined, before: string, after: string): boolean {
  if (LOW.includes(quote)) return true;
  const isTurned = open !== undefined && (LOW + RIGHT).includes(open);
  const leads = before === ' ' && after !== ' ';
  if (!RIGHT.includes(quote)) return leads || !isTurned;
  // « Non ! »{{{sfx:door}}}Il: the space is inside of the quotes.
  if (open !== undefined && !isTurned) return false;
  return leads || (open === undefined && WORD.test(after));
}
