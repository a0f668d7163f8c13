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
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      all.system.feed.close();
      all.renderFeed.close();
    });
  for (const warning of all.config.warnings) all.logger.warn(warning);
  all.logger.info({ version: all.version, node: process.version, config: all.config }, 'started');
  all.memory.monitor.start();
  all.startRenders();
  purgeRegularly(all);
  // In the background: the server answers while the sounds arrive.
  if (all.config.starterPack) void all.memory.track('starter_pack', () => fillOnFirstStart(all));
}

async function fillOnFirstStart({ sampleBook, starter }: Services): Promise<void> {
  // First, while it can be told that the library was never used.
  await sampleBook.makeOnFirstStart();
  await starter.installOnFirstStart();
}

function purgeRegularly({ sounds, audiobooks, renders, logger, ...all }: Services): void {
  const tasks: readonly (readonly [string, () => Promise<number>])[] = [
    ['sounds that were deleted 30 days ago', () => sounds.purgeExpired()],
    ['books that were deleted 30 days ago', () => audiobooks.purge()],
    ['renders that were over for as long as they are kept', () => renders.purgeExpired()],
    ['measurements of speech that is not kept any more', () => all.forgetGoneSpeech()],
  ];
  const purge = async () => {
    for (const [what, run] of tasks) {
      try {
        const count = await run();
        if (count > 0) logger.info({ count }, `purged ${what}`);
      } catch (error) {
        logger.error({ err: error, what }, 'purge failed');
      }
    }
  };
  void purge();
  setInterval(() => void purge(), PURGE_INTERVAL_MS).unref();
}
