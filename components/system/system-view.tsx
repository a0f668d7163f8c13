'use client';

import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { SystemReport } from '#lib/http/system-report.ts';
import { getHistory, listenToSystem } from '../api/system.ts';
import { useStore } from '../store.ts';
import { showError } from '../toasts/toast-store.ts';
import { CachesPanel } from './caches-panel.tsx';
import { JobsPanel } from './jobs-panel.tsx';
import { KeyFigures } from './key-figures.tsx';
import { LocalTime } from './local-time.tsx';
import { MemoryPanel } from './memory-panel.tsx';
import { OptimisePanel } from './optimise-panel.tsx';
import { ReadyPanel } from './ready-panel.tsx';
import { RoutesPanel } from './routes-panel.tsx';
import { createSystemStore, RANGES, type HistoryPoint, type Range } from './system-store.ts';
import { verdictOf } from './system-words.ts';
import { UploadsPanel } from './uploads-panel.tsx';
import './system.css';

const ICONS = { good: CircleCheck, warning: TriangleAlert, bad: CircleAlert } as const;

interface Props {
  report: SystemReport;
  history: readonly HistoryPoint[];
  range: Range;
}

/** What goes on in the server, live. */
export function SystemView(initial: Props) {
  const [store] = useState(() => createSystemStore(initial, { listen: listenToSystem, history: getHistory }));
  useEffect(() => store.follow(), [store]);
  const { report, history, range, live, perMinute } = useStore(store.view, view => view);
  const verdict = verdictOf(report);
  const Icon = ICONS[verdict.tone];
  return (
    <div className="system">
      <header className="page-head">
        <h1>System</h1>
        <p className={`verdict ${verdict.tone}`} role="status">
          <Icon size={16} strokeWidth={1.75} aria-hidden /> <strong>{verdict.head}</strong> <span>{verdict.rest}</span>
        </p>
        <div className="ranges" role="group" aria-label="History shown">
          {RANGES.map(hours => (
            <button
              key={hours}
              aria-pressed={hours === range}
              onClick={() => void store.show(hours).catch((error: unknown) => showError(error))}
            >
              {hours} h
            </button>
          ))}
        </div>
        <span className="live hint">
          {live ? 'Live, ' : 'No answer since '}
          <LocalTime at={report.at} seconds />
        </span>
      </header>
      <KeyFigures report={report} perMinute={perMinute} />
      <div className="panels">
        <MemoryPanel memory={report.memory} history={history} />
        <OptimisePanel last={report.memory.optimised} />
        <CachesPanel caches={report.caches} />
        <RoutesPanel routes={report.routes} perMinute={perMinute} />
        <JobsPanel jobs={report.jobs} />
        <UploadsPanel uploads={report.uploads} />
        <ReadyPanel ready={report.ready} />
      </div>
    </div>
  );
}
