import { countObjects } from './objects.ts';

interface PoolCounts {
  readonly workers: number;
  readonly waiting: number;
}

/** @param stats of the pool that measures uploads */
export function observeWorkers(stats: () => PoolCounts): void {
  countObjects('workers', () => stats().workers);
  countObjects('waiting_tasks', () => stats().waiting);
}
