import { isStop } from './commands.ts';
import { type ParsedScript, type ScriptNode } from './tree.ts';

/** What a script names, each once and in the order of the script, so that it can be looked up before the script is checked. */
export interface ScriptNames {
  /** Of the cast, or ids of voices. */
  voices: string[];
  /** Ids of sounds. */
  effects: string[];
  background: string[];
  /** Words that stand alone in a tag, such as `{{{narrator}}}`, which may be any of these. */
  words: string[];
}

/** Names are no longer than that. */
const LONE_WORD = /^\{{3}\s*([^\s:,{}"]{1,64})\s*\}{3}$/;

export function namesIn({ nodes }: Pick<ParsedScript, 'nodes'>): ScriptNames {
  const voices = new Set<string>();
  const effects = new Set<string>();
  const background = new Set<string>();
  const words = new Set<string>();
  const sets: Partial<Record<string, Set<string>>> = { voice: voices, sfx: effects, bg: background };
  const look = (node: ScriptNode) => {
    if (node.type === 'heading') node.children.forEach(look);
    else if (node.type === 'broken') for (const word of loneWord(node.text)) words.add(word);
    else if (node.type === 'tag' && !isStop(node)) sets[node.command]?.add(node.value.text);
  };
  nodes.forEach(look);
  return { voices: [...voices], effects: [...effects], background: [...background], words: [...words] };
}

/** The word of a tag that holds nothing else; of any other there is none. */
export function loneWord(tag: string): string[] {
  const [, word] = LONE_WORD.exec(tag) ?? [];
  return word === undefined ? [] : [word];
}
