import type { Work } from './command-line.ts';
import { contentsOf, countsOf, diagnosticLine, hasErrors } from './diagnostic-lines.ts';
import { EXIT } from './exit-codes.ts';
import { oneScript, readScriptText, type PlaceValues, type ScriptValues } from './options.ts';
import { answerJson } from './terminal.ts';

/** `lint SCRIPT` */
export async function lint(
  positionals: readonly string[],
  values: PlaceValues & ScriptValues,
  { terminal, studio, signal }: Work,
): Promise<number> {
  const script = oneScript(positionals);
  const report = await studio.check(await readScriptText(script, values, terminal), signal);
  if (values.json) answerJson(terminal, report);
  else {
    const { diagnostics } = report;
    for (const diagnostic of diagnostics) terminal.answer(diagnosticLine(script, diagnostic));
    terminal.answer(`${countsOf(diagnostics)}: ${contentsOf(report)}\n`);
  }
  return hasErrors(report) ? EXIT.failed : EXIT.ok;
}
