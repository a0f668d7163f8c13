import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadinessReport } from '#lib/http/ready.ts';
import { expectOpaque, expectProblem, upload } from './support/client.ts';
import { parseExposition, valueOf } from './support/exposition.ts';
import { describeWithRedis } from './support/describe-with-redis.ts';
import { startRedis } from './support/redis.ts';
import { noiseWav } from './support/recordings.ts';
import { startServer, type TestServer } from './support/server.ts';
import { mountSmallDisk } from './support/small-disk.ts';

const MIB = 1024 * 1024;
/** As `lib/server/readiness-checks.ts` counts. */
const DATABASE_BYTES = 64 * MIB;

async function ready(server: TestServer): Promise<{ response: Response; report: ReadinessReport }> {
  const response = await fetch(`${server.url}/api/ready`);
  const text = await response.clone().text();
  expectOpaque(text);
  expect(text).not.toContain(server.dataDir);
  return { response, report: JSON.parse(text) as ReadinessReport };
}

async function metric(server: TestServer, name: string, labels: Record<string, string>): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return valueOf(parseExposition(text, 'text').get(name), labels);
}

describe('a server that can do its work', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('is ready, and says so with each check and its time', async () => {
    const { response, report } = await ready(server);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(report.status).toBe('ready');
    expect(Object.keys(report.checks)).toEqual(['database', 'storage', 'disk', 'workers', 'cache', 'engines']);
    for (const [name, { status, ms }] of Object.entries(report.checks)) {
      expect(status, name).toBe('ok');
      expect(ms).toBeGreaterThanOrEqual(0);
    }
    expect(report.checks.disk['free_bytes']).toBeGreaterThan(0);
    expect(report.checks.workers['threads']).toBe(1);
    expect(report.checks.cache['backend']).toBe('memory');
    expect(report.checks.engines).toMatchObject({ engines: 1, available: 1 });
  });

  it('answers many who ask at once, and leaves nothing behind', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ready(server)));
    expect(answers.map(({ response }) => response.status)).toEqual(answers.map(() => 200));
    expect(await metric(server, 'object_count', { object_type: 'waiting_tasks' })).toBe(0);
    expect(server.logs().filter(line => Number(line['level']) >= 40)).toEqual([]);
  });
});

describe('a disk without room for an upload', () => {
  it('makes the server not ready, with the reason, until there is room', async context => {
    await using disk = await mountSmallDisk(DATABASE_BYTES + 20 * MIB);
    if (disk === undefined) return context.skip('needs Linux and root');
    await using server = await startServer({
      dataDir: path.join(disk.folder, 'data'),
      env: { MAX_FILE_SIZE: String(10 * MIB) },
    });
    expect((await ready(server)).response.status).toBe(200);
    disk.leave(DATABASE_BYTES);
    const response = await fetch(`${server.url}/api/ready`);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const problem = await expectProblem(response, 503, 'server.not_ready');
    expect(problem.detail).toMatch(/^Not ready\. disk: .* are free; the largest upload needs 74 MiB/);
    expect(problem['checks']).toMatchObject({ disk: { status: 'failed' }, database: { status: 'ok' } });
    // Health stays what it is: the process is alive.
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);

    disk.leave(64 * 1024);
    expect((await upload(server, { bytes: noiseWav(2 * MIB) })).status).toBe(507);
    expect(await metric(server, 'uploads_total', { kind: 'effects', outcome: 'failed' })).toBe(1);
    disk.empty();
    expect((await ready(server)).report.status).toBe('ready');
  });
});

describeWithRedis('a Redis that is gone', () => {
  it('leaves the server ready, degraded, until it is back', async () => {
    await using redis = await startRedis();
    await using server = await startServer({ env: { REDIS_URL: redis.url } });
    const state = async () => {
      const { response, report } = await ready(server);
      const reachable = await metric(server, 'cache_backend_reachable', { backend: 'redis' });
      return [response.status, report.status, report.checks.cache.status, reachable];
    };
    await expect.poll(state, { timeout: 20_000 }).toEqual([200, 'ready', 'ok', 1]);
    await redis.kill9();
    await expect.poll(state, { timeout: 20_000 }).toEqual([200, 'degraded', 'degraded', 0]);
    const again = await startRedis({ port: redis.port });
    await expect.poll(state, { timeout: 20_000 }).toEqual([200, 'ready', 'ok', 1]);
    await again[Symbol.asyncDispose]();
  });
});
