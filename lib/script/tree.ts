/**
 * A script as it was read: a list of nodes that covers the text without a gap, in order. Text keeps every character of the script
 * (folding of white space is the plan's work), tags keep names and values as they were written, so a tree can be printed again.
 */
import { type Diagnostic } from './script.ts';

/** UTF-16 offsets into the script; `end` is exclusive. */
export interface Stretch {
  start: number;
  end: number;
}

export type ScriptNode = InlineNode | HeadingNode;
export type InlineNode = TextNode | EscapeNode | TagNode | BrokenNode;

/** What is spoken, line ends included. A blank line in it ends a paragraph (1.1). */
export interface TextNode extends Stretch {
  type: 'text';
  /** Exactly as in the script. */
  text: string;
}

/** `\{{{`: braces that are spoken (1.4). */
export interface EscapeNode extends Stretch {
  type: 'escape';
  /** The braces, three or more, without the backslash. */
  text: string;
}

/** A line that begins with `# ` (1.2), up to its end. */
export interface HeadingNode extends Stretch {
  type: 'heading';
  /** What follows `# `. */
  children: InlineNode[];
}

export type CommandName = 'voice' | 'sfx' | 'bg' | 'pause' | 'chapter';

/** A tag of the right form. A value or flag in it may still be wrong: `diagnostics` says so. */
export interface TagNode extends Stretch {
  type: 'tag';
  command: CommandName;
  /** Never empty. */
  value: Written;
  flags: TagFlag[];
}

export interface TagFlag {
  /** In lower case. */
  name: Written;
  value: Written;
}

/** A part of a tag: where it stands, quotes included, and what it says, without them. */
export interface Written extends Stretch {
  text: string;
}

/** What is no valid tag and is never spoken (1.4). Whatever is wrong with it is among the diagnostics. */
export interface BrokenNode extends Stretch {
  type: 'broken';
  /** Exactly as in the script. */
  text: string;
}

export interface ParsedScript {
  text: string;
  nodes: ScriptNode[];
  /** What can be said without knowing any voice or sound, in the order of the script. */
  diagnostics: Diagnostic[];
}
