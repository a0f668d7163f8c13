'use client';

import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PlacedDiagnostic } from './script-check.ts';
import { lineAt } from './script-tags.ts';

interface Props {
  problems: readonly PlacedDiagnostic[];
  /** Offsets where lines begin. */
  starts: readonly number[];
  /** Index of the one that the keys are about. */
  current: number;
  onGo: (problem: PlacedDiagnostic) => void;
  onFix: (problem: PlacedDiagnostic, fix: number) => void;
  /** Another way out than the fixes that came with it. */
  remedyOf: (problem: PlacedDiagnostic) => ReactNode;
}

/** Listed at once; who mends some sees the next ones. */
const MOST = 100;

/** What is wrong with the script, where, and what to do about it. */
export function ProblemsPanel({ problems, starts, current, onGo, onFix, remedyOf }: Props) {
  if (problems.length === 0) return null;
  return (
    <section className="problems" aria-label="Problems">
      <ul>
        {problems.slice(0, MOST).map((problem, index) => {
          const isError = problem.severity === 'error';
          const Icon = isError ? CircleAlert : TriangleAlert;
          return (
            <li key={index} data-severity={problem.severity} aria-current={index === current || undefined}>
              <Icon size={14} strokeWidth={1.75} aria-label={isError ? 'Error' : 'Warning'} />
              <button className="quiet problem-line" onClick={() => onGo(problem)}>
                <span className="hidden-words">Go to </span>line {lineAt(starts, problem.start) + 1}
              </button>
              <p>{problem.message}</p>
              <span className="problem-acts">
                {problem.fixes?.map((fix, n) => (
                  <button key={n} className={n === 0 ? 'small' : 'small quiet'} onClick={() => onFix(problem, n)}>
                    {fix.title} {n === 0 && index === current && <kbd aria-hidden="true">Ctrl .</kbd>}
                  </button>
                ))}
                {remedyOf(problem)}
              </span>
            </li>
          );
        })}
      </ul>
      {problems.length > MOST && <p className="hint">{(problems.length - MOST).toLocaleString('en')} more below.</p>}
    </section>
  );
}
