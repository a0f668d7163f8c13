/**
 * Divides a passage into what is said at a time and what happens between (1.5): at the ends of sentences, at tags that change the
 * voice or pause, and at any tag where the engine cannot tell where a word is.
 */
import { closingLength, isSayable, opensOnly, SentenceEnds, WordEnds } from './characters.ts';
import { type Passage } from './passages.ts';
import { withQuotesTurned } from './quote-sides.ts';
import { type CueStep, type Step } from './script.ts';
import { endsWithAbbreviation, sentenceStarts } from './sentences.ts';
import { type TagNode } from './tree.ts';

/** Part of a passage that one voice says. */
export interface Piece<Speaker> {
  type: 'piece';
  /** Places in the text of the passage; white space at the ends is not cut off yet. */
  from: number;
  to: number;
  /** What lies before it: the end of a sentence, or nothing. */
  opens: 'sentence' | 'inside';
  speaker: Speaker;
  /** `at` is a place in the text of the passage. */
  cues: { at: number; step: CueStep }[];
}

export type PieceOrStep<Speaker> = Piece<Speaker> | { type: 'step'; step: Step };

/** What a tag comes to: something that happens, another speaker, or nothing where it is wrong. */
export type TagMeaning<Speaker> = { step: Step } | { speaker: Speaker } | undefined;

/** Knows who speaks and what tags mean. */
export interface Reading<Speaker> {
  speaker: Speaker;
  /** Asked once for each tag, in order. */
  meaning(tag: TagNode): TagMeaning<Speaker>;
  /** The engine of this speaker tells where each word is. */
  marksWords(speaker: Speaker): boolean;
}

/** @param whole the passage is one sentence, as a title is */
export function piecesOf<Speaker>(
  passage: Passage,
  reading: Reading<Speaker>,
  { language, whole = false }: { language: string; whole?: boolean },
): PieceOrStep<Speaker>[] {
  const text = withQuotesTurned(passage.text);
  const walk = new Walk(text, reading, whole ? [] : sentenceStarts(text, language));
  const ends = new SentenceEnds(text);
  for (const { at, tag } of passage.tags) {
    const isEnd = ends.isAfter(at) && !endsWithAbbreviation(text, at, language, false);
    walk.take(tag, at, isEnd);
  }
  return withoutSilent(walk.finish(), text);
}

class Walk<Speaker> {
  readonly #text: string;
  readonly #reading: Reading<Speaker>;
  /** Where sentences begin; those before `#next` are passed. */
  readonly #starts: readonly number[];
  #next = 0;
  readonly #items: PieceOrStep<Speaker>[] = [];
  readonly #words: WordEnds;
  #from = 0;
  #opens: 'sentence' | 'inside' = 'sentence';
  #cues: Piece<Speaker>['cues'] = [];

  constructor(text: string, reading: Reading<Speaker>, starts: readonly number[]) {
    this.#text = text;
    this.#reading = reading;
    this.#starts = starts;
    this.#words = new WordEnds(text);
  }

  take(tag: TagNode, at: number, afterSentence: boolean): void {
    this.#passStarts(at);
    const meaning = this.#reading.meaning(tag);
    if (meaning === undefined) return;
    if (afterSentence || at === this.#text.length) this.#cut(this.#behind(at), 'sentence');
    else if (at > this.#from) {
      if ('step' in meaning && this.#keepsWhole(meaning.step) && this.#cue(meaning.step, at)) return;
      this.#cut(this.#behind(at), 'inside');
    }
    if ('speaker' in meaning) this.#reading.speaker = meaning.speaker;
    else this.#items.push({ type: 'step', step: meaning.step });
  }

  finish(): PieceOrStep<Speaker>[] {
    this.#passStarts(this.#text.length);
    this.#cut(this.#text.length, 'sentence');
    return this.#items;
  }

  /** Ends pieces at the sentences that begin up to this place, and at one that begins after the space here. */
  #passStarts(at: number): void {
    for (; this.#next < this.#starts.length; this.#next++) {
      const start = this.#starts[this.#next]!;
      const afterSpace = start === at + 1 && this.#text[at] === ' ';
      if (start > at && !afterSpace) return;
      this.#cut(Math.min(start, at), 'sentence');
    }
  }

  /** Past the punctuation that closes what was said before the tag: it stays there. */
  #behind(at: number): number {
    return at > this.#from ? at + closingLength(this.#text, at) : this.#from;
  }

  /** False where no word of this piece is before the place. */
  #cue(step: CueStep, at: number): boolean {
    const word = this.#words.before(at);
    if (word > this.#from) this.#cues.push({ at: word, step });
    return word > this.#from;
  }

  #keepsWhole(step: Step): step is CueStep {
    if (step.type === 'speech' || step.type === 'chapter' || step.type === 'pause') return false;
    if (step.type === 'effect' && step.settings.pause_speech) return false;
    return this.#reading.marksWords(this.#reading.speaker);
  }

  /** A place that is in a piece already, which has taken the punctuation there, is its end. */
  #cut(place: number, opens: 'sentence' | 'inside'): void {
    const at = Math.max(place, this.#from);
    if (at > this.#from) {
      // A cue within a word acts at its end, but not past the end of what is said.
      const cues = this.#cues.map(cue => ({ ...cue, at: Math.min(cue.at, at) }));
      const { speaker } = this.#reading;
      this.#items.push({ type: 'piece', from: this.#from, to: at, opens: this.#opens, speaker, cues });
      this.#cues = [];
      this.#opens = opens;
    } else if (opens === 'sentence') this.#opens = opens;
    this.#from = at;
  }
}

/**
 * Joins pieces without anything to say to a neighbour: opening quotes and brackets to the next, the rest to the one before, and where
 * there is none to the other. A passage of nothing else is silent.
 */
function withoutSilent<Speaker>(items: readonly PieceOrStep<Speaker>[], text: string): PieceOrStep<Speaker>[] {
  const kept: PieceOrStep<Speaker>[] = [];
  let before: Piece<Speaker> | undefined;
  let due: Piece<Speaker> | undefined;
  for (const item of items) {
    if (item.type === 'step') {
      kept.push(item);
      continue;
    }
    const said = text.slice(item.from, item.to);
    if (isSayable(said)) {
      // A sentence may have ended between the two.
      const opens = due?.opens === 'sentence' ? 'sentence' : item.opens;
      before = due ? { ...item, from: due.from, opens } : item;
      due = undefined;
      kept.push(before);
    } else if (before === undefined || due !== undefined || opensOnly(said)) due ??= item;
    else before.to = item.to;
  }
  if (due !== undefined && before !== undefined) before.to = text.length;
  return kept;
}
