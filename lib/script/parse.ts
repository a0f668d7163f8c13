/** Reads a script into a tree (section 1). Never throws, and goes over the text once: whatever is wrong is a diagnostic. */
import { checkTag } from './check-tag.ts';
import { isChapterTag } from './commands.ts';
import { Lines } from './lines.ts';
import { readTag } from './read-tag.ts';
import { Report } from './report.ts';
import { runLength, type ScannedTag, scanTag } from './scan-tag.ts';
import { braceInTag, emptyHeading, extraBraces, strayBraces, twoBraces, unclosedTag } from './brace-findings.ts';
import { type HeadingNode, type InlineNode, type ParsedScript, type ScriptNode } from './tree.ts';

const OPEN = 0x7b;
const CLOSE = 0x7d;
const LF = 0x0a;
const CR = 0x0d;
const BACKSLASH = 0x5c;
const BYTE_ORDER_MARK = 0xfeff;

export function parseScript(text: string): ParsedScript {
  return new ScriptReader(text).read();
}

class ScriptReader {
  readonly #text: string;
  readonly #report: Report;
  readonly #nodes: ScriptNode[] = [];
  /** The heading whose line is being read. */
  #heading: HeadingNode | undefined;
  #at = 0;
  /** Text from here on is in no node yet. */
  #textStart = 0;
  #lineStart = 0;
  /** Escaped openings whose closing braces are still to come (1.4). */
  #escapes = 0;

  constructor(text: string) {
    this.#text = text;
    this.#report = new Report(new Lines(text));
  }

  read(): ParsedScript {
    if (this.#text.charCodeAt(0) === BYTE_ORDER_MARK) this.#at = 1;
    this.#beginLine();
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === OPEN) this.#readOpening();
      else if (code === CLOSE) this.#readClosing();
      else if (code === LF) this.#readLineEnd();
      else this.#at++;
    }
    this.#endHeading();
    this.#endText(this.#at);
    return { text: this.#text, nodes: this.#nodes, diagnostics: this.#report.diagnostics() };
  }

  #readLineEnd(): void {
    this.#endHeading();
    this.#at++;
    this.#beginLine();
  }

  #beginLine(): void {
    this.#lineStart = this.#at;
    if (!this.#text.startsWith('# ', this.#at)) return;
    this.#endText(this.#at);
    this.#heading = { type: 'heading', start: this.#at, end: this.#at, children: [] };
    this.#at += 2;
    this.#textStart = this.#at;
  }

  #endHeading(): void {
    const heading = this.#heading;
    if (heading === undefined) return;
    // CRLF counts as LF, so a carriage return is no part of the line.
    const isReturn = this.#text.charCodeAt(this.#at) === LF && this.#text.charCodeAt(this.#at - 1) === CR;
    const end = isReturn && this.#at > this.#textStart ? this.#at - 1 : this.#at;
    this.#endText(end);
    this.#heading = undefined;
    heading.end = end;
    this.#nodes.push(heading);
    if (!hasTitle(heading)) emptyHeading(heading, this.#report);
  }

  #readOpening(): void {
    const start = this.#at;
    const length = runLength(this.#text, start, OPEN);
    if (length < 3) {
      this.#at += length;
      if (length === 2) twoBraces(this.#text, start, this.#report);
    } else if (start > this.#textStart && this.#text.charCodeAt(start - 1) === BACKSLASH) {
      this.#endText(start - 1);
      this.#escapes++;
      this.#add({
        type: 'escape',
        start: start - 1,
        end: start + length,
        text: this.#text.slice(start, start + length),
      });
    } else {
      this.#endText(start);
      this.#readTag(scanTag(this.#text, start, this.#escapes > 0));
    }
  }

  #readTag(tag: ScannedTag): void {
    const node = this.#nodeFor(tag);
    if (node !== undefined) checkTag(this.#text, node, this.#report);
    this.#add(node ?? this.#broken(tag.start, tag.end));
  }

  #nodeFor(tag: ScannedTag) {
    if (tag.closing === 0) unclosedTag(this.#text, tag, this.#report);
    else if (tag.opening > 3 || tag.closing > 3) extraBraces(tag, this.#report);
    else if (tag.braces.length > 0) braceInTag(tag.braces, this.#report);
    else return readTag(this.#text, tag, this.#report);
    return undefined;
  }

  /** Braces that close nothing make what stands before them in the line unspoken too: it was meant to be a tag, most likely. */
  #readClosing(): void {
    const start = this.#at;
    const length = runLength(this.#text, start, CLOSE);
    if (length < 3) this.#at += length;
    else if (this.#escapes > 0) {
      this.#escapes--;
      this.#at += 3;
    } else {
      const from = Math.max(this.#textStart, this.#lineStart);
      strayBraces(this.#text, from, { start, end: start + length }, this.#report);
      this.#endText(from);
      this.#add(this.#broken(from, start + length));
    }
  }

  #broken(start: number, end: number): InlineNode {
    return { type: 'broken', start, end, text: this.#text.slice(start, end) };
  }

  #endText(end: number): void {
    const start = this.#textStart;
    if (end > start) this.#push({ type: 'text', start, end, text: this.#text.slice(start, end) });
    this.#textStart = end;
  }

  #add(node: InlineNode): void {
    this.#push(node);
    this.#at = node.end;
    this.#textStart = node.end;
  }

  #push(node: InlineNode): void {
    (this.#heading?.children ?? this.#nodes).push(node);
  }
}

/** Up to a chapter tag, which begins another chapter. What is broken was meant for something. */
function hasTitle({ children }: HeadingNode): boolean {
  const chapter = children.findIndex(isChapterTag);
  const title = chapter < 0 ? children : children.slice(0, chapter);
  return title.some(node => node.type !== 'tag' && node.text.trim() !== '');
}
