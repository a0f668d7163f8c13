import type { Voice } from '#lib/voices/voices.ts';
import type { Work } from './command-line.ts';
import { EXIT } from './exit-codes.ts';
import type { PlaceValues } from './options.ts';
import { answerJson } from './terminal.ts';

/** `voices` */
export async function listVoices({ json }: PlaceValues, { terminal, studio, signal }: Work): Promise<number> {
  const list = await studio.voices(signal);
  if (json) answerJson(terminal, list);
  else {
    const rows = list.voices.map(columnsOf);
    const widths = rows.reduce((most, row) => row.map((cell, n) => Math.max(most[n] ?? 0, cell.length)), [0]);
    for (const row of rows)
      terminal.answer(
        `${row
          .map((cell, n) => cell.padEnd(widths[n]!))
          .join('  ')
          .trimEnd()}\n`,
      );
    for (const warning of list.warnings) terminal.tell(`${warning}\n`);
  }
  return EXIT.ok;
}

function columnsOf({ id, language, gender, name, available }: Voice): string[] {
  return [id, language, gender ?? '', name, available ? '' : 'not available now'];
}
