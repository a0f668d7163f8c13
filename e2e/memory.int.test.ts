import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import { memoryReport, optimiseReport } from '#lib/memory/memory-report.ts';
import { upload } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';

const TOKEN = 'a-token-for-the-memory-test';
const admin = { authorization: `Bearer ${TOKEN}` };

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { ACCESS: 'login', ADMIN_TOKEN: TOKEN, MEMORY_CHECK_INTERVAL: '1' } });
});
afterAll(() => server.stop());

const report = async (query = '') => {
  const response = await fetch(`${server.url}/api/admin/memory${query}`, { headers: admin });
  expect(response.status).toBe(200);
  return memoryReport.parse(await response.json());
};

describe('the memory of a running server', () => {
  it('is watched from the start on: levels, limits, collections and history', async () => {
    // Collections come with work.
    await expect
      .poll(
        async () => {
          for (let i = 0; i < 20; i += 1)
            await (await fetch(`${server.url}/api/openapi.json`, { headers: admin })).text();
          return (await report()).collections.minor.count;
        },
        { timeout: 30_000 },
      )
      .toBeGreaterThan(0);
    const { now, peak, limit, pressure, heap_spaces, leak, history } = await report('?hours=24&points=1440');
    expect(now.rss).toBeGreaterThan(20_000_000);
    expect(peak.rss).toBeGreaterThanOrEqual(now.rss);
    expect(limit.bytes).toBeGreaterThan(now.rss);
    expect(pressure).toMatchObject({ level: 'calm' });
    expect(heap_spaces.map(({ name }) => name)).toContain('old_space');
    expect(leak).toMatchObject({ verdict: 'learning', threshold: 1_000_000, episodes: [] });
    expect(history.length).toBeGreaterThan(0);
    expect(history.at(-1)!.rss).toBeGreaterThan(20_000_000);
  });

  it('is given back on request, with measured numbers, and once in ten seconds', async () => {
    // So that there is something to end: a thread that has just measured a sound.
    const bytes = await makeAudio({ format: 'wav', seconds: 1 });
    expect((await upload(server, { bytes, headers: admin })).status).toBe(201);

    const optimise = () => fetch(`${server.url}/api/admin/optimize-memory`, { method: 'POST', headers: admin });
    const [one, other] = await Promise.all([optimise(), optimise()]);
    const [done, refused] = one.status === 200 ? [one, other] : [other, one];
    const answer = optimiseReport.parse(await done.json());
    expect(answer.freed_bytes).toBe(answer.before.rss - answer.after.rss);
    expect(answer.actions.map(({ name, failed }) => [name, failed])).toEqual([
      ['cold_cache_entries', false],
      ['idle_workers', false],
      ['orphaned_files', false],
      ['garbage', false],
    ]);
    expect(answer.actions[1]!.count).toBeGreaterThanOrEqual(1);
    expect(answer.after.heap_used).toBeLessThanOrEqual(answer.before.heap_used);
    expect(answer.longest_pause_ms).toBeGreaterThan(0);

    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(10);
    expect(await refused.json()).toMatchObject({ code: 'memory.too_soon' });
    const again = await optimise();
    expect(again.status).toBe(429);
    expect((await report()).optimised).toEqual(answer);
  });

  it('is written down by a command, into a file of the server that only its owner may read', async () => {
    const run = (env: NodeJS.ProcessEnv) =>
      promisify(execFile)(process.execPath, ['scripts/heap-snapshot.ts', '--url', server.url], { env });
    const { stdout } = await run({ ...process.env, ADMIN_TOKEN: TOKEN });
    const folder = path.join(server.dataDir, 'heap-snapshots');
    const [name, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(stdout).toContain(name);
    const file = await stat(path.join(folder, name!));
    expect(file.mode & 0o777).toBe(0o600);
    expect(file.size).toBeGreaterThan(1_000_000);
    await expect(run({ ...process.env, ADMIN_TOKEN: 'a-wrong-token-of-some-length' })).rejects.toMatchObject({
      code: 1,
    });
  });

  it.each([
    ['GET', '/api/admin/memory'],
    ['POST', '/api/admin/optimize-memory'],
    ['POST', '/api/admin/heap-snapshot'],
  ])('is nobody else’s: %s %s asks for a login', async (method, address) => {
    const response = await fetch(`${server.url}${address}`, { method });
    expect(response.status).toBe(401);
  });
});
