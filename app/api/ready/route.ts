import { AppError } from '#lib/base/errors.ts';
import { NO_STORE } from '#lib/http/cache-control.ts';
import { endpoint, json, route } from '#lib/http/endpoint.ts';
import { OPERATIONS } from '#lib/http/operations.ts';
import { problemResponse } from '#lib/http/problems.ts';

/** Seconds; what is missing seldom comes back sooner. */
const RETRY_AFTER = 10;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint(OPERATIONS.ready, async ({ services, requestId }) => {
    const report = await services.readiness.report();
    if (report.status !== 'unready') return json(report, { headers: { 'cache-control': NO_STORE } });
    const reasons = Object.entries(report.checks)
      .filter(([, check]) => check.status === 'failed')
      .map(([name, check]) => `${name}: ${check.detail}`);
    const error = new AppError('server.not_ready', `Not ready. ${reasons.join(' ')}`, { retryAfter: RETRY_AFTER });
    const { timestamp, checks } = report;
    return problemResponse(error, requestId, {}, { timestamp, checks });
  }),
});
