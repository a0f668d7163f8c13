import { quote, written } from './quoting.ts';
import { type ScriptNode, type TagNode } from './tree.ts';

/**
 * The script that reads as these nodes: text as it is, tags in the plain form, `{{{command:value,flag:value}}}`, with quotes only where
 * they are needed. Offsets of the nodes are not looked at, so a tree may be made or changed by hand.
 */
export function printScript(nodes: readonly ScriptNode[]): string {
  return new Printer().print(nodes);
}

class Printer {
  /** A quote stands before in this line that nothing closes, in what is no tag: the next quote there is must not be one that could. */
  #openQuote = false;

  print(nodes: readonly ScriptNode[]): string {
    return nodes.map(node => this.#node(node)).join('');
  }

  #node(node: ScriptNode): string {
    switch (node.type) {
      case 'text':
        this.#openQuote &&= !/["\n]/.test(node.text);
        return node.text;
      case 'broken': {
        const line = node.text.slice(node.text.lastIndexOf('\n') + 1);
        this.#openQuote = line.includes('"') || (this.#openQuote && line === node.text);
        return node.text;
      }
      case 'escape':
        return `\\${node.text}`;
      case 'heading':
        return `# ${this.print(node.children)}`;
      case 'tag':
        return this.#tag(node);
    }
  }

  #tag({ command, value, flags }: TagNode): string {
    // A quote that begins a value closes none. One that goes on in the next line needs none, and cannot have any.
    const needsQuotes = this.#openQuote && !value.text.includes('\n');
    const parts = [`${command}:${needsQuotes ? quote(value.text) : written(value.text)}`];
    this.#openQuote = false;
    for (const flag of flags) parts.push(`${flag.name.text}:${written(flag.value.text)}`);
    return `{{{${parts.join(',')}}}}`;
  }
}
