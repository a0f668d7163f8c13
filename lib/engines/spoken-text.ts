/**
 * Text as an English engine can say it: printable ASCII. Letters lose their accents, signs become the words that a reader would say for
 * them, typographic marks become the plain ones that make the same pause. An engine that is given anything else skips it without a word
 * ("café" becomes "caf"), so what has no English reading is refused.
 *
 * Every character of the result knows where in the source it comes from.
 */
import { CURRENCIES, FRACTIONS, GREEK, LETTERS, SYMBOL_WORDS } from './spoken-symbols.ts';
import { unsayable } from './speech.errors.ts';

export interface SpokenText {
  /** Printable ASCII and line feeds; never two spaces in a row, never a space or a comma at either end. Two line feeds part paragraphs. */
  text: string;
  /** For each character of `text` the UTF-16 positions in the source that it stands for; end exclusive. Never decreasing. */
  from: Uint32Array;
  to: Uint32Array;
}

/** A name for each of so many characters that cannot be said. */
const MAX_NAMED = 5;

/**
 * @throws AppError `speech.unsayable` where it holds what has no English reading, or nothing that makes a sound
 */
export function spokenText(source: string): SpokenText {
  const out = new Writer();
  const strange: string[] = [];
  for (let at = 0; at < source.length;) {
    const { length, said } = read(source, at);
    if (said === undefined) strange.push(source.slice(at, at + length));
    else out.write(said, at, at + length);
    at += length;
  }
  if (strange.length > 0) throw unsayable(sentenceAbout(strange));
  const spoken = out.finish();
  if (!/[A-Za-z0-9&%@+=#*~^_|\\/$]/.test(spoken.text)) {
    throw unsayable(`There is nothing to say in ${quote(source)}: it has no words. Make it a pause instead.`);
  }
  return spoken;
}

interface Reading {
  /** UTF-16 units of the source, at least 1. */
  length: number;
  /** Undefined where there is no English reading. */
  said: string | undefined;
}

/** A way to read what stands at one place of the source. */
interface Rule {
  /** Sticky. */
  pattern: RegExp;
  say: (match: RegExpExecArray) => string;
}

const among = (table: Readonly<Record<string, unknown>>) => `[${Object.keys(table).join('')}]`;
const NUMBER = String.raw`\d+(?:,\d{3})*(?:\.\d+)?|\d+,\d{1,2}(?!\d)`;
const SCALE = String.raw`(?:\s?(thousand|million|billion|trillion)\b)?`;

const LINE_END = String.raw`[\n\r\u0085\u2028\u2029]`;
const GAP = String.raw`[\t\p{Zs}\p{Default_Ignorable_Code_Point}]*`;
const STARS = '[*_~#=•·–—-]';

const UNITS: Readonly<Record<string, string>> = {
  m: 'meters',
  g: 'grams',
  s: 'seconds',
  l: 'liters',
  L: 'liters',
  F: 'farads',
  A: 'amperes',
  V: 'volts',
  W: 'watts',
};

/** Before a mark that joins what it follows: takes back the space that a rule has put there, not one of the source. */
const CLOSE = '\b';

const RULES: readonly Rule[] = [
  // What is not there to be said: joiners, soft hyphens, directions, variation selectors, byte order marks.
  { pattern: /\p{Default_Ignorable_Code_Point}+/uy, say: () => '' },
  { pattern: /\r\n?|[\n\u0085\u2028]/y, say: () => '\n' },
  { pattern: /\u2029/y, say: () => '\n\n' },
  // An ellipsis ends the sentence or makes a pause in it.
  { pattern: /\s{0,3}(?:…|\.\s?\.\s?\.)[.…]*(?=["'”’»)\]]*(?:$|\s+["'“‘«([]*\p{Lu}))/uy, say: () => '. ' },
  { pattern: /\s{0,3}(?:…|\.\s?\.\s?\.)[.…]*/y, say: () => ', ' },
  { pattern: /[\s\p{Zs}]+?/uy, say: () => ' ' },
  { pattern: /\p{Cc}/uy, say: () => '' },
  // A line of stars or dashes parts scenes.
  {
    pattern: new RegExp(`(?<=(?:^|${LINE_END})${GAP})${STARS}(?:${GAP}${STARS}){2,}(?=${GAP}(?:$|${LINE_END}))`, 'uy'),
    say: () => '\n\n',
  },
  // `£5 million` is "5 million pounds", `£5.20` "5 pounds and 20 pence".
  {
    pattern: new RegExp(`(${among(CURRENCIES)})\\s?(${NUMBER})${SCALE}`, 'uy'),
    say: ([, sign, amount, scale]) => ` ${sayAmount(sign!, amount!, scale)} `,
  },
  {
    pattern: new RegExp(`(?<![\\d.,])(${NUMBER})${SCALE}\\s?(${among(CURRENCIES)})`, 'uy'),
    say: ([, amount, scale, sign]) => ` ${sayAmount(sign!, amount!, scale)} `,
  },
  { pattern: new RegExp(among(CURRENCIES), 'uy'), say: ([sign]) => ` ${CURRENCIES[sign]!.many} ` },
  { pattern: /°\s?C\b|℃/y, say: () => ' degrees Celsius ' },
  { pattern: /°\s?F\b|℉/y, say: () => ' degrees Fahrenheit ' },
  { pattern: /°/y, say: () => ' degrees ' },
  {
    pattern: new RegExp(`(?<=\\d)\\s?(${among(FRACTIONS)})|(${among(FRACTIONS)})`, 'uy'),
    say: ([, behind, alone]) => ` ${behind === undefined ? FRACTIONS[alone!]![0] : FRACTIONS[behind]![1]} `,
  },
  { pattern: /⁄/y, say: () => '/' },
  { pattern: /(?<=(?<!\p{L})(?:\p{L}{1,2}|\d|\)))²/uy, say: () => ' squared ' },
  { pattern: /(?<=(?<!\p{L})(?:\p{L}{1,2}|\d|\)))³/uy, say: () => ' cubed ' },
  { pattern: /\p{No}+/uy, say: ([digits]) => ` ${digits.normalize('NFKC')} ` },
  { pattern: /#(?=\d)/y, say: () => ' number ' },
  // In some places the engine passes over it.
  { pattern: /&/y, say: () => ' and ' },
  { pattern: /(?<=\s|\d)<(?=\s|\d)/y, say: () => ' less than ' },
  { pattern: /(?<=\s|\d)>(?=\s|\d)/y, say: () => ' greater than ' },
  { pattern: /[<>＜＞﹤﹥]/y, say: () => ' ' },
  { pattern: /−(?=\s?\d)/y, say: () => ' minus ' },
  { pattern: new RegExp(among(SYMBOL_WORDS), 'uy'), say: ([sign]) => ` ${SYMBOL_WORDS[sign]!} ` },
  { pattern: /[µμ]([mgslLFAVW])\b/y, say: ([, unit]) => ` micro${UNITS[unit!]!} ` },
  { pattern: /[µμ](?=[a-z])/y, say: () => ' micro' },
  { pattern: /[ΩΩ](?!\p{Script=Greek})(?<!\p{Script=Greek}.)/uy, say: () => ' ohms ' },
  {
    pattern: /(?<!\p{Script=Greek})\p{Script=Greek}(?!\p{Script=Greek}|\p{M})/uy,
    say: ([letter]) => ` ${GREEK[letter.normalize('NFKC').toLowerCase()] ?? letter} `,
  },
  // Spans of numbers: "10–20" is "10 to 20".
  { pattern: /(?<=\d)\s?[–‒]\s?(?=\d)/y, say: () => ' to ' },
  { pattern: /[‐‑‒⁃]/y, say: () => '-' },
  { pattern: /[–—―⸺⸻﹘]+|(?<=\s)-+(?=\s|$)|--+/y, say: () => ', ' },
  { pattern: /−/y, say: () => ' minus ' },
  { pattern: /[”»]|"(?=$|[\s.,;:!?)])/y, say: () => `${CLOSE}"` },
  { pattern: /[“„‟«″〝〞＂]/y, say: () => '"' },
  { pattern: /[‘’‚‛‹›′ʼʻˈ´`]/y, say: () => "'" },
  { pattern: /[•‣◦▪●○■□◆‧·・]/y, say: () => ', ' },
  { pattern: /[¿¡†‡]/y, say: () => '' },
  { pattern: /[、،]/y, say: () => ', ' },
  { pattern: /[。]/y, say: () => '. ' },
  // The engine says no more than the first mark of a row, and breaks on very long ones.
  { pattern: /([!?])[!?]+/y, say: ([, first]) => first! },
  {
    pattern: /([,;:'"()[\]{}.\\/|*_~#=^+&%@$-])\1{3,}/y,
    say: ([, mark]) => (/[\\/|*_~#=^+&%@$-]/.test(mark!) ? ' ' : mark!),
  },
  { pattern: /[,;:](?=\p{L})/uy, say: ([mark]) => `${CLOSE}${mark} ` },
  { pattern: /[;:!?)\]}-]|\.(?!\d)/y, say: ([mark]) => CLOSE + mark },
  { pattern: /[\x20-\x7e]/y, say: ([character]) => character },
];

function read(source: string, at: number): Reading {
  for (const { pattern, say } of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null || match[0] === '') continue;
    const said = say(match);
    return { length: match[0].length, said: /^[\b\n\x20-\x7e]*$/.test(said) ? said : undefined };
  }
  return readLetter(source, at);
}

/** One code point; where it has no reading the whole of what a person sees as one character. */
function readLetter(source: string, at: number): Reading {
  const character = String.fromCodePoint(source.codePointAt(at)!);
  const { length } = character;
  if (/^\p{M}$/u.test(character)) return { length, said: '' };
  const letter = LETTERS[character];
  if (letter !== undefined) return { length, said: letter };
  const folded = [...character.normalize('NFKD').replaceAll(/\p{M}/gu, '')];
  const said = folded.map(part => (part === '⁄' ? '/' : (LETTERS[part] ?? part))).join('');
  if (/^[\x20-\x7e]+$/.test(said)) return { length, said };
  const [cluster] = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(source.slice(at, at + 64));
  return { length: Math.max(length, cluster!.segment.length), said: undefined };
}

function sayAmount(sign: string, amount: string, scale: string | undefined): string {
  const { one, many, cent } = CURRENCIES[sign]!;
  const decimal = /^\d+,\d{1,2}$/.test(amount) ? amount.replace(',', '.') : amount;
  const [whole, rest] = decimal.split('.');
  if (scale !== undefined) return `${decimal} ${scale} ${many}`;
  const cents = rest?.length === 2 && cent !== undefined ? Number(rest) : undefined;
  const pieces = [
    ...(cents !== undefined && Number(whole) === 0 && cents > 0
      ? []
      : [
          `${cents === undefined ? decimal : whole!} ${decimal === '1' || (cents !== undefined && whole === '1') ? one : many}`,
        ]),
    ...(cents ? [`${cents} ${cents === 1 ? cent!.one : cent!.many}`] : []),
  ];
  return pieces.join(' and ');
}

function sentenceAbout(strange: readonly string[]): string {
  const distinct = [...new Set(strange)];
  const named = distinct.slice(0, MAX_NAMED).map(quote);
  const more = distinct.length - named.length;
  const list = more > 0 ? [...named, `${more} more`] : named;
  const last = list.pop()!;
  const all = list.length > 0 ? `${list.join(', ')} and ${last}` : last;
  return `This voice speaks English and has no words for ${all}. Write it in Latin letters or leave it out, or choose a voice of another engine.`;
}

/** A half of a surrogate pair would be unreadable wherever it is shown. */
function quote(text: string): string {
  const shown = text.trim().slice(0, 40);
  return shown.isWellFormed() ? `“${shown}”` : `U+${text.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Puts the pieces together so that there is one space between words and one comma for a pause. */
class Writer {
  private readonly characters: string[] = [];
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  /** The last piece brought words and a space behind them. */
  private spaceIsOurs = false;

  write(piece: string, from: number, to: number): void {
    for (const character of piece) {
      if (character !== CLOSE) this.put(character, from, to);
      else if (this.spaceIsOurs && this.last === ' ') this.drop();
    }
    if (piece !== '') this.spaceIsOurs = piece.length > 1 && piece.endsWith(' ');
  }

  finish(): SpokenText {
    while (' ,\n'.includes(this.last)) {
      if (this.characters.length === 0) break;
      this.drop();
    }
    return { text: this.characters.join(''), from: Uint32Array.from(this.from), to: Uint32Array.from(this.to) };
  }

  private put(character: string, from: number, to: number): void {
    if (character === ' ' && (this.last === '' || this.last === ' ' || this.last === '\n')) return;
    if (character === '\n') {
      while (this.last === ' ') this.drop();
      if (this.last === '' || this.characters.slice(-2).join('') === '\n\n') return;
    }
    if (character === ',') {
      while (this.last === ' ') this.drop();
      if ('\n,.;:!?'.includes(this.last)) return this.put(' ', from, to);
    }
    this.characters.push(character);
    this.from.push(from);
    this.to.push(to);
  }

  /** Empty before the first. */
  private get last(): string {
    return this.characters.at(-1) ?? '';
  }

  private drop(): void {
    this.characters.pop();
    this.from.pop();
    this.to.pop();
  }
}
