import { type Position, type Span } from './script.ts';
import { type Stretch } from './tree.ts';

/** Where the lines of a text begin, to say line and column of an offset. A line ends with LF; CRLF counts as LF (1.1). */
export class Lines {
  readonly #starts: number[] = [0];
  #last = 0;

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** @param offset UTF-16 units from the start of the text */
  position(offset: number): Position {
    const line = this.#lineOf(offset);
    return { line: line + 1, column: offset - this.#starts[line]! + 1, offset };
  }

  span({ start, end }: Stretch): Span {
    return { start: this.position(start), end: this.position(end) };
  }

  /** Askers mostly go forward, so the line after the last answer is tried before the search. */
  #lineOf(offset: number): number {
    for (const line of [this.#last, this.#last + 1]) if (this.#holds(line, offset)) return (this.#last = line);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return (this.#last = low);
  }

  #holds(line: number, offset: number): boolean {
    const start = this.#starts[line];
    return start !== undefined && start <= offset && offset < (this.#starts[line + 1] ?? Infinity);
  }
}
