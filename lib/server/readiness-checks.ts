import 'server-only';
import { formatBytes } from '#lib/base/units.ts';
import type { CacheStore } from '#lib/cache/cache-store.ts';
import { isReachable } from '#lib/cache/reachable.ts';
import type { Clock } from '#lib/base/clock.ts';
import type { CheckName } from '#lib/http/ready.ts';
import type { BlobStore } from '#lib/storage/blob-store.ts';
import type { Database } from '#lib/storage/database.ts';
import type { EngineStatus } from '#lib/voices/voices.ts';
import type { VoicesService } from '#lib/voices/voices.service.ts';
import type { PoolStats } from '#lib/workers/pool.ts';
import type { Check, Finding } from './readiness.ts';

/** What the database may write before an upload is done: its log grows to this size before it is cut. */
const DATABASE_BYTES = 64 * 1024 * 1024;

/** Until a thread must have answered that a task was given to; starting one takes a second on a busy machine. */
const PING_LIMIT_MS = 30_000;

/** Probes come every few seconds; an engine that is down is not asked by each of them. */
const ASK_ENGINE_AGAIN_MS = 30_000;

export interface ReadinessSources {
  database: Database;
  blobs: BlobStore;
  freeBytes: () => Promise<number>;
  /** Bytes of the largest upload. */
  maxFileSize: number;
  pool: { ping(options: { timeLimitMs: number }): Promise<void>; stats(): PoolStats };
  cache: CacheStore;
  voices: Pick<VoicesService, 'engines' | 'list'>;
  clock: Clock;
}

/** Everything that the work of the server needs. */
export function readinessChecks(sources: ReadinessSources): Record<CheckName, Check> {
  const { database, blobs, freeBytes, maxFileSize, pool, cache, voices, clock } = sources;
  return {
    database: {
      timeoutMs: 5000,
      async run() {
        await database.ping();
        return { status: 'ok' };
      },
    },
    storage: {
      timeoutMs: 5000,
      async run() {
        const file = await blobs.createTemporary();
        try {
          // Not flushed: an upload's bytes that wait for the disk would be waited for, too.
          await file.write(Buffer.from('ready?'));
        } finally {
          await file.discard();
        }
        return { status: 'ok' };
      },
    },
    disk: {
      timeoutMs: 5000,
      async run() {
        const needed = maxFileSize + DATABASE_BYTES;
        const free = await freeBytes();
        const facts = { free_bytes: free, needed_bytes: needed };
        if (free >= needed) return { status: 'ok', facts };
        return {
          status: 'failed',
          detail: `${formatBytes(free)} are free; the largest upload needs ${formatBytes(needed)} (MAX_FILE_SIZE and room for the database).`,
          facts,
        };
      },
    },
    workers: {
      timeoutMs: 5000,
      async run() {
        await pool.ping({ timeLimitMs: PING_LIMIT_MS });
        return { status: 'ok', facts: factsOf(pool.stats()) };
      },
      late: () => ({
        status: 'degraded',
        detail: 'Every thread is at work; uploads wait in line.',
        facts: factsOf(pool.stats()),
      }),
    },
    cache: {
      timeoutMs: 2000,
      async run() {
        const facts = { backend: cache.backend };
        if (await isReachable(cache)) return { status: 'ok', facts };
        return { status: 'degraded', detail: 'Out of reach; answers are computed until it is back.', facts };
      },
      late: () => ({
        status: 'degraded',
        detail: 'It does not answer; answers are computed until it does.',
        facts: { backend: cache.backend },
      }),
    },
    engines: {
      timeoutMs: 5000,
      async run() {
        const unknown = voices.engines().filter(engine => isUnknown(engine, clock.now()));
        await Promise.all(unknown.map(({ name }) => voices.list({ engine: name })));
        return ofEngines(voices.engines());
      },
      late: () => {
        const { status, detail, facts } = ofEngines(voices.engines());
        const slow = 'An engine does not tell its voices.';
        return { status: status === 'ok' ? 'degraded' : status, detail: detail ?? slow, ...(facts && { facts }) };
      },
    },
  };
}

/** Nobody has asked it yet, or not since it was down. */
function isUnknown({ available, checked_at }: EngineStatus, now: Date): boolean {
  if (checked_at === null) return true;
  return !available && now.getTime() - Date.parse(checked_at) > ASK_ENGINE_AGAIN_MS;
}

/** One that can speak is enough; each that is down is named with its reason. */
function ofEngines(engines: readonly EngineStatus[]): Finding {
  const down = engines.filter(({ available }) => !available);
  const facts = { engines: engines.length, available: engines.length - down.length };
  if (down.length === 0) return { status: 'ok', facts };
  const detail = down.map(({ name, reason }) => (reason.includes(name) ? reason : `${name}: ${reason}`)).join(' ');
  return { status: down.length < engines.length ? 'degraded' : 'failed', detail, facts };
}

function factsOf({ workers, busy, waiting }: PoolStats) {
  return { threads: workers, busy, waiting };
}
