import { expect, it } from 'vitest';
import type { MemoryReport, OptimiseReport } from '#lib/memory/memory-report.ts';
import { listed, sendJson, uploaded } from './support/client.ts';
import { noiseWav } from './support/recordings.ts';
import { startServer, type TestServer } from './support/server.ts';

const long = process.env['TEST_LONG'] === '1';
const MINUTES = long ? 10 : 1;
const MIB = 1024 * 1024;
const WORKERS = 4;

/** What people and programs do all day, without an end. */
async function work(server: TestServer, worker: number, goesOn: () => boolean): Promise<number> {
  let requests = 0;
  const get = async (address: string) => {
    const response = await fetch(server.url + address);
    await response.arrayBuffer();
    expect(response.status, address).toBeLessThan(400);
    requests += 1;
  };
  for (let round = 0; goesOn(); round += 1) {
    const sound = await uploaded(server, { bytes: noiseWav(40_000 + 2 * (round * WORKERS + worker)) });
    const address = `/api/sounds/effects/${sound.id}`;
    await get('/');
    await get('/sounds/effects');
    await listed(server, 'effects', `?limit=50&q=${round % 7}`);
    await get(address);
    await get(sound.audio_url);
    await get(`${address}/peaks`);
    await sendJson(server, 'PATCH', address, { name: `Round ${round}`, tags: [`t${round % 20}`] });
    await get('/api/sounds/categories');
    await get('/metrics');
    await get('/api/cache/status');
    // A library that grows for ever would be a reason for memory to grow.
    const removed = await fetch(server.url + address, { method: 'DELETE' });
    expect(removed.status).toBe(204);
    requests += 5;
  }
  return requests;
}

it(
  `${MINUTES} minutes of mixed load leave nothing behind in memory, and the monitor is silent`,
  { timeout: (MINUTES * 60 + 240) * 1000 },
  async () => {
    await using server = await startServer({ env: { MEMORY_CHECK_INTERVAL: '1', LOG_LEVEL: 'warn' } });
    const report = async () => (await (await fetch(`${server.url}/api/admin/memory`)).json()) as MemoryReport;
    /** The heap that is left when everything was collected. */
    const liveHeap = async () => {
      let answer: OptimiseReport | undefined;
      await expect
        .poll(
          async () => {
            const response = await fetch(`${server.url}/api/admin/optimize-memory`, { method: 'POST' });
            if (response.status === 200) answer = (await response.json()) as OptimiseReport;
            return response.status;
          },
          { timeout: 30_000, interval: 500 },
        )
        .toBe(200);
      return answer!.after.heap_used / MIB;
    };
    const load = async (milliseconds: number) => {
      const end = performance.now() + milliseconds;
      const counts = await Promise.all(
        Array.from({ length: WORKERS }, (_, worker) => work(server, worker, () => performance.now() < end)),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    };
    // Modules, compiled code and pools come with the first requests.
    await load(MINUTES * 20_000);
    const before = await liveHeap();
    const requests = await load(MINUTES * 40_000);
    const after = await liveHeap();
    expect(requests).toBeGreaterThan(100);
    expect(after - before, `MiB after ${requests} requests, from ${before.toFixed(1)}`).toBeLessThan(8);
    const { leak, pressure } = await report();
    expect(leak.verdict).not.toBe('leaking');
    expect(leak.episodes).toEqual([]);
    expect(pressure.level).toBe('calm');
  },
);
