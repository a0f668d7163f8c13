/**
 * Finds where a tag ends and where its parts lie (1.3), in one pass that never goes back: what is scanned here is not scanned again, so
 * that a script is read in linear time whatever is wrong with it.
 */
import { type Stretch } from './tree.ts';

/** What lies between two commas of a tag: `flag:value`, or for the first one `command:value`. */
export interface TagPart extends Stretch {
  /** Offset of the colon after the name; −1 where there is none. */
  colon: number;
  /** Offset of a second colon outside quotes; −1 where there is none. */
  extraColon: number;
  /** The quoted value with its quotes. */
  quoted: Stretch | undefined;
}

export interface ScannedTag extends Stretch {
  /** How many braces open it, three or more. */
  opening: number;
  /** How many close it; 0 where it is not closed. Then it ends before the next tag or escape, a blank line or the end of the text. */
  closing: number;
  parts: TagPart[];
  /** One or two inside, outside quotes. */
  braces: Stretch[];
  /** Offset of a quote that its line does not close; −1 where there is none. */
  unclosedQuote: number;
}

const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const LF = 0x0a;

/**
 * @param start where its braces begin
 * @param spare closing braces after those of the tag may belong to something else: three of them to an escaped opening (1.4)
 */
export function scanTag(text: string, start: number, spare: boolean): ScannedTag {
  const opening = runLength(text, start, OPEN);
  const tag: ScannedTag = { start, end: 0, opening, closing: 0, parts: [], braces: [], unclosedQuote: -1 };
  let part = emptyPart(start + opening);
  let expectsValue = false;
  let at = start + opening;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const isBrace = code === OPEN || code === CLOSE;
    const length = isBrace ? runLength(text, at, code) : 1;
    if (code === OPEN && length >= 3) {
      // The backslash of an escaped opening is of what follows.
      if (at > start + opening && text.charCodeAt(at - 1) === BACKSLASH) at--;
      break;
    }
    if (code === CLOSE && length >= 3) {
      tag.closing = spare && length >= 6 ? 3 : length;
      break;
    }
    if (code === LF && isBlankLine(text, at + 1)) break;
    if (isBrace) tag.braces.push({ start: at, end: at + length });
    if (code === QUOTE && expectsValue) {
      const close = closingQuote(text, at);
      if (close < 0 && tag.unclosedQuote < 0) tag.unclosedQuote = at;
      if (close >= 0) part.quoted = { start: at, end: close + 1 };
      at = close < 0 ? at + 1 : close + 1;
      expectsValue = false;
      continue;
    }
    if (code === COMMA) {
      tag.parts.push({ ...part, end: at });
      part = emptyPart(at + 1);
      expectsValue = false;
    } else if (code === COLON) {
      if (part.colon < 0) part.colon = at;
      else if (part.extraColon < 0) part.extraColon = at;
      expectsValue = part.colon === at;
    } else if (expectsValue && !isWhite(code)) expectsValue = false;
    at += length;
  }
  tag.parts.push({ ...part, end: at });
  tag.end = at + tag.closing;
  return tag;
}

function emptyPart(start: number): TagPart {
  return { start, end: start, colon: -1, extraColon: -1, quoted: undefined };
}

/** How often the character stands from here on. */
export function runLength(text: string, at: number, code: number): number {
  let end = at;
  while (text.charCodeAt(end) === code) end++;
  return end - at;
}

/** What `trim` and `\s` take for white space. */
function isWhite(code: number): boolean {
  if (code <= 0xff) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0;
  return /\s/.test(String.fromCharCode(code));
}

function isBlankLine(text: string, lineStart: number): boolean {
  let at = lineStart;
  while (at < text.length && text.charCodeAt(at) !== LF && isWhite(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === LF;
}

/**
 * −1 where the line has none, and where the next one closes nothing: braces that close the tag or open another stand before it, and behind it
 * text goes on, so that it is of that text or tag. Searches that fail do not add up: after one, every quote up to where it ended follows a
 * backslash, and a quote that follows a backslash opens no value.
 */
function closingQuote(text: string, opening: number): number {
  let leavesTag = false;
  for (let at = opening + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return leavesTag && !endsValue(text, at + 1) ? -1 : at;
    if (code === LF) return -1;
    if (code === OPEN || code === CLOSE)
      leavesTag ||= text.charCodeAt(at - 1) === code && text.charCodeAt(at - 2) === code;
    if (code === BACKSLASH && text.charCodeAt(at + 1) !== LF) at++;
  }
  return -1;
}

/** Behind a value there is another part, or the tag ends. */
function endsValue(text: string, after: number): boolean {
  let at = after;
  while (at < text.length && isWhite(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === COMMA || text.startsWith('}}}', at);
}
