import { describe, expect, it, vi } from 'vitest';
import { AppError } from '#lib/base/errors.ts';
import { systemClock } from '#lib/base/clock.ts';
import type { CheckName } from '#lib/http/ready.ts';
import { createLogger } from '#lib/logging/logger.ts';
import { Readiness, type Check, type Finding } from './readiness.ts';

const ok: Check = { timeoutMs: 60_000, run: () => Promise.resolve({ status: 'ok' }) };
const never: Check = { timeoutMs: 5, run: () => new Promise<Finding>(() => undefined) };

function readiness(checks: Partial<Record<CheckName, Check>> = {}) {
  const logger = createLogger('silent');
  const [warn, info] = [vi.spyOn(logger, 'warn'), vi.spyOn(logger, 'info')];
  const all = { database: ok, storage: ok, disk: ok, workers: ok, cache: ok, engines: ok, ...checks };
  return { asked: new Readiness({ checks: all, clock: systemClock, logger }), warn, info };
}

describe('readiness', () => {
  it('is there when every check passes, and tells each one’s time and facts', async () => {
    const disk: Check = { ...ok, run: async () => ({ status: 'ok', facts: { free_bytes: 5 } }) };
    const report = await readiness({ disk }).asked.report();
    expect(report.status).toBe('ready');
    expect(Object.keys(report.checks)).toEqual(['database', 'storage', 'disk', 'workers', 'cache', 'engines']);
    expect(report.checks.disk).toEqual({ status: 'ok', ms: expect.any(Number) as number, free_bytes: 5 });
  });

  it('is degraded where a check is, and gone where one fails, with the reasons', async () => {
    const degraded: Check = { ...ok, run: async () => ({ status: 'degraded', detail: 'Slow.' }) };
    expect((await readiness({ cache: degraded }).asked.report()).status).toBe('degraded');
    const told: Check = { ...ok, run: () => Promise.reject(new AppError('storage.full', 'The disk is full.')) };
    const report = await readiness({ cache: degraded, storage: told }).asked.report();
    expect(report.status).toBe('unready');
    expect(report.checks.storage).toMatchObject({ status: 'failed', detail: 'The disk is full.' });
  });

  it('tells nothing of an unknown failure but that there is one; the log has it', async () => {
    const error = new Error('EACCES: /secret/path');
    const { asked, warn } = readiness({ storage: { ...ok, run: () => Promise.reject(error) } });
    const report = await asked.report();
    expect(JSON.stringify(report)).not.toContain('secret');
    expect(report.checks.storage.status).toBe('failed');
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ check: 'storage', err: error }),
      expect.any(String),
    );
  });

  it('does not wait for a check that hangs longer than that check may take, and does not start it again', async () => {
    const run = vi.fn(never.run);
    const { asked } = readiness({ database: { ...never, run } });
    for (let i = 0; i < 3; i += 1) {
      const { checks, status } = await asked.report();
      expect(status).toBe('unready');
      expect(checks.database).toMatchObject({ status: 'failed', detail: 'There was no answer within 0.005 s.' });
      expect(checks.cache.status).toBe('ok');
    }
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('takes a check that says what its being late means at its word', async () => {
    const workers: Check = { ...never, late: () => ({ status: 'degraded', detail: 'Busy.' }) };
    const report = await readiness({ workers }).asked.report();
    expect(report).toMatchObject({ status: 'degraded', checks: { workers: { status: 'degraded', detail: 'Busy.' } } });
  });

  it('is looked at once for all who ask at the same time, and anew for who asks later', async () => {
    const run = vi.fn(ok.run);
    const { asked } = readiness({ database: { ...ok, run } });
    const reports = await Promise.all(Array.from({ length: 20 }, () => asked.report()));
    expect(new Set(reports).size).toBe(1);
    expect(run).toHaveBeenCalledTimes(1);
    await asked.report();
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('is logged when it changes, not each time', async () => {
    let broken = true;
    const database: Check = { ...ok, run: async () => ({ status: broken ? 'failed' : 'ok', detail: 'x' }) };
    const { asked, warn, info } = readiness({ database });
    await asked.report();
    await asked.report();
    expect(warn).toHaveBeenCalledTimes(1);
    broken = false;
    await asked.report();
    await asked.report();
    expect(info).toHaveBeenCalledExactlyOnceWith({ check: 'database' }, 'ready again');
  });
});
