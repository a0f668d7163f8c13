/** The operator's calls. */
import type { SystemReport } from '#lib/http/system-report.ts';
import type { MemoryReport, OptimiseReport } from '#lib/memory/memory-report.ts';
import { call } from './client.ts';

/** Points of a chart: more cannot be told apart. */
const POINTS = 360;

export async function getHistory(hours: number): Promise<MemoryReport['history']> {
  const response = await call('GET', `/api/admin/memory?hours=${hours}&points=${POINTS}`);
  return ((await response.json()) as MemoryReport).history;
}

/** @throws ApiProblem with status 429 where it was asked for a moment ago */
export async function optimiseMemory(): Promise<OptimiseReport> {
  return (await call('POST', '/api/admin/optimize-memory')).json() as Promise<OptimiseReport>;
}

/** @param tag what is let go of is computed from it; undefined for everything. @returns how many answers */
export async function clearCache(tag: string | undefined): Promise<number> {
  const query = tag === undefined ? '' : `?tag=${encodeURIComponent(tag)}`;
  const response = await call('DELETE', `/api/cache${query}`);
  return ((await response.json()) as { dropped: number }).dropped;
}

/** Reports as they come, every other second. @returns the way out */
export function listenToSystem(onReport: (report: SystemReport) => void, onLive: (live: boolean) => void): () => void {
  const events = new EventSource('/api/admin/system/events');
  events.addEventListener('message', ({ data }: MessageEvent<string>) => {
    onLive(true);
    onReport(JSON.parse(data) as SystemReport);
  });
  // The browser asks again by itself.
  events.addEventListener('error', () => onLive(false));
  return () => events.close();
}
