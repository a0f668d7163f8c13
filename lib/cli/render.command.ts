import path from 'node:path';
import { formatBytes } from '#lib/base/units.ts';
import type { ScriptReport } from '#lib/audiobooks/audiobook.ts';
import { chapterName, fileName } from '#lib/renders/output-name.ts';
import type { RenderFailure, RenderWish } from '#lib/renders/render.ts';
import { formatLength, formatLevel } from '#lib/sounds/sound-words.ts';
import type { Work } from './command-line.ts';
import { countsOf, diagnosticLine, hasErrors, type ReportedDiagnostic } from './diagnostic-lines.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import {
  oneScript,
  outputOf,
  readScriptText,
  wishOf,
  type PlaceValues,
  type RenderValues,
  type ScriptValues,
} from './options.ts';
import { OutputDrafts } from './output-drafts.ts';
import { Progress } from './progress.ts';
import type { FinishedOutput, RenderEnd, RenderRequest } from './studio.ts';
import { answerJson, type Terminal } from './terminal.ts';

/** UTF-8 bytes; a title on a server takes no more characters. */
const MAX_TITLE = 200;

/** `render SCRIPT --out FILE` */
export async function renderBook(
  positionals: readonly string[],
  values: PlaceValues & ScriptValues & RenderValues,
  { terminal, studio, signal }: Work,
): Promise<number> {
  const script = oneScript(positionals);
  const out = await outputOf(values.out, script, terminal);
  const wish = wishOf(out, values);
  const text = await readScriptText(script, values, terminal);
  const report = await studio.check(text, signal);
  const { diagnostics } = report;
  for (const diagnostic of diagnostics) terminal.tell(diagnosticLine(script, diagnostic));
  if (hasErrors(report)) {
    terminal.tell(`${countsOf(diagnostics)}. A script with errors is not rendered.\n`);
    if (values.json) answerJson(terminal, { status: 'refused', diagnostics });
    return EXIT.failed;
  }
  const names = namesOf(out, wish, report);
  const drafts = new OutputDrafts(path.dirname(out));
  const progress = new Progress(terminal);
  try {
    const title = fileName(path.parse(out).name, MAX_TITLE);
    const request: RenderRequest = {
      book: { title, ...text },
      wish,
      drafts,
      place: outputs => drafts.place(placesOf(outputs, names)),
      onProgress: state => progress.show(state),
      onWaiting: why => progress.wait(why),
      onNotice: notice => {
        progress.clear();
        terminal.tell(notice);
      },
    };
    const end = await studio.render(request, signal).finally(() => progress.clear());
    for (const warning of end.warnings) terminal.tell(`warning: ${warning}\n`);
    for (const failure of failuresOf(end)) terminal.tell(failureLine(script, failure));
    const places = placesOf(end.outputs, names);
    if (values.json) answerJson(terminal, jsonOf(end, places, diagnostics));
    else
      for (const output of end.outputs) terminal.answer(outputLine(shown(places.get(output.draft)!, terminal), output));
    return end.status === 'completed' ? EXIT.ok : EXIT.failed;
  } finally {
    await drafts.discard();
  }
}

/** One file is called what was asked for; several stand beside it, named after it and their chapters. Absolute. */
function namesOf(out: string, { chapters = [], format }: RenderWish, report: ScriptReport): string[] {
  if (chapters.length < 2) return [out];
  const { dir, name } = path.parse(out);
  return chapters.map(number =>
    path.join(dir, chapterName(name, number, report.chapters[number - 1]?.title ?? '', format)),
  );
}

/** Where each draft goes. What a server calls its files does not matter: it has no say in this computer's folders. */
function placesOf(outputs: readonly FinishedOutput[], names: readonly string[]): Map<string, string> {
  if (outputs.length > names.length) throw new CommandError('There are more files than were asked for.');
  return new Map(outputs.map(({ draft }, n) => [draft, names[n]!]));
}

function failuresOf({ failures, error }: RenderEnd): readonly RenderFailure[] {
  return failures.length > 0 || error === null ? failures : [error];
}

function failureLine(script: string, { line, message, code, text }: RenderFailure): string {
  const where = line === null ? script : `${script}:${line}`;
  return `${where} error ${message} [${code}]${text === null ? '' : `\n  ${text}`}\n`;
}

/** From where the command was called, as far as that is shorter. */
function shown(file: string, { folder }: Terminal): string {
  const relative = path.relative(folder, file);
  return relative.startsWith('..') ? file : relative;
}

function outputLine(file: string, { length, size, peak_dbfs, limited_db }: FinishedOutput): string {
  const facts = [formatLength(length), formatBytes(size), `peak ${formatLevel(peak_dbfs)} dBFS`];
  if (limited_db >= 0.05) facts.push(`limited by ${formatLevel(limited_db)} dB`);
  return `${file}  ${facts.join(', ')}\n`;
}

function jsonOf(end: RenderEnd, names: ReadonlyMap<string, string>, diagnostics: readonly ReportedDiagnostic[]) {
  const { status, length, units_total, units_reused, units_synthesised, units_failed, error, failures, warnings } = end;
  return {
    status,
    length,
    units_total,
    units_reused,
    units_synthesised,
    units_failed,
    error,
    failures,
    warnings,
    diagnostics,
    outputs: end.outputs.map(({ draft, name: _, ...output }) => ({ file: names.get(draft), ...output })),
    ...end.kept,
  };
}
