import type { LeakWatch } from './leak-watch.ts';
import type { MemoryReport } from './memory-report.ts';

/** @param time of a moment in the clock of the watch, as it is told */
export function leakReport(
  { judgements, episodes, rule }: LeakWatch,
  time: (at: number) => string,
): MemoryReport['leak'] {
  const running = episodes.some(({ endedAt }) => endedAt === undefined);
  const learning = judgements.every(({ finding }) => finding === 'unknown');
  return {
    verdict: running ? 'leaking' : learning ? 'learning' : 'steady',
    threshold: rule.threshold,
    trends: judgements.map(({ kind, finding, trend, begin }) => ({
      kind,
      finding,
      bytes_per_hour: trend?.slope ?? null,
      low: trend?.low ?? null,
      high: trend?.high ?? null,
      from: begin === undefined ? null : { at: time(begin.at), bytes: begin.value },
    })),
    episodes: episodes.map(({ kind, since, foundAt, endedAt, slope }) => ({
      kind,
      since: time(since),
      found_at: time(foundAt),
      ended_at: endedAt === undefined ? null : time(endedAt),
      bytes_per_hour: slope,
    })),
  };
}
