import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointOf, ROUTE_TEMPLATES } from '#lib/http/route-templates.ts';
import { exposition } from '#lib/metrics/exposition.ts';
import { requestMetrics } from '#lib/metrics/http-requests.ts';

const seriesOf = (text: string, name: string) => text.split('\n').filter(line => line.startsWith(`${name}{`));
const sumOf = (series: readonly string[]) => series.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);

describe('100,000 requests', () => {
  it('for random addresses with random methods and statuses leave under 500 series, and each is counted', async () => {
    const word = fc.string({ minLength: 1, maxLength: 12 }).map(text => encodeURIComponent(text.toWellFormed()));
    const address = fc.oneof(
      fc.webPath(),
      fc.string(),
      fc
        .tuple(fc.constantFrom(...ROUTE_TEMPLATES), word)
        .map(([template, value]) => template.replaceAll(/\[\w+\]/g, value)),
    );
    const method = fc.oneof(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'), fc.string());
    const status = fc.oneof(fc.integer({ min: 100, max: 599 }), fc.integer());
    const requests = fc.sample(fc.tuple(address, method, status), { seed: 7, numRuns: 100_000 });
    const requestEnded = requestMetrics();
    for (const [target, method, status] of requests) {
      requestEnded({ method, endpoint: endpointOf(target), status, seconds: 0.001 });
    }
    const series = seriesOf(await exposition('text'), 'http_requests_total');
    expect(series.length).toBeGreaterThan(400);
    expect(series.length).toBeLessThan(500);
    expect(sumOf(series)).toBe(100_000);
    // Errors that come late show all the same.
    requestEnded({ method: 'QUERY', endpoint: '/late', status: 507, seconds: 0 });
    const late = seriesOf(await exposition('text'), 'http_requests_total').filter(line => line.includes('"507"'));
    expect(late.some(line => line.includes('method="other",endpoint="other"'))).toBe(true);
  }, 60_000);
});
