import 'server-only';
import type { Clock } from '#lib/base/clock.ts';
import { isAppError } from '#lib/base/errors.ts';
import type { CheckName, CheckReport, ReadinessReport } from '#lib/http/ready.ts';
import type { Logger } from '#lib/logging/logger.ts';

/** What a check has found. */
export interface Finding {
  status: CheckReport['status'];
  /** A sentence for people, without paths or secrets; needed where the status is not `ok`. */
  detail?: string;
  /** Numbers and words that belong to it. */
  facts?: Readonly<Record<string, number | string>>;
}

export interface Check {
  /** Milliseconds that are waited for it. */
  readonly timeoutMs: number;
  /** Rejects where what is asked does not work. */
  run(): Promise<Finding>;
  /** What it means that there is no answer in time; not given: a failure. */
  late?: () => Finding;
}

/** Whether the server can do its work: asks everything that the work needs, side by side, each with a time of its own. */
export class Readiness {
  readonly #checks: Readonly<Record<CheckName, Check>>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Runs that have not ended, those too that nobody waits for any more: a check that hangs is not started again. */
  readonly #running = new Map<CheckName, Promise<Finding>>();
  readonly #last = new Map<CheckName, CheckReport['status']>();
  #report: Promise<ReadinessReport> | undefined;

  constructor({ checks, clock, logger }: { checks: Record<CheckName, Check>; clock: Clock; logger: Logger }) {
    this.#checks = checks;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Who asks while another is being answered gets the same answer. */
  report(): Promise<ReadinessReport> {
    this.#report ??= this.#ask().finally(() => (this.#report = undefined));
    return this.#report;
  }

  async #ask(): Promise<ReadinessReport> {
    const names = Object.keys(this.#checks) as CheckName[];
    const reports = await Promise.all(names.map(async name => [name, await this.#check(name)] as const));
    const checks = Object.fromEntries(reports) as ReadinessReport['checks'];
    const statuses = reports.map(([, { status }]) => status);
    const status = statuses.includes('failed') ? 'unready' : statuses.includes('degraded') ? 'degraded' : 'ready';
    return { status, timestamp: this.#clock.now().toISOString(), checks };
  }

  async #check(name: CheckName): Promise<CheckReport> {
    const check = this.#checks[name];
    const started = this.#clock.monotonic();
    let error: unknown;
    const { status, detail, facts } = await withTimeout(this.#run(name), check).catch((reason: unknown): Finding => {
      error = reason;
      return { status: 'failed', detail: isAppError(reason) ? reason.message : 'It failed; the log tells why.' };
    });
    this.#tell(name, status, detail, error);
    const ms = Math.round((this.#clock.monotonic() - started) * 10) / 10;
    return { status, ms, ...(detail === undefined ? {} : { detail }), ...facts };
  }

  #run(name: CheckName): Promise<Finding> {
    let running = this.#running.get(name);
    if (running === undefined) {
      running = this.#checks[name].run().finally(() => this.#running.delete(name));
      this.#running.set(name, running);
    }
    return running;
  }

  /** Once for each change: probes ask every few seconds. */
  #tell(check: CheckName, status: CheckReport['status'], detail: string | undefined, error: unknown): void {
    const before = this.#last.get(check) ?? 'ok';
    this.#last.set(check, status);
    if (status === before) return;
    if (status === 'ok') this.#logger.info({ check }, 'ready again');
    else this.#logger.warn({ check, status, detail, err: error }, 'not ready as it should be');
  }
}

async function withTimeout(running: Promise<Finding>, check: Check): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Finding>(resolve => {
    timer = setTimeout(() => resolve(check.late?.() ?? noAnswer(check)), check.timeoutMs);
  });
  try {
    return await Promise.race([running, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function noAnswer({ timeoutMs }: Check): Finding {
  return { status: 'failed', detail: `There was no answer within ${timeoutMs / 1000} s.` };
}
