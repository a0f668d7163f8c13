import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { systemClock, type Clock } from '#lib/base/clock.ts';
import { randomId } from '#lib/base/ids.ts';
import { spyObserver } from './cache.fixture.ts';
import { RedisCacheStore } from './redis-cache-store.ts';
import { SharedEpoch } from './shared-epoch.ts';

/** Tests of what is held do not depend on how busy the machine is; those of deadlines do not use this. */
export const PATIENT_MS = 5000;

/** Takes every connection for one that lasted: the next attempt follows at once. */
export const hurriedClock: Clock = {
  now: () => systemClock.now(),
  monotonic: () => performance.now() * 1_000_000,
};

/** The epoch of a data folder of its own, with as many processes as are asked for. */
export function sharedEpoch() {
  const folder = mkdtempSync(path.join(tmpdir(), 'talk2me-epoch-'));
  const file = path.join(folder, 'cache-epoch');
  return {
    file,
    process: () => new SharedEpoch({ file, draft: path.join(folder, 'tmp', randomId(), 'cache-epoch') }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

export interface TestStoreOptions {
  url: string;
  epoch: SharedEpoch;
  bounds?: { maxEntries: number; maxBytes: number };
  /** The product's own when undefined. */
  deadlineMs?: number | undefined;
}

/** A store that has had its first attempt, and its observer. */
export async function openRedisStore({ url, epoch, bounds, deadlineMs }: TestStoreOptions) {
  const observer = spyObserver();
  const store = new RedisCacheStore({
    ...(bounds ?? { maxEntries: 1000, maxBytes: 10_000_000 }),
    url,
    epoch,
    clock: hurriedClock,
    observer,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  await vi.waitUntil(
    async () => observer.reachable.mock.calls.length > 0 || (await store.lookup('', [])).stamp !== undefined,
    { timeout: 20_000, interval: 5 },
  );
  return { store, observer, [Symbol.asyncDispose]: () => store.close() };
}
