import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointOf, ROUTE_TEMPLATES } from '#lib/http/route-templates.ts';
import { expectProblem, listed, multipart, rawRequest, rawSocket, upload, uploaded } from './support/client.ts';
import { describeWithPrometheus } from './support/describe-with-prometheus.ts';
import { parseExposition, valueOf, type ExposedFamily } from './support/exposition.ts';
import { promtool } from './support/prometheus.ts';
import { noiseWav } from './support/recordings.ts';
import { startServer, type TestServer } from './support/server.ts';

const long = process.env['TEST_LONG'] === '1';
const TOKEN = 'the-token-of-the-metrics-tests';
const METRICS_TOKEN = 'the-metrics-token-of-the-tests';
const OPENMETRICS = 'application/openmetrics-text';
/** What Prometheus 2 sends. */
const PROMETHEUS_ACCEPT = `${OPENMETRICS};version=1.0.0,${OPENMETRICS};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`;

async function scrape(server: TestServer, headers: Record<string, string> = {}): Promise<Map<string, ExposedFamily>> {
  const response = await fetch(`${server.url}/metrics`, { headers });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return parseExposition(text, 'text');
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { MAX_FILE_SIZE: '40000000' } });
});
afterAll(() => server.stop());

describe('a scrape', () => {
  it('is strict text or OpenMetrics, as it is asked for, and never kept', async () => {
    for (const [accept, format, type] of [
      ['*/*', 'text', 'text/plain; version=0.0.4; charset=utf-8'],
      ['text/html', 'text', 'text/plain; version=0.0.4; charset=utf-8'],
      [PROMETHEUS_ACCEPT, 'openmetrics', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
      [OPENMETRICS, 'openmetrics', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
      ['text/plain', 'text', 'text/plain; version=0.0.4; charset=utf-8'],
    ] as const) {
      const response = await fetch(`${server.url}/metrics`, { headers: { accept } });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(type);
      expect(response.headers.get('cache-control')).toContain('no-store');
      expect(response.headers.get('vary')).toMatch(/Accept/);
      const families = parseExposition(await response.text(), format);
      expect(families.has('http_requests_total')).toBe(format === 'text');
      expect(families.has('http_requests')).toBe(format === 'openmetrics');
    }
    const head = await fetch(`${server.url}/metrics`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    await expectProblem(await fetch(`${server.url}/metrics`, { method: 'POST' }), 405, 'request.method_not_allowed');
  });

  it('has what the process and its library are now', async () => {
    const before = await scrape(server);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(valueOf(before.get('build_info'), { version, node: process.versions.node })).toBe(1);
    expect(valueOf(before.get('disk_free_bytes'))).toBeGreaterThan(0);
    expect(valueOf(before.get('memory_usage_bytes'), { type: 'rss' })).toBeGreaterThan(20e6);
    expect(valueOf(before.get('memory_peak_bytes'), { type: 'rss' })).toBeGreaterThanOrEqual(
      valueOf(before.get('memory_usage_bytes'), { type: 'rss' }),
    );
    expect(valueOf(before.get('object_count'), { object_type: 'open_requests' })).toBe(1);
    expect(valueOf(before.get('object_count'), { object_type: 'handle_tcp_server' })).toBe(1);
    const sound = await uploaded(server, { bytes: noiseWav(30_000), kind: 'background' });
    const after = await scrape(server);
    const change = (name: string) =>
      valueOf(after.get(name), { kind: 'background' }) - valueOf(before.get(name), { kind: 'background' });
    expect(change('library_sounds')).toBe(1);
    expect(change('library_bytes')).toBe(sound.size);
  });

  it('names every family that docs/operations.md explains, and no other', async () => {
    await listed(server, 'effects');
    const page = readFileSync('docs/operations.md', 'utf8');
    const [section = ''] = /^## Metrics$[^]*?(?=^###? )/m.exec(page) ?? [];
    const told = [...section.matchAll(/^\| `([a-z_]+)` /gm)]
      .map(match => match[1]!)
      .filter(name => name !== 'open' && name !== 'login');
    // One paragraph there stands for those that prom-client brings.
    const own = [...(await scrape(server)).keys()].filter(name => !/^(process|nodejs)_/.test(name));
    // There once a piece of work was tracked.
    const seldom = ['tracked_work_duration_seconds', 'tracked_work_memory_bytes'];
    expect(told.filter(name => !seldom.includes(name)).sort()).toEqual(own.sort());
  });

  describeWithPrometheus('checked by promtool', () => {
    it('gives it nothing to complain of', async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, output: '' });
    });
  });
});

describe('the token of the metrics', () => {
  it('is needed for them where it is set, open as the server may be, and opens readiness too', async () => {
    await using open = await startServer({ env: { METRICS_TOKEN } });
    const bearer = { authorization: `Bearer ${METRICS_TOKEN}` };
    expect((await fetch(`${open.url}/metrics`, { headers: bearer })).status).toBe(200);
    for (const authorization of ['', 'Bearer wrong', `Bearer ${METRICS_TOKEN}x`, `Basic ${btoa(METRICS_TOKEN)}`]) {
      for (const accept of ['text/html', PROMETHEUS_ACCEPT]) {
        const response = await fetch(`${open.url}/metrics`, { headers: { authorization, accept }, redirect: 'manual' });
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
        const { detail } = await expectProblem(response, 401, 'access.login_required');
        expect(detail).toContain('METRICS_TOKEN');
      }
    }
    expect((await fetch(`${open.url}/api/ready`)).status).toBe(200);
    expect((await fetch(`${open.url}/api/sounds/effects`)).status).toBe(200);
    expect(open.output()).not.toContain(METRICS_TOKEN);
  });

  it('is good for nothing else where a login is asked for, where the admin token reads the metrics as well', async () => {
    await using guarded = await startServer({ env: { ACCESS: 'login', ADMIN_TOKEN: TOKEN, METRICS_TOKEN } });
    const status = async (at: string, token: string) =>
      (await fetch(guarded.url + at, { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' })).status;
    for (const at of ['/metrics', '/api/ready']) {
      expect(await status(at, METRICS_TOKEN)).toBe(200);
      expect(await status(at, TOKEN)).toBe(200);
    }
    for (const at of ['/api/sounds/effects', '/api/openapi.json', '/api/cache/status', '/api/admin/memory'])
      expect(await status(at, METRICS_TOKEN), at).toBe(401);
    expect(await status('/', METRICS_TOKEN)).toBe(307);
  });
});

describe('uploads', () => {
  it('are counted by how they ended, with the bytes that arrived', async () => {
    const bytes = noiseWav(50_000);
    const before = await scrape(server);
    expect((await upload(server, { bytes })).status).toBe(201);
    expect((await upload(server, { bytes })).status).toBe(409);
    expect((await upload(server, { bytes: Buffer.from('this is no sound') })).status).toBe(415);
    await abortedUpload(server);
    const change = async (name: string, outcome: string) => {
      const labels = { kind: 'effects', outcome };
      return valueOf((await scrape(server)).get(name), labels) - valueOf(before.get(name), labels);
    };
    await expect.poll(() => change('uploads_total', 'aborted')).toBe(1);
    for (const outcome of ['stored', 'duplicate', 'refused']) expect(await change('uploads_total', outcome)).toBe(1);
    expect(await change('uploads_total', 'failed')).toBe(0);
    expect(await change('upload_bytes_total', 'stored')).toBe(bytes.length);
    expect(await change('upload_bytes_total', 'duplicate')).toBe(bytes.length);
    const after = await scrape(server);
    const durations = after.get('upload_duration_seconds');
    const labels = { kind: 'effects', outcome: 'stored' };
    expect(valueOf(durations, labels, 'upload_duration_seconds_count')).toBeGreaterThan(0);
    expect(valueOf(after.get('uploads_active'), { kind: 'effects' })).toBe(0);
  });
});

describe('the cache', () => {
  it('shows its hits, misses, computations, holdings and what a change drops', async () => {
    const list = { cache: 'sounds.list' };
    await listed(server, 'effects', '?limit=3');
    const before = await scrape(server);
    await listed(server, 'effects', '?limit=3');
    await listed(server, 'effects', '?limit=4');
    await uploaded(server, { bytes: noiseWav(20_000) });
    const after = await scrape(server);
    const change = (name: string, labels: Record<string, string>, series?: string) =>
      valueOf(after.get(name), labels, series) - valueOf(before.get(name), labels, series);
    expect(change('cache_requests_total', { ...list, result: 'hit' })).toBe(1);
    expect(change('cache_requests_total', { ...list, result: 'miss' })).toBe(1);
    const computed = 'cache_computations_seconds';
    expect(change(computed, { ...list, outcome: 'ok' }, `${computed}_count`)).toBe(1);
    expect(change('cache_evictions_total', { ...list, reason: 'dropped' })).toBeGreaterThanOrEqual(2);
    expect(valueOf(before.get('cache_entries'), list)).toBeGreaterThanOrEqual(1);
    expect(valueOf(before.get('cache_bytes'), list)).toBeGreaterThan(100);
    expect(valueOf(after.get('cache_entries'), list)).toBe(0);
    expect(valueOf(after.get('cache_backend_reachable'), { backend: 'memory' })).toBe(1);
  });
});

describe('every route of the build', () => {
  it('is counted under its own template', () => {
    const manifest = readFileSync('.next/app-path-routes-manifest.json', 'utf8');
    const built = Object.values(JSON.parse(manifest) as Record<string, string>);
    const pagesAndCalls = built.filter(
      route => !['/_global-error', '/_not-found', '/api/[...unknown]', '/v1/[...unknown]', '/icon.svg'].includes(route),
    );
    expect(ROUTE_TEMPLATES.toSorted()).toEqual(pagesAndCalls.sort());
    for (const template of ROUTE_TEMPLATES) expect(endpointOf(template)).toBe(template);
  });
});

describe(`${long ? '20,000' : '2,000'} mixed requests, aborted ones among them`, () => {
  it('are counted once each, under their method, route and status', { timeout: 600_000 }, async () => {
    const { id } = await uploaded(server, { bytes: noiseWav(30_000_000), fields: { id: 'large' } });
    const page = await (await fetch(server.url)).text();
    const asset = /(\/_next\/static\/[^"]+)"/.exec(page)![1]!;
    const json = { 'content-type': 'application/json' };
    const host = { host: '127.0.0.1' };
    const send =
      (method: string, at: string, headers = {}, body?: string) =>
      () =>
        rawRequest(server, {
          method,
          path: at,
          headers: { ...host, ...headers },
          ...(body === undefined ? {} : { body: Buffer.from(body) }),
        });
    const kinds: [send: () => Promise<unknown>, counted: string, share: number][] = [
      [send('GET', '/api/health'), 'GET /api/health 200', 20],
      [send('GET', '/api/sounds/effects?limit=2'), 'GET /api/sounds/[kind] 200', 20],
      [send('GET', `/api/sounds/effects/${id}`), 'GET /api/sounds/[kind]/[id] 200', 10],
      [send('GET', '/api/sounds/effects/nothing'), 'GET /api/sounds/[kind]/[id] 404', 5],
      [
        send('GET', `/api/sounds/effects/${id}/audio`, { range: 'bytes=0-9' }),
        'GET /api/sounds/[kind]/[id]/audio 206',
        5,
      ],
      [send('HEAD', `/api/sounds/effects/${id}/audio`), 'HEAD /api/sounds/[kind]/[id]/audio 200', 5],
      [send('PATCH', `/api/sounds/effects/${id}`, json, '{'), 'PATCH /api/sounds/[kind]/[id] 400', 5],
      [send('DELETE', '/api/health'), 'DELETE /api/health 405', 3],
      [send('GET', '/api/health', { host: 'evil.example' }), 'GET /api/health 403', 3],
      [send('GET', asset), 'GET /_next/static 200', 5],
      [send('GET', '/login'), 'GET /login 200', 5],
      [send('GET', '/sounds/effects/'), 'GET /sounds/[kind] 308', 3],
      [send('GET', '/nowhere'), 'GET other 404', 3],
      [send('GET', '/api/nowhere'), 'GET other 404', 3],
      [send('GET', '/%FF'), 'GET other 404', 2],
      [() => abortedUpload(server), 'POST /api/sounds/[kind] 499', 2],
      [() => abortedDownload(server, `/api/sounds/effects/${id}/audio`), 'GET /api/sounds/[kind]/[id]/audio 499', 1],
    ];
    const wanted = long ? 20_000 : 2_000;
    const line = Array.from({ length: wanted / 100 }, () =>
      kinds.flatMap(kind => Array.from({ length: kind[2] }, () => kind)),
    ).flat();
    expect(line).toHaveLength(wanted);
    const before = countsOf(await scrape(server));
    const sent = new Map<string, number>();
    const next = line.values();
    const work = async () => {
      for (const [one, counted] of next) {
        await one();
        sent.set(counted, (sent.get(counted) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    const since = async () => {
      const after = countsOf(await scrape(server));
      return Object.fromEntries(
        [...after]
          .map(([key, count]) => [key, count - (before.get(key) ?? 0)] as const)
          .filter(([key, count]) => count !== 0 && !key.includes('/metrics')),
      );
    };
    // An aborted request is over when the server notices.
    await expect.poll(since, { timeout: 30_000 }).toEqual(Object.fromEntries(sent));
    expect([...sent.values()].reduce((sum, count) => sum + count, 0)).toBe(wanted);
  });

  it('are one with what the histogram has seen', async () => {
    const families = await scrape(server);
    const durations = families.get('http_request_duration_seconds')!;
    for (const { labels, value } of families.get('http_requests_total')!.samples) {
      expect(valueOf(durations, labels, 'http_request_duration_seconds_count')).toBe(value);
    }
  });
});

function countsOf(families: Map<string, ExposedFamily>): Map<string, number> {
  const samples = families.get('http_requests_total')!.samples;
  return new Map(
    samples.map(({ labels: { method, endpoint, status_code }, value }) => [
      `${method} ${endpoint} ${status_code}`,
      value,
    ]),
  );
}

/** An upload whose client goes away half-way, once the server has begun to read it. */
async function abortedUpload(target: TestServer): Promise<void> {
  const { body, headers } = multipart([{ name: 'audio_file', filename: 'half.wav', content: noiseWav(100_000) }]);
  const outgoing = httpRequest({
    host: '127.0.0.1',
    port: target.port,
    method: 'POST',
    path: '/api/sounds/effects',
    headers: { ...headers, 'content-length': String(body.length), expect: '100-continue' },
    agent: false,
  });
  const gone = new Promise<void>(resolve => outgoing.once('close', () => resolve()));
  outgoing.on('error', () => undefined);
  // The server has seen the request, so it counts.
  outgoing.once('continue', () => outgoing.write(body.subarray(0, 50_000), () => outgoing.destroy()));
  outgoing.flushHeaders();
  await gone;
}

/** A download whose client goes away after the header of the answer. */
async function abortedDownload(target: TestServer, at: string): Promise<void> {
  const head = await rawSocket(target, `GET ${at} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, text =>
    text.includes('\r\n\r\n'),
  );
  expect(head).toMatch(/^HTTP\/1\.1 200 /);
}
