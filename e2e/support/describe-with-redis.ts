import { describe } from 'vitest';
import { findRedis } from './redis.ts';

/** As vitest's `describe`. Skipped where there is no redis-server, but never in continuous integration, which has to have one. */
export function describeWithRedis(name: string, define: () => void): void {
  if (findRedis() !== undefined || process.env['CI']) describe(name, define);
  else describe.skip(`${name} (no redis-server was found or could be installed)`, define);
}
