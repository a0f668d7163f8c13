import { Upload } from 'lucide-react';
import { formatBytes } from '#lib/base/units.ts';
import type { SystemReport } from '#lib/http/system-report.ts';
import { Panel } from './panel.tsx';

const MOST = 8;

/** What comes in now, from whomever. */
export function UploadsPanel({ uploads }: { uploads: SystemReport['uploads'] }) {
  const rate = uploads.reduce((sum, { received, seconds }) => sum + (seconds > 0 ? received / seconds : 0), 0);
  const note = uploads.length === 0 ? 'none open' : `${uploads.length} open, ${formatBytes(Math.round(rate))}/s`;
  return (
    <Panel place="uploads" title="Uploads" note={note}>
      {uploads.length === 0 && <p className="hint">Nothing is being uploaded.</p>}
      <ul className="open-uploads">
        {uploads.slice(0, MOST).map(({ kind, received, seconds }, n) => (
          <li key={n}>
            <Upload size={14} strokeWidth={1.75} aria-hidden />
            <span>{kind === 'effects' ? 'Effect' : 'Background'}</span>
            <span className="number">{formatBytes(received)}</span>
            <span className="number hint">{seconds.toFixed(0)} s</span>
          </li>
        ))}
      </ul>
      {uploads.length > MOST && <p className="hint">and {uploads.length - MOST} more</p>}
    </Panel>
  );
}
