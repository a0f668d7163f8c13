/** Which characters can be heard, and which belong to what stands beside them. */

const WORD = /[\p{L}\p{N}\p{M}]/u;
const MARK = /\p{M}/u;
/** Scripts that do not part words by spaces. */
export const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
/** Letters, numbers, and signs that are read as words. The rest is silent: an engine refuses text of nothing else. */
const SAYABLE = /[\p{L}\p{N}\p{Sc}\p{Emoji_Presentation}&%@§©®™°]/u;
const ONLY_OPENING = /^(?=\s*\S)[\p{Ps}\p{Pi}"'¿¡\s]+$/u;
/** `…` ends a sentence here, though Unicode does not say so (1.5). */
const TERMINATOR = /[\p{Sentence_Terminal}…]/u;
const CLOSING = /[\p{Pe}\p{Pf}"']/u;
/** Straight quotes may be of either side. */
const CLOSES = /[\p{Pe}\p{Pf}]/u;
const OPENS = /[\p{Ps}\p{Pi}]/u;

/** Ends what stands before it, and not what follows: a space, a dash or nothing is there. Bounded, as many may stand in a row. */
const CLOSING_RUN = /[\p{Pe}\p{Pf}"'.,;:!?…、。！？，；：]{1,8}(?=[\s\p{Pd}]|$)/uy;

export function isSayable(text: string): boolean {
  return SAYABLE.test(text);
}

/** Quotes and brackets that belong to what follows. */
export function opensOnly(text: string): boolean {
  return ONLY_OPENING.test(text);
}

/** One character. */
export function opens(character: string): boolean {
  return OPENS.test(character);
}

/** How much punctuation at this place belongs to what stands before it. */
export function closingLength(text: string, at: number): number {
  CLOSING_RUN.lastIndex = at;
  return CLOSING_RUN.exec(text)?.[0].length ?? 0;
}

/** How much of it there is where it begins with a bracket or a quote that closes, as behind the space in `« Non ! »`. */
export function closingMarksLength(text: string, at: number): number {
  return CLOSES.test(text[at] ?? '') ? closingLength(text, at) : 0;
}

/** Whether a tag at a place stands after `. ! ? …` and closing quotes (1.5). Asked for places in order, so each character is seen once. */
export class SentenceEnds {
  readonly #text: string;
  #at = 0;
  #after = false;

  constructor(text: string) {
    this.#text = text;
  }

  isAfter(place: number): boolean {
    for (; this.#at < place; this.#at++) {
      const character = this.#text[this.#at]!;
      if (TERMINATOR.test(character)) this.#after = true;
      else if (!CLOSING.test(character) && !this.#isSpaceBeforeClosing()) this.#after = false;
    }
    return this.#after;
  }

  #isSpaceBeforeClosing(): boolean {
    return this.#text[this.#at] === ' ' && CLOSES.test(this.#text[this.#at + 1] ?? '');
  }
}

/**
 * Where the word before a place ends, or the word around it; in text without spaces, whose words are known to its writer only, the
 * place itself. Asked for places in order, so each character is seen once.
 */
export class WordEnds {
  readonly #text: string;
  #at = 0;
  #end = 0;
  /** The last letter parts words by spaces. */
  #isSpaced = true;

  constructor(text: string) {
    this.#text = text;
  }

  /** 0 where no word is before. */
  before(place: number): number {
    while (this.#at < place || (this.#end === this.#at && this.#end > 0)) {
      const code = this.#text.codePointAt(this.#at);
      if (code === undefined) break;
      const character = String.fromCodePoint(code);
      const isWord = WORD.test(character);
      if (this.#at >= place && !(isWord && this.#joins(character))) break;
      this.#at += code > 0xffff ? 2 : 1;
      if (!isWord) continue;
      this.#end = this.#at;
      if (!MARK.test(character)) this.#isSpaced = !UNSPACED.test(character);
    }
    return this.#end;
  }

  /** It belongs to the letter before, or to the same word. */
  #joins(character: string): boolean {
    return MARK.test(character) || (this.#isSpaced && !UNSPACED.test(character));
  }
}
