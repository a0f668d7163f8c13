import { Clock3, LoaderCircle, Pause } from 'lucide-react';
import type { SystemReport } from '#lib/http/system-report.ts';
import { PageLink } from '../page-link.tsx';
import { Panel } from './panel.tsx';
import { jobWords, timeLeft } from './system-words.ts';

const ICONS = { running: LoaderCircle, queued: Clock3, paused: Pause } as const;
const MOST = 8;

/** Books that are being rendered, and those that wait for it. */
export function JobsPanel({ jobs }: { jobs: SystemReport['jobs'] }) {
  const running = jobs.filter(({ status }) => status === 'running').length;
  const note = jobs.length === 0 ? 'none' : `${running} at work, ${jobs.length - running} waiting`;
  return (
    <Panel place="jobs" title="Jobs" note={note}>
      {jobs.length === 0 && <p className="hint">No book is being rendered.</p>}
      <ul className="jobs-list">
        {jobs.slice(0, MOST).map(job => {
          const Icon = ICONS[job.status as keyof typeof ICONS];
          return (
            <li key={job.id}>
              <Icon size={14} strokeWidth={1.75} aria-hidden />
              <span className="job-words">
                <PageLink href={`/studio/${job.audiobook_id}`}>{job.title}</PageLink>
                <span className="hint">{jobWords(job)}</span>
              </span>
              <progress max={1} value={job.progress} aria-label={`${job.title}: how much is done`} />
              <span className="number hint">{timeLeft(job.eta)}</span>
            </li>
          );
        })}
      </ul>
      {jobs.length > MOST && <p className="hint">and {jobs.length - MOST} more</p>}
    </Panel>
  );
}
