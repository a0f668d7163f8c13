import { afterEach, describe, expect, it } from 'vitest';
import { exposition } from './exposition.ts';
import { requestMetrics } from './http-requests.ts';

// A registry of its own for each test.
afterEach(() => {
  for (const key of Object.getOwnPropertySymbols(globalThis)) {
    if (key.description?.startsWith('talk2me.metrics.') === true) Reflect.deleteProperty(globalThis, key);
  }
});

const seriesOf = (text: string, name: string) => text.split('\n').filter(line => line.startsWith(`${name}{`));

describe('a request that is over', () => {
  it('is counted once, and its duration with it', async () => {
    const requestEnded = requestMetrics();
    requestEnded({ method: 'GET', endpoint: '/api/sounds/[kind]', status: 200, seconds: 0.004 });
    requestEnded({ method: 'GET', endpoint: '/api/sounds/[kind]', status: 200, seconds: 0.3 });
    const text = await exposition('text');
    const labels = '{method="GET",endpoint="/api/sounds/[kind]",status_code="200"}';
    expect(text).toContain(`http_requests_total${labels} 2\n`);
    expect(text).toContain(`http_request_duration_seconds_count${labels} 2\n`);
    expect(text).toContain(`http_request_duration_seconds_sum${labels} 0.304\n`);
    expect(text).toMatch(/duration_seconds_bucket\{[^}]*le="0.005"[^}]*\} 1\n/);
    expect(text).toMatch(/duration_seconds_bucket\{[^}]*le="\+Inf"[^}]*\} 2\n/);
  });

  it('has only methods and statuses that there are', async () => {
    const requestEnded = requestMetrics();
    requestEnded({ method: 'BREW', endpoint: '/', status: 200, seconds: 0 });
    requestEnded({ method: 'GET', endpoint: '/', status: 999, seconds: 0 });
    requestEnded({ method: 'GET', endpoint: '/', status: 499, seconds: 0 });
    const text = await exposition('text');
    expect(seriesOf(text, 'http_requests_total')).toEqual([
      'http_requests_total{method="other",endpoint="/",status_code="200"} 1',
      'http_requests_total{method="GET",endpoint="/",status_code="other"} 1',
      'http_requests_total{method="GET",endpoint="/",status_code="499"} 1',
    ]);
  });
});
