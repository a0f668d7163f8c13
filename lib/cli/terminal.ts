/** Where a command writes to, and where its relative paths begin. */
export interface Terminal {
  /** The answer, and nothing else: programs read it. */
  answer(text: string): void;
  /** Everything that people read beside the answer: progress, warnings, errors. */
  tell(text: string): void;
  /** Columns of a terminal that shows what is told; undefined where it goes to a file or a pipe. */
  readonly columns: number | undefined;
  /** Absolute. */
  readonly folder: string;
  /** Everything on the standard input. */
  input(): AsyncIterable<Uint8Array>;
}

/** As JSON for programs: two spaces, one line feed at the end. */
export function answerJson(terminal: Terminal, value: unknown): void {
  terminal.answer(`${JSON.stringify(value, null, 2)}\n`);
}
