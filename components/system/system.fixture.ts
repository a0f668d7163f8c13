import type { SystemReport } from '#lib/http/system-report.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MIB = 1024 * 1024;

/** A healthy server, with what a test changes. @param seconds after noon */
export function systemReport(seconds = 0, changes: Partial<SystemReport> = {}): SystemReport {
  const at = new Date(NOON + seconds * 1000).toISOString();
  const use = {
    rss: 200 * MIB,
    heap_used: 80 * MIB,
    heap_total: 100 * MIB,
    external: 10 * MIB,
    array_buffers: 5 * MIB,
  };
  const none = { count: 0, pause_ms: 0, longest_pause_ms: 0 };
  return {
    at,
    version: '1.0.0',
    node: 'v24.0.0',
    uptime: 3600 + seconds,
    memory: {
      at,
      started_at: new Date(NOON - 3600_000).toISOString(),
      now: { ...use, system_used: 2048 * MIB, caches: MIB },
      peak: use,
      limit: { bytes: 512 * MIB, source: 'cgroup', heap_bytes: 400 * MIB },
      pressure: { level: 'calm', share: 0.4, high_from: 410 * MIB, critical_from: 460 * MIB },
      collections: { minor: none, major: none, incremental: none, weakcb: none },
      event_loop: { p50_ms: 0.1, p99_ms: 3.2, max_ms: 9 },
      leak: { verdict: 'steady', threshold: 57 * MIB, trends: [], episodes: [] },
      optimised: null,
    },
    caches: [],
    routes: [],
    uploads: [],
    jobs: [],
    ready: {
      status: 'ready',
      checks: {
        database: { status: 'ok', ms: 0.3 },
        storage: { status: 'ok', ms: 0.8 },
        disk: { status: 'ok', ms: 0.1 },
        workers: { status: 'ok', ms: 0.2 },
        cache: { status: 'ok', ms: 0.1 },
        engines: { status: 'ok', ms: 0.1 },
      },
    },
    ...changes,
  };
}

export function routeOf(requests: number, endpoint = '/api/sounds/[kind]') {
  return { method: 'GET', endpoint, requests, errors: 0, p50_ms: 1, p95_ms: 2, p99_ms: 3 };
}
