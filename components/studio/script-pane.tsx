'use client';

import { useDeferredValue, useMemo, type ReactNode } from 'react';
import type { CheckState, PlacedDiagnostic } from './script-check.ts';
import { InsertBar } from './insert-bar.tsx';
import { ProblemsPanel } from './problems-panel.tsx';
import { ScriptEditor } from './script-editor.tsx';
import type { Mark } from './script-marks.ts';
import { countWords, lineAt } from './script-tags.ts';
import { formatClock, plural } from './studio-words.ts';
import type { Stretch } from './text-change.ts';
import type { ScriptActs } from './use-script-acts.ts';

interface Props {
  script: string;
  /** Offsets where lines begin. */
  starts: readonly number[];
  /** Names of voices, in the order of their keys. */
  names: readonly string[];
  problems: readonly PlacedDiagnostic[];
  /** Index of the problem that the keys are about. */
  current: number;
  check: CheckState;
  /** What is heard of it. */
  heard: Stretch | undefined;
  acts: ScriptActs;
  onChange: (script: string) => void;
  onSound: (kind: 'effects' | 'background') => void;
  remedyOf: (problem: PlacedDiagnostic) => ReactNode;
}

/** The text of a book, what can be put into it, what is wrong with it, and what it comes to. */
export function ScriptPane(props: Props) {
  const { script, starts, names, problems, current, check, heard, acts, onChange, onSound, remedyOf } = props;
  const { setEditor, setCaret, caret, goTo, fix, insert, insertVoice, insertChapter } = acts;
  const marks = useMemo<readonly Mark[]>(
    () => [
      ...problems.map(({ severity, start, end }) => ({ kind: severity, start, end })),
      ...(heard === undefined ? [] : [{ kind: 'heard' as const, ...heard }]),
    ],
    [problems, heard],
  );
  return (
    <div className="studio-script">
      <InsertBar
        names={names}
        onVoice={insertVoice}
        onSound={onSound}
        onPause={() => insert('{{{pause:1}}}', { start: 9, end: 10 })}
        onChapter={insertChapter}
      />
      <ScriptEditor ref={setEditor} script={script} marks={marks} onChange={onChange} onCaret={setCaret} />
      <ProblemsPanel
        problems={problems}
        starts={starts}
        current={current}
        onGo={goTo}
        onFix={fix}
        remedyOf={remedyOf}
      />
      <p role="status" className="hidden-words">
        {check.isCurrent ? describeProblems(problems) : ''}
      </p>
      <Counts script={script} starts={starts} check={check} caret={caret} />
    </div>
  );
}

/** Said when it changes; empty where nothing is wrong. */
function describeProblems(problems: readonly PlacedDiagnostic[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  return [errors > 0 && plural(errors, 'error'), warnings > 0 && plural(warnings, 'warning')]
    .filter(Boolean)
    .join(', ');
}

type CountsProps = Pick<Props, 'script' | 'starts' | 'check'> & { caret: number };

function Counts({ script, starts, check: { report, isCurrent, message }, caret }: CountsProps) {
  const settled = useDeferredValue(script);
  const words = useMemo(() => countWords(settled), [settled]);
  const line = lineAt(starts, caret);
  return (
    <footer className="script-counts" id="script-counts">
      <span>{plural(words, 'word')}</span>
      {report !== undefined && (
        <>
          <span>{plural(report.chapters.length, 'chapter')}</span>
          <span>{plural(report.units, 'unit')}</span>
          <span>≈ {formatClock(report.estimated_length)}</span>
        </>
      )}
      <span className="hint">{message !== '' ? `Not checked: ${message}` : isCurrent ? '' : 'Checking…'}</span>
      <span className="script-place hint">
        Line {line + 1}, column {caret - starts[line]! + 1}
      </span>
    </footer>
  );
}
