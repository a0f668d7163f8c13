import type { Phone } from './flite.ts';
import type { WordMark } from './speech-engine.ts';
import type { SpokenText } from './spoken-text.ts';
import { alignWords } from './word-alignment.ts';

/** Words kept with their sounds: most of the vocabulary of a long book. */
const MAX_KNOWN_WORDS = 20_000;

/** When each word of a text is spoken, from the sounds that the engine made. */
export class WordMarks {
  private readonly pronounce: (words: readonly string[]) => string[][];
  private readonly known = new Map<string, readonly string[]>();

  /** @param pronounce the sounds of each word by itself */
  constructor(pronounce: (words: readonly string[]) => string[][]) {
    this.pronounce = pronounce;
  }

  /**
   * @param seconds of the whole; no mark reaches beyond
   * @returns undefined where it is not certain which sounds belong to which word
   */
  mark(spoken: SpokenText, phones: readonly Phone[], seconds: number): WordMark[] | undefined {
    const words = wordsOf(spoken.text);
    this.learn(words.map(word => word.text));
    const audible = words
      .map(word => ({ ...word, sounds: this.known.get(word.text)! }))
      .filter(word => word.sounds.length > 0);
    const spans = alignWords(
      audible.map(word => word.sounds),
      phones.map(phone => phone.name),
    );
    const marks = spans?.map((span, n) => ({
      from: spoken.from[audible[n]!.from]!,
      to: spoken.to[audible[n]!.to - 1]!,
      start: Math.min(phones[span.from]!.start, seconds),
      end: Math.min(phones[span.to - 1]!.end, seconds),
    }));
    return marks && joinOverlapping(marks);
  }

  private learn(words: readonly string[]): void {
    if (this.known.size > MAX_KNOWN_WORDS) this.known.clear();
    const unknown = [...new Set(words)].filter(word => !this.known.has(word));
    if (unknown.length === 0) return;
    this.pronounce(unknown).forEach((sounds, n) => this.known.set(unknown[n]!, sounds));
  }
}

interface Word {
  text: string;
  /** In the spoken text; end exclusive. */
  from: number;
  to: number;
}

/** What stands between white space, without the marks around it. */
function wordsOf(text: string): Word[] {
  return [...text.matchAll(/\S+/g)].flatMap(match => {
    const bare = /[A-Za-z0-9&%@+=#*~^_|\\/$-](?:.*[A-Za-z0-9&%@+=#*~^_|\\/$])?/.exec(match[0]);
    if (!bare) return [];
    const from = match.index + bare.index;
    return [{ text: bare[0], from, to: from + bare[0].length }];
  });
}

/** `£5.20` is one word in the source and four in the mouth. */
function joinOverlapping(marks: readonly WordMark[]): WordMark[] {
  const joined: WordMark[] = [];
  for (const mark of marks) {
    const last = joined.at(-1);
    if (last && mark.from < last.to) {
      last.to = Math.max(last.to, mark.to);
      last.end = mark.end;
    } else joined.push({ ...mark });
  }
  return joined;
}
