'use client';

import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import type { SystemReport } from '#lib/http/system-report.ts';
import { whenReached } from '../connection/connection.ts';
import { LocalTime } from './local-time.tsx';
import { memorySeries, type MemorySeries } from './memory-series.ts';
import { Panel } from './panel.tsx';
import type { HistoryPoint } from './system-store.ts';

// uPlot needs a browser from its first line on.
const MemoryChart = dynamic(
  whenReached(() => import('./memory-chart.tsx').then(module => module.MemoryChart)),
  { ssr: false, loading: () => <div className="memory-plot" /> },
);

/** Rows of the table for readers who cannot see the chart. */
const TABLE_ROWS = 24;

export function MemoryPanel({ memory, history }: { memory: SystemReport['memory']; history: readonly HistoryPoint[] }) {
  const series = useMemo(() => memorySeries(history, memory), [history, memory]);
  const { minor, major } = memory.collections;
  return (
    <Panel place="memory" title="Memory" note="MiB">
      <figure>
        <MemoryChart series={series} />
        <figcaption>
          <span>
            <i className="line-resident" /> Resident
          </span>
          <span>
            <i className="line-heap" /> Heap used
          </span>
          <span>
            <i className="line-buffers" /> Buffers
          </span>
          <span>
            <i className="line-trend" /> Trend after major collections
          </span>
          <span>
            <i className="tick-major" /> Major <b>{major.count.toLocaleString('en')}</b>
          </span>
          <span>
            <i className="tick-minor" /> Minor <b>{minor.count.toLocaleString('en')}</b>
          </span>
          {series.top < series.limit && (
            <span className="hint">
              The limit, {series.limit.toLocaleString('en', { maximumFractionDigits: 0 })}, is far above
            </span>
          )}
        </figcaption>
        <MemoryTable series={series} />
      </figure>
    </Panel>
  );
}

function MemoryTable({ series }: { series: MemorySeries }) {
  const every = Math.max(1, Math.ceil(series.times.length / TABLE_ROWS));
  const rows = [...series.times.keys()].filter(i => (series.times.length - 1 - i) % every === 0);
  return (
    <div className="hidden-words">
      <table>
        <caption>Memory over time, MiB</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Resident</th>
            <th scope="col">Heap used</th>
            <th scope="col">Buffers</th>
            <th scope="col">Major collections</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(i => (
            <tr key={series.times[i]}>
              <th scope="row">
                <LocalTime at={new Date(series.times[i]! * 1000).toISOString()} />
              </th>
              <td>{series.resident[i]!.toFixed(0)}</td>
              <td>{series.heap[i]!.toFixed(0)}</td>
              <td>{series.buffers[i]!.toFixed(0)}</td>
              <td>{series.major[i]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
