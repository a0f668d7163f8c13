import { isStop } from './commands.ts';
import { type ParsedScript, type ScriptNode } from './tree.ts';

/** What a script names, each once and in the order of the script, so that it can be looked up before the script is checked. */
export interface ScriptNames {
  /** Of the cast, or ids of voices. */
  voices: string[];
  /** Ids of sounds. */
  effects: string[];
  background: string[];
}

export function namesIn({ nodes }: Pick<ParsedScript, 'nodes'>): ScriptNames {
  const voices = new Set<string>();
  const effects = new Set<string>();
  const background = new Set<string>();
  const sets: Partial<Record<string, Set<string>>> = { voice: voices, sfx: effects, bg: background };
  const look = (node: ScriptNode) => {
    if (node.type === 'heading') node.children.forEach(look);
    else if (node.type === 'tag' && !isStop(node)) sets[node.command]?.add(node.value.text);
  };
  nodes.forEach(look);
  return { voices: [...voices], effects: [...effects], background: [...background] };
}
