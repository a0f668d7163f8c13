import type { ScriptReport } from '#lib/audiobooks/audiobook.ts';
import { formatLength } from '#lib/sounds/sound-words.ts';

export type ReportedDiagnostic = ScriptReport['diagnostics'][number];

/** As compilers write them, so that editors find the place: `script.txt:12:5 error Close this tag with }}}. [script.braces]`. */
export function diagnosticLine(file: string, { severity, code, message, start }: ReportedDiagnostic): string {
  return `${file}:${start.line}:${start.column} ${severity} ${message} [${code}]\n`;
}

/** `1 error, 2 warnings` */
export function countsOf(diagnostics: readonly ReportedDiagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return `${counted(errors, 'error')}, ${counted(diagnostics.length - errors, 'warning')}`;
}

/** `2 chapters, 31 units of speech by 2 voices, 5 sounds, about 1:52` */
export function contentsOf({ chapters, units, voices, sounds, estimated_length }: ScriptReport): string {
  const speakers = new Set(voices.map(({ id }) => id)).size;
  return [
    counted(chapters.length, 'chapter'),
    `${counted(units, 'unit')} of speech by ${counted(speakers, 'voice')}`,
    counted(sounds.length, 'sound'),
    `about ${clockTime(estimated_length)}`,
  ].join(', ');
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** `1:52`, `2:03:04`: whole seconds. */
export function clockTime(seconds: number): string {
  return formatLength(Math.round(seconds)).replace(/\.\d+$/, '');
}

export function hasErrors({ diagnostics }: Pick<ScriptReport, 'diagnostics'>): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}
