import 'server-only';
import { systemClock } from '#lib/base/clock.ts';
import { isAppError } from '#lib/base/errors.ts';
import { isDevelopment } from '#lib/config/env.ts';
import { connectNextCache } from './next-cache.ts';
import { guardRequests } from './guard.ts';
import { countRequests } from './request-count.ts';
import { services, type Services } from './services.ts';
import { limitFarewell } from './stop.ts';

const PURGE_INTERVAL_MS = 3600_000;

/**
 * Opens everything before the first request is answered; a start that cannot work ends the process with one sentence.
 *
 * Nothing is closed on a signal: Next lets running requests end, which still need it all, and a database in WAL mode and a lock
 * held by the kernel need no farewell.
 */
export async function startServices(): Promise<void> {
  // Node accepts requests already, and lets them wait.
  countRequests(systemClock);
  let all: Services;
  try {
    all = await services();
  } catch (error) {
    // Thrown on, Next would keep a process that answers nothing.
    console.error(isAppError(error) ? error.message : error);
    process.exit(1);
  }
  connectNextCache(all.cache.reads);
  guardRequests(all.config, isDevelopment());
  limitFarewell();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => all.system.feed.close());
  for (const warning of all.config.warnings) all.logger.warn(warning);
  all.logger.info({ version: all.version, node: process.version, config: all.config }, 'started');
  all.memory.monitor.start();
  purgeRegularly(all);
  // In the background: the server answers while the sounds arrive.
  if (all.config.starterPack) void all.memory.track('starter_pack', () => all.starter.installOnFirstStart());
}

function purgeRegularly({ sounds, logger }: Services): void {
  const purge = () =>
    sounds.purgeExpired().then(
      count => count > 0 && logger.info({ count }, 'purged sounds that were deleted 30 days ago'),
      (error: unknown) => logger.error({ err: error }, 'purge failed'),
    );
  void purge();
  setInterval(() => void purge(), PURGE_INTERVAL_MS).unref();
}
