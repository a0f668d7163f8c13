/**
 * A script as a row of passages: paragraphs and titles, each as one line of text without its tags, and the tags beside it with their
 * places in that line (1.1, 1.2).
 */
import { isChapterTag } from './commands.ts';
import { type InlineNode, type ScriptNode, type Stretch, type TagNode, type TextNode } from './tree.ts';

export interface Passage {
  /** White space folded to single spaces, none at the ends. */
  text: string;
  /** In the order of the script; `at` is the length of the text before the tag, without the space that may follow there. */
  tags: { at: number; tag: TagNode }[];
  /** Offset in the script of the character at this place of the text. */
  source(at: number): number;
}

export type Block = { type: 'text'; passage: Passage } | ChapterBlock;

export interface ChapterBlock extends Stretch {
  type: 'chapter';
  title: Passage;
  /** The title is spoken. */
  speak: boolean;
}

export function* blocksOf(nodes: readonly ScriptNode[], speaks: (tag: TagNode) => boolean): Generator<Block> {
  let writer = new PassageWriter();
  function* end(): Generator<Block> {
    if (!writer.isEmpty) yield { type: 'text', passage: writer.passage() };
    writer = new PassageWriter();
  }
  function* read(node: ScriptNode): Generator<Block> {
    if (node.type === 'text') {
      for (const part of paragraphsOf(node)) {
        if (part.isNew) yield* end();
        writer.write(part.text, part.start);
      }
    } else if (node.type === 'heading') {
      yield* end();
      // A chapter tag in the line begins another chapter, and what follows there is its text.
      const length = node.children.findIndex(isChapterTag);
      const [own, rest] =
        length < 0 ? [node.children, []] : [node.children.slice(0, length), node.children.slice(length)];
      yield { type: 'chapter', start: node.start, end: node.end, title: passageOf(own), speak: true };
      for (const child of rest) yield* read(child);
      yield* end();
    } else if (isChapterTag(node)) {
      yield* end();
      yield chapterOf(node, speaks(node));
    } else writeInline(writer, node);
  }
  for (const node of nodes) yield* read(node);
  yield* end();
}

function passageOf(nodes: readonly InlineNode[]): Passage {
  const writer = new PassageWriter();
  for (const node of nodes) writeInline(writer, node);
  return writer.passage();
}

function writeInline(writer: PassageWriter, node: InlineNode): void {
  if (node.type === 'text') writer.write(node.text, node.start);
  else if (node.type === 'escape') writer.write(node.text, node.start + 1);
  else if (node.type === 'tag') writer.mark(node);
  // What is broken is never spoken (1.4).
}

function chapterOf(tag: TagNode, speak: boolean): ChapterBlock {
  const title = new PassageWriter();
  const { text, start, end } = tag.value;
  // A quoted title has escapes, so its characters stand where they stand only roughly.
  title.write(text, end - start === text.length ? start : start + 1);
  return { type: 'chapter', start: tag.start, end: tag.end, title: title.passage(), speak };
}

const BLANK_LINE = /\n[^\S\n]*\n\s*/g;

/** A text node at its blank lines. A line that holds nothing but a tag is not blank. */
function* paragraphsOf({ text, start }: TextNode): Generator<{ text: string; start: number; isNew: boolean }> {
  let from = 0;
  for (const { 0: blank, index } of text.matchAll(BLANK_LINE)) {
    yield { text: text.slice(from, index), start: start + from, isNew: from > 0 };
    from = index + blank.length;
  }
  yield { text: text.slice(from), start: start + from, isNew: from > 0 };
}

/** Anything but single spaces between words. */
const NEEDS_FOLDING = /[^\S ]|\s\s/;

class PassageWriter {
  #text = '';
  readonly #tags: Passage['tags'] = [];
  /** Where in the text, and from where in the script, stretches begin that are the same in both. */
  readonly #at: number[] = [];
  readonly #sources: number[] = [];
  #spaceDue = false;

  get isEmpty(): boolean {
    return this.#text === '' && this.#tags.length === 0;
  }

  write(raw: string, start: number): void {
    const inner = raw.trim();
    if (inner === '') {
      this.#spaceDue ||= raw !== '';
      return;
    }
    const lead = raw.length - raw.trimStart().length;
    this.#spaceDue ||= lead > 0;
    if (!NEEDS_FOLDING.test(inner)) this.#append(inner, start + lead);
    else {
      for (const { 0: word, index } of inner.matchAll(/\S+/g)) {
        this.#spaceDue ||= index > 0;
        this.#append(word, start + lead + index);
      }
    }
    this.#spaceDue = lead + inner.length < raw.length;
  }

  mark(tag: TagNode): void {
    this.#tags.push({ at: this.#text.length, tag });
  }

  passage(): Passage {
    const at = this.#at;
    const sources = this.#sources;
    return { text: this.#text, tags: this.#tags, source: place => sourceOf(place, at, sources) };
  }

  #append(text: string, source: number): void {
    if (this.#spaceDue && this.#text !== '') this.#text += ' ';
    this.#spaceDue = false;
    this.#at.push(this.#text.length);
    this.#sources.push(source);
    this.#text += text;
  }
}

function sourceOf(place: number, at: readonly number[], sources: readonly number[]): number {
  let low = 0;
  let high = at.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at[middle]! <= place) low = middle;
    else high = middle - 1;
  }
  return (sources[low] ?? 0) + place - (at[low] ?? 0);
}
