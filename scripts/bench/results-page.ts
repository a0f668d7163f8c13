/** `docs/benchmarks.md`: one section for each bench, so that one can be run again without the others. */
import type { Bench, BenchResult } from './bench.ts';

const HEAD =
  '# Benchmarks\n\nWritten by `npm run bench`; `npm run bench -- NAME …` runs some again and leaves the other sections as they are.\n';

/** Puts sections into the page in place of those of the same name; new ones come last. */
export function mergePage(page: string, sections: ReadonlyMap<string, string>): string {
  const all = new Map([...readSections(page), ...sections]);
  return [HEAD, ...[...all].map(([name, text]) => `${begin(name)}\n\n${text.trim()}\n\n${end(name)}\n`)].join('\n');
}

/** @param where machine, versions and date: sections of one page may come from different days. */
export function section(bench: Bench, result: BenchResult, where: string): string {
  const tables = result.tables.map(
    table =>
      `### ${table.title}\n\n${[table.columns, table.columns.map(() => '---'), ...table.rows].map(row).join('\n')}\n`,
  );
  const notes = result.notes.map(note => `- ${note}`).join('\n');
  return [`## ${bench.title}\n`, `${where}\n`, ...tables, notes].join('\n').trim();
}

function readSections(page: string): Map<string, string> {
  const found = page.matchAll(/<!-- begin (\S+) -->([^]*?)<!-- end \1 -->/g);
  return new Map([...found].map(([, name = '', text = '']) => [name, text]));
}

const begin = (name: string) => `<!-- begin ${name} -->`;
const end = (name: string) => `<!-- end ${name} -->`;
const row = (cells: readonly (string | number)[]) =>
  `| ${cells.map(c => String(c).replaceAll('|', '\\|')).join(' | ')} |`;
