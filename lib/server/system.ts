import 'server-only';
import type { Clock } from '#lib/base/clock.ts';
import type { SystemReport } from '#lib/http/system-report.ts';
import type { Logger } from '#lib/logging/logger.ts';
import { requestStatistics } from '#lib/metrics/request-statistics.ts';
import type { RendersService } from '#lib/renders/renders.service.ts';
import type { UploadsService } from '#lib/uploads/uploads.service.ts';
import type { Caches } from './caches.ts';
import type { Memory } from './memory.ts';
import type { Readiness } from './readiness.ts';
import { SystemFeed } from './system-feed.ts';

const MOST_ROUTES = 50;
/** Of each status. */
const MOST_JOBS = 10;

export interface SystemOptions {
  version: string;
  clock: Clock;
  logger: Logger;
  memory: Memory;
  caches: Caches;
  readiness: Readiness;
  uploads: UploadsService;
  renders: Pick<RendersService, 'list'>;
}

/** What the operator sees of this server. */
export class System {
  readonly feed: SystemFeed;
  readonly #options: SystemOptions;

  constructor(options: SystemOptions) {
    this.#options = options;
    this.feed = new SystemFeed({
      report: () => this.report(),
      failed: error => options.logger.error({ err: error }, 'the report of the system could not be made'),
    });
  }

  /** As it is now. */
  async report(): Promise<SystemReport> {
    const { version, clock, memory, caches: held, readiness, uploads, renders } = this.#options;
    const { history: _history, heap_spaces: _spaces, ...now } = memory.report(1, 10);
    const [{ caches }, routes, { status, checks }] = await Promise.all([
      held.status(),
      requestStatistics(),
      readiness.report(),
    ]);
    return {
      at: clock.now().toISOString(),
      version,
      node: process.version,
      uptime: Math.round(process.uptime()),
      memory: now,
      caches,
      routes: routes.slice(0, MOST_ROUTES),
      uploads: uploads.open(),
      jobs: jobsOf(renders),
      ready: { status, checks },
    };
  }
}

/** Those at work first, then in the order in which they will be. */
function jobsOf(renders: Pick<RendersService, 'list'>): SystemReport['jobs'] {
  return (['running', 'queued', 'paused'] as const).flatMap(status => {
    const { items } = renders.list({ status, limit: MOST_JOBS });
    // The newest come first in a list, and last in a queue.
    return items
      .reverse()
      .map(({ id, audiobook_id, title, stage, progress, units_total, units_reused, units_synthesised, eta }) => ({
        id,
        audiobook_id,
        title,
        status,
        stage,
        progress,
        units_total,
        units_reused,
        units_synthesised,
        eta,
      }));
  });
}
