import type { ReactNode } from 'react';
import type { SystemReport } from '#lib/http/system-report.ts';
import { formatRate, formatUptime, large, mebibytes } from './system-words.ts';

const LEVELS = { calm: 'Calm', high: 'High', critical: 'Critical' } as const;

/** The seven numbers that are looked at first. */
export function KeyFigures({
  report,
  perMinute,
}: {
  report: SystemReport;
  perMinute: ReadonlyMap<string, number> | undefined;
}) {
  const { memory, ready, uptime, version } = report;
  const [limit, limitUnit] = large(memory.limit.bytes);
  const free = ready.checks.disk.free_bytes;
  const [disk, diskUnit] = free === undefined ? ['–', ''] : large(free);
  const requests = perMinute && [...perMinute.values()].reduce((sum, rate) => sum + rate, 0);
  return (
    <dl className="key-figures">
      <Figure label="Up">{formatUptime(uptime)}</Figure>
      <Figure label="Resident" unit={`of ${limit} ${limitUnit}`}>
        {mebibytes(memory.now.rss)}
        {limitUnit === 'MiB' ? '' : ' MiB'}
      </Figure>
      <Figure label="Pressure">{LEVELS[memory.pressure.level]}</Figure>
      <Figure label="Event loop p99" unit="ms">
        {memory.event_loop.p99_ms.toFixed(1)}
      </Figure>
      <Figure label="Requests" unit="a min">
        {formatRate(requests)}
      </Figure>
      <Figure label="Disk free" unit={diskUnit}>
        {disk}
      </Figure>
      <Figure label="Version">{version}</Figure>
    </dl>
  );
}

function Figure({ label, unit, children }: { label: string; unit?: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {children} {unit !== undefined && <span>{unit}</span>}
      </dd>
    </div>
  );
}
