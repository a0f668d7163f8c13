/** What is drawn behind the text of a script, line by line. Places are in UTF-16 units, ends exclusive. */
import { lineAt, tagsIn } from './script-tags.ts';

export type MarkKind = 'error' | 'warning' | 'heard';

export interface Mark {
  kind: MarkKind;
  start: number;
  end: number;
}

export interface Segment {
  text: string;
  /** Names of classes, with spaces between; empty for plain text. */
  look: string;
}

/**
 * Marks by the index of their line, as text: lines whose text and marks are the same need not be drawn again.
 *
 * @param starts offsets where lines begin
 */
export function marksByLine(marks: readonly Mark[], starts: readonly number[], length: number): Map<number, string> {
  const lines = new Map<number, Mark[]>();
  for (const mark of marks) {
    const last = lineAt(starts, Math.max(mark.start, mark.end - 1));
    for (let line = lineAt(starts, mark.start); line <= last; line += 1) {
      const from = starts[line]!;
      const size = (starts[line + 1] ?? length + 1) - 1 - from;
      const start = Math.max(0, Math.min(mark.start - from, size - 1));
      // What is missing has no width: the letter before it shows where.
      const end = Math.min(size, Math.max(mark.end - from, start + 1));
      lines.set(line, [...(lines.get(line) ?? []), { kind: mark.kind, start, end }]);
    }
  }
  return new Map([...lines].map(([line, own]) => [line, JSON.stringify(own)]));
}

export function readMarks(marks: string): readonly Mark[] {
  return marks === '' ? [] : (JSON.parse(marks) as Mark[]);
}

/** One line cut wherever its look changes. */
export function segmentsOf(line: string, marks: readonly Mark[]): Segment[] {
  const layers = [
    ...tagsIn(line).map(({ kind, start, end }) => ({ look: `tag-${kind}`, start, end })),
    ...marks.map(({ kind, start, end }) => ({ look: `mark-${kind}`, start, end })),
  ];
  if (layers.length === 0) return [{ text: line, look: '' }];
  const cuts = [...new Set([0, line.length, ...layers.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index]!;
    const over = layers.filter(layer => layer.start <= start && layer.end >= end).map(({ look }) => look);
    return { text: line.slice(start, end), look: [...new Set(over)].join(' ') };
  });
}
