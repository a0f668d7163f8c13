/** What the page of the operator knows, without React: the newest report, a history for the chart, and rates between reports. */
import type { SystemReport } from '#lib/http/system-report.ts';
import type { MemoryReport } from '#lib/memory/memory-report.ts';
import { createStore, type Store } from '../store.ts';

export type HistoryPoint = Pick<
  MemoryReport['history'][number],
  'at' | 'rss' | 'heap_used' | 'external' | 'array_buffers' | 'minor' | 'major'
>;
export const RANGES = [1, 6, 24] as const;
export type Range = (typeof RANGES)[number];

export interface SystemView {
  report: SystemReport;
  /** The oldest first; what is true now is not in it. */
  history: readonly HistoryPoint[];
  range: Range;
  /** False while the server is out of reach. */
  live: boolean;
  /** Requests a minute by route (`GET /api/…`) over the last minute, undefined until two reports are there. */
  perMinute: ReadonlyMap<string, number> | undefined;
}

export interface SystemMeans {
  /** @returns the way out */
  listen: (onReport: (report: SystemReport) => void, onLive: (live: boolean) => void) => () => void;
  history: (hours: Range) => Promise<readonly HistoryPoint[]>;
}

export interface SystemStore {
  readonly view: Store<SystemView>;
  show: (range: Range) => Promise<void>;
  /** @returns the way out */
  follow: () => () => void;
}

/** The history has a point for each minute. */
const HISTORY_EVERY_MS = 60_000;
const RATE_OVER_MS = 60_000;

export function createSystemStore(initial: Omit<SystemView, 'live' | 'perMinute'>, means: SystemMeans): SystemStore {
  const view = createStore<SystemView>({ ...initial, live: true, perMinute: undefined });
  let earlier: SystemReport[] = [initial.report];
  let historyAt = Date.parse(initial.report.at);

  const show = async (range: Range) => {
    view.set(now => ({ ...now, range }));
    const history = await means.history(range);
    // Another range may have been asked for meanwhile.
    view.set(now => (now.range === range ? { ...now, history } : now));
  };
  const take = (report: SystemReport) => {
    const at = Date.parse(report.at);
    // A process that began anew counts from nothing.
    const restarted = earlier.some(one => one.uptime > report.uptime);
    earlier = [...(restarted ? [] : earlier), report].filter(one => at - Date.parse(one.at) <= RATE_OVER_MS);
    view.set(now => ({ ...now, report, perMinute: ratesOf(earlier) ?? (restarted ? undefined : now.perMinute) }));
    if (at - historyAt < HISTORY_EVERY_MS) return;
    historyAt = at;
    // Without it the chart grows by what is true now, and the next minute asks again.
    show(view.get().range).catch(() => undefined);
  };
  return {
    view,
    show,
    follow: () =>
      means.listen(take, live => {
        view.set(now => (now.live === live ? now : { ...now, live }));
      }),
  };
}

/** Requests a minute between the first and the last of these reports. */
export function ratesOf(reports: readonly SystemReport[]): ReadonlyMap<string, number> | undefined {
  const [first, last] = [reports[0], reports.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const minutes = (Date.parse(last.at) - Date.parse(first.at)) / 60_000;
  if (minutes <= 0) return undefined;
  const before = new Map(first.routes.map(route => [routeName(route), route.requests]));
  return new Map(
    last.routes.map(route => [routeName(route), (route.requests - (before.get(routeName(route)) ?? 0)) / minutes]),
  );
}

export function routeName({ method, endpoint }: { method: string; endpoint: string }): string {
  return `${method} ${endpoint}`;
}
