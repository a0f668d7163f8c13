import { Check, CircleAlert, TriangleAlert } from 'lucide-react';
import type { SystemReport } from '#lib/http/system-report.ts';
import { Panel } from './panel.tsx';
import { CHECK_LABELS } from './system-words.ts';

const ICONS = { ok: Check, degraded: TriangleAlert, failed: CircleAlert } as const;
const WORDS = { ok: 'works', degraded: 'works in part', failed: 'does not work' } as const;

export function ReadyPanel({ ready }: { ready: SystemReport['ready'] }) {
  const checks = Object.entries(ready.checks) as [keyof typeof CHECK_LABELS, (typeof ready.checks)['database']][];
  const well = checks.filter(([, { status }]) => status === 'ok').length;
  return (
    <Panel place="ready" title="Ready" note={`${well} of ${checks.length}`}>
      <ul className="checks">
        {checks.map(([name, { status, ms, detail }]) => {
          const Icon = ICONS[status];
          return (
            <li key={name} className={status}>
              <Icon size={14} strokeWidth={1.75} aria-hidden />
              <span>
                {CHECK_LABELS[name]} <span className="hidden-words">{WORDS[status]}</span>
              </span>
              <span className="number hint">{ms.toFixed(1)} ms</span>
              {detail !== undefined && <span className="check-detail">{detail}</span>}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
