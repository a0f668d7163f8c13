import { written } from './quoting.ts';
import { type ScriptNode, type TagNode } from './tree.ts';

/**
 * The script that reads as these nodes: text as it is, tags in the plain form, `{{{command:value,flag:value}}}`, with quotes only where
 * they are needed. Offsets of the nodes are not looked at, so a tree may be made or changed by hand.
 */
export function printScript(nodes: readonly ScriptNode[]): string {
  return nodes.map(printNode).join('');
}

function printNode(node: ScriptNode): string {
  switch (node.type) {
    case 'text':
    case 'broken':
      return node.text;
    case 'escape':
      return `\\${node.text}`;
    case 'heading':
      return `# ${printScript(node.children)}`;
    case 'tag':
      return printTag(node);
  }
}

function printTag({ command, value, flags }: TagNode): string {
  const parts = [`${command}:${written(value.text)}`];
  for (const flag of flags) parts.push(`${flag.name.text}:${written(flag.value.text)}`);
  return `{{{${parts.join(',')}}}}`;
}
