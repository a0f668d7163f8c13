import type { Terminal } from './terminal.ts';

/** Keeps what is written. */
export interface TestTerminal extends Terminal {
  answers: string;
  told: string;
}

export function testTerminal(
  folder: string,
  { columns, input = '' }: { columns?: number; input?: string } = {},
): TestTerminal {
  return {
    answers: '',
    told: '',
    answer(text) {
      this.answers += text;
    },
    tell(text) {
      this.told += text;
    },
    columns,
    folder,
    async *input() {
      yield Buffer.from(input);
    },
  };
}
