import { DIAGNOSTIC_CODES, type DiagnosticCode } from './diagnostic-codes.ts';
import { type Lines } from './lines.ts';
import { type Diagnostic, type Fix } from './script.ts';
import { type Stretch } from './tree.ts';

/** Listed at most: a script of nothing but braces must not become a hundred times its size in findings. */
export const MAX_DIAGNOSTICS = 1000;

export interface Finding {
  message: string;
  suggestion?: string | undefined;
  /** The first is the likeliest. */
  fixes?: Fix[] | undefined;
}

/** Collects what is found in a script. Each finding must be made in linear time, so those past the bound cost nothing more. */
export class Report {
  readonly #lines: Lines;
  readonly #found: Diagnostic[] = [];

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** @param finding is made only where it is listed */
  add(code: DiagnosticCode, place: Stretch, finding: () => Finding): void {
    const { severity } = DIAGNOSTIC_CODES[code];
    if (this.#found.length > MAX_DIAGNOSTICS) {
      if (severity === 'error') this.#found.at(-1)!.severity = 'error';
      return;
    }
    const span = this.#lines.span(place);
    if (this.#found.length === MAX_DIAGNOSTICS) {
      this.#found.push({ severity, code: 'script.more', message: MORE, ...span });
      return;
    }
    const { message, suggestion, fixes = [] } = finding();
    this.#found.push({
      severity,
      code,
      message,
      ...span,
      ...(suggestion !== undefined && { suggestion }),
      ...(fixes.length > 0 && { fixes }),
    });
  }

  /** In the order of the script, at most {@link MAX_DIAGNOSTICS} and one that says there are more. */
  diagnostics(earlier: readonly Diagnostic[] = []): Diagnostic[] {
    const all = [...earlier, ...this.#found].sort(
      (a, b) => a.start.offset - b.start.offset || a.end.offset - b.end.offset,
    );
    const listed = all.filter(({ code }) => code !== 'script.more');
    const hidden = [...listed.splice(MAX_DIAGNOSTICS), ...all.filter(({ code }) => code === 'script.more')];
    if (hidden.length === 0) return listed;
    const severity = hidden.some(found => found.severity === 'error') ? 'error' : 'warning';
    const [{ start, end }] = hidden as [Diagnostic];
    return [...listed, { severity, code: 'script.more', message: MORE, start, end }];
  }
}

const MORE = `More than ${MAX_DIAGNOSTICS} things are wrong; the rest is not listed. Mend some of these and check again.`;

/** What somebody wrote, in a message: short, and apart from the sentence around it. */
export function shown(text: string): string {
  const folded = text.replaceAll(/\s+/g, ' ');
  return `“${folded.length > 60 ? `${folded.slice(0, 59)}…` : folded}”`;
}
