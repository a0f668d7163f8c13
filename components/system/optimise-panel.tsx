'use client';

import { Check, CircleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { OptimiseReport } from '#lib/memory/memory-report.ts';
import { optimiseMemory } from '../api/system.ts';
import { LocalTime } from './local-time.tsx';
import { showError } from '../toasts/toast-store.ts';
import { Panel } from './panel.tsx';
import { ACTION_LABELS, large, mebibytes } from './system-words.ts';

/** Seconds between two runs; the server refuses earlier ones. */
const PAUSE_S = 10;

/** Gives memory back, and shows what that has brought. */
export function OptimisePanel({ last }: { last: OptimiseReport | null }) {
  const [running, setRunning] = useState(false);
  const [mine, setMine] = useState<OptimiseReport | null>(null);
  const shown = newest(last, mine);
  const wait = useSecondsUntil(shown === null ? undefined : Date.parse(shown.at) + PAUSE_S * 1000);
  const run = async () => {
    setRunning(true);
    try {
      setMine(await optimiseMemory());
    } catch (error) {
      showError(error);
    } finally {
      setRunning(false);
    }
  };
  const label = running ? 'Optimising…' : wait > 0 ? `Again in ${wait} s` : 'Optimise';
  return (
    <Panel
      place="optimise"
      title="Optimise memory"
      {...(shown === null ? {} : { note: <LocalTime at={shown.at} seconds /> })}
      side={
        <button className="small" disabled={running || wait > 0} onClick={() => void run()}>
          {label}
        </button>
      }
    >
      {shown === null ? (
        <p className="hint">
          Drops expired and cold cache entries, ends idle workers, removes orphaned temporary files and collects
          garbage. Nothing that anybody waits for is lost.
        </p>
      ) : (
        <Outcome report={shown} />
      )}
    </Panel>
  );
}

function Outcome({
  report: { before, after, freed_bytes, ms, longest_pause_ms, actions },
}: {
  report: OptimiseReport;
}) {
  const [figure, unit] = large(Math.abs(freed_bytes));
  const most = Math.max(before.rss, after.rss, 1);
  const rows = [
    ['Resident', before.rss, after.rss],
    ['Heap', before.heap_used, after.heap_used],
    ['Buffers', before.external + before.array_buffers, after.external + after.array_buffers],
  ] as const;
  return (
    <>
      <p className="freed" role="status">
        <strong>
          {figure} {unit}
        </strong>{' '}
        <span className="hint">
          {freed_bytes < 0 ? 'more in use' : 'freed'} in {Math.round(ms)} ms, longest pause{' '}
          {Math.round(longest_pause_ms)} ms
        </span>
      </p>
      <dl className="before-after">
        {rows.map(([label, from, to]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="before-after-bar" aria-hidden>
              <span style={{ width: `${(from / most) * 100}%` }} />
              <i style={{ width: `${(to / most) * 100}%` }} />
            </dd>
            <dd className="number">
              <span className="hint">
                {mebibytes(from)} <span aria-hidden>→</span>
                <span className="hidden-words">before,</span>
              </span>{' '}
              {mebibytes(to)}
              <span className="hidden-words"> MiB after</span>
            </dd>
          </div>
        ))}
      </dl>
      <ul className="actions">
        {actions.map(({ name, count, freed_bytes: freed, ms: took, failed }) => (
          <li key={name}>
            {failed ? (
              <CircleAlert className="bad" size={14} strokeWidth={1.75} aria-label="Failed:" />
            ) : (
              <Check className="good" size={14} strokeWidth={1.75} aria-hidden />
            )}
            <span>
              {ACTION_LABELS[name] ?? name}
              {count !== null && <span className="hint"> {count.toLocaleString('en')}</span>}
            </span>
            <span className="number">{mebibytes(freed)}</span>
            <span className="number hint">{Math.round(took)} ms</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function newest(one: OptimiseReport | null, other: OptimiseReport | null): OptimiseReport | null {
  if (one === null || other === null) return one ?? other;
  return one.at > other.at ? one : other;
}

/** Whole seconds until then, 0 from then on. @param time milliseconds since the epoch */
function useSecondsUntil(time: number | undefined): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (time === undefined) return undefined;
    const tell = () => setLeft(Math.max(0, Math.min(PAUSE_S, Math.ceil((time - Date.now()) / 1000))));
    tell();
    const timer = setInterval(tell, 250);
    return () => clearInterval(timer);
  }, [time]);
  return left;
}
