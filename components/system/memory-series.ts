/** The lines of the memory chart, from what the server tells. Pure. */
import type { SystemReport } from '#lib/http/system-report.ts';
import type { HistoryPoint } from './system-store.ts';

const MIB = 1024 * 1024;
const HOUR_MS = 3600_000;

export interface MemorySeries {
  /** Seconds since the epoch, ascending. */
  times: number[];
  /** MiB, one for each time. */
  resident: number[];
  heap: number[];
  buffers: number[];
  /** The heap's trend; null before it begins, and everywhere while there is none. */
  trend: (number | null)[];
  /** Collections at each time. */
  minor: number[];
  major: number[];
  /** MiB: the upper end of the axis, and where the pressure levels begin. */
  top: number;
  high: number;
  critical: number;
  limit: number;
}

/**
 * The limit is the top of the axis. Where it is far above everything that happens, as on a machine with much memory, the axis ends
 * earlier, so that there is something to see.
 */
const FAR_ABOVE = 4;

export function memorySeries(history: readonly HistoryPoint[], memory: SystemReport['memory']): MemorySeries {
  const newest = history.at(-1);
  // What is true now ends the lines, unless the history is of the same moment.
  const points: readonly HistoryPoint[] =
    newest !== undefined && newest.at >= memory.at
      ? history
      : [...history, { at: memory.at, minor: 0, major: 0, ...memory.now }];
  const times = points.map(({ at }) => Date.parse(at) / 1000);
  const resident = points.map(({ rss }) => rss / MIB);
  const trend = memory.leak.trends.find(({ kind }) => kind === 'heap');
  const line = (second: number) => {
    if (trend === undefined || trend.from === null || trend.bytes_per_hour === null) return null;
    const hours = (second * 1000 - Date.parse(trend.from.at)) / HOUR_MS;
    return hours < 0 ? null : (trend.from.bytes + hours * trend.bytes_per_hour) / MIB;
  };
  const limit = memory.limit.bytes / MIB;
  const highest = Math.max(...resident);
  return {
    times,
    resident,
    heap: points.map(({ heap_used }) => heap_used / MIB),
    buffers: points.map(({ external, array_buffers }) => (external + array_buffers) / MIB),
    trend: times.map(line),
    minor: points.map(({ minor }) => minor),
    major: points.map(({ major }) => major),
    top: highest * FAR_ABOVE < limit ? roundUp(highest * 1.5) : limit,
    high: memory.pressure.high_from / MIB,
    critical: memory.pressure.critical_from / MIB,
    limit,
  };
}

/** To the next power of two, or one and a half times it: axes divide these evenly. */
export function roundUp(value: number): number {
  const power = 2 ** Math.floor(Math.log2(Math.max(1, value)));
  return [power, 1.5 * power, 2 * power].find(step => step >= value) ?? 2 * power;
}
