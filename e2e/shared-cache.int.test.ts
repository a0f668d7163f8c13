import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { CacheStatus } from '#lib/cache/cache-status.ts';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import type { Sound } from '#lib/sounds/sound.ts';
import { listed, sendJson, uploaded } from './support/client.ts';
import { describeWithRedis } from './support/describe-with-redis.ts';
import { startRedis, type TestRedis } from './support/redis.ts';
import { startServer, type TestServer } from './support/server.ts';

const ROUNDS = 200;

describeWithRedis('two servers on one data folder and one Redis', () => {
  let redis: TestRedis;
  let servers: [TestServer, TestServer];
  const started = new AsyncDisposableStack();
  beforeAll(async () => {
    redis = await startRedis();
    started.defer(() => redis[Symbol.asyncDispose]());
    const dataDir = await mkdtemp(path.join(tmpdir(), 'talk2me-shared-'));
    started.defer(() => rm(dataDir, { recursive: true }));
    const start = async () => started.use(await startServer({ dataDir, env: { REDIS_URL: redis.url } }));
    servers = [await start(), await start()];
  });
  afterAll(() => started.disposeAsync());

  let serial = 0;
  const add = async (server: TestServer, name: string) => {
    const frequency = 200 + (serial += 7);
    const signal = (time: number) => 0.5 * Math.sin(2 * Math.PI * frequency * time);
    const bytes = await makeAudio({ format: 'wav', seconds: 0.05, channels: 1, signal });
    return uploaded(server, { bytes, fields: { name } });
  };
  const addressOf = ({ kind, id }: Sound) => `/api/sounds/${kind}/${id}`;
  const namesAt = async (server: TestServer) => (await listed(server, 'effects', '?limit=200')).items.map(s => s.name);
  const readsOf = async (server: TestServer) => {
    const status = (await (await fetch(`${server.url}/api/cache/status`)).json()) as CacheStatus;
    // Speech and recordings are on the disk of the folder, whatever holds the answers.
    return status.caches.filter(({ backend }) => backend !== 'disk');
  };

  it('say that their cache is in Redis, and read what the other has computed', async () => {
    await add(servers[0], 'heard by both');
    // A start does not wait for Redis.
    await vi.waitUntil(async () => {
      for (const server of servers) await namesAt(server);
      const [, other] = await Promise.all(servers.map(readsOf));
      return other!.some(({ name, hits }) => name === 'sounds.list' && hits > 0);
    });
    for (const server of servers) {
      const reads = await readsOf(server);
      expect(reads.length).toBeGreaterThan(0);
      expect(new Set(reads.map(({ backend }) => backend))).toEqual(new Set(['redis']));
    }
  });

  it(`${ROUNDS} times, one changes the library and the other shows it at once`, async () => {
    let sound = await add(servers[0], 'round 0');
    for (let round = 1; round <= ROUNDS; round += 1) {
      const [writer, reader] = round % 2 === 0 ? servers : [servers[1], servers[0]];
      const name = `round ${round}`;
      // What the reader holds is from before the change.
      expect(await namesAt(reader)).toContain(sound.name);
      expect(((await (await fetch(reader.url + addressOf(sound))).json()) as Sound).name).toBe(sound.name);

      if (round % 5 === 0) {
        expect((await fetch(writer.url + addressOf(sound), { method: 'DELETE' })).status).toBe(204);
        expect(await namesAt(reader)).not.toContain(sound.name);
        expect((await fetch(reader.url + addressOf(sound))).status).toBe(404);
        sound = await add(writer, name);
      } else {
        expect((await sendJson(writer, 'PATCH', addressOf(sound), { name })).status).toBe(200);
        sound = { ...sound, name };
      }
      const seen = await fetch(reader.url + addressOf(sound));
      expect(((await seen.json()) as Sound).name).toBe(name);
      expect((await namesAt(reader)).filter(other => other.startsWith('round'))).toEqual([name]);
    }
    const hits = (await Promise.all(servers.map(readsOf))).flat().reduce((sum, read) => sum + read.hits, 0);
    expect(hits).toBeGreaterThan(ROUNDS / 2);
  });

  it('answer on while Redis is killed, show each other what changes, and use the next one by themselves', async () => {
    const sound = await add(servers[0], 'killed 0');
    const statuses = new Map<number, number>();
    let running = true;
    const load = servers.flatMap(server =>
      Array.from({ length: 4 }, async () => {
        while (running) {
          const response = await fetch(`${server.url}/api/sounds/effects?limit=200`);
          await response.text();
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        }
      }),
    );
    const answered = () => statuses.get(200) ?? 0;
    const told = (server: TestServer) =>
      server.logs().flatMap(({ backend, level }) => (backend === 'redis' ? [String(level)] : []));
    const outages = (server: TestServer) => told(server).filter(level => level === 'warn').length;
    await vi.waitUntil(() => answered() > 100, { timeout: 20_000 });
    const before = servers.map(outages);
    // Which is `kill -9`, and removes its folder.
    await redis[Symbol.asyncDispose]();
    for (let round = 1; round <= 40; round += 1) {
      const [writer, reader] = round % 2 === 0 ? servers : [servers[1], servers[0]];
      const name = `killed ${round}`;
      expect((await sendJson(writer, 'PATCH', addressOf(sound), { name })).status).toBe(200);
      expect(await namesAt(reader)).toContain(name);
    }
    for (const [i, server] of servers.entries()) {
      expect(told(server).at(-1)).toBe('warn');
      expect(outages(server)).toBeLessThanOrEqual(before[i]! + 1);
    }

    redis = await startRedis({ port: redis.port });
    await vi.waitUntil(() => servers.every(server => told(server).at(-1) === 'info'), { timeout: 30_000 });
    await vi.waitUntil(async () => (await readsOf(servers[0])).some(({ entries }) => entries > 0));
    for (const [i, writer] of servers.entries()) {
      const name = `back ${i}`;
      expect((await sendJson(writer, 'PATCH', addressOf(sound), { name })).status).toBe(200);
      for (const reader of servers) expect(await namesAt(reader)).toContain(name);
    }
    running = false;
    await Promise.all(load);
    expect([...statuses.keys()]).toEqual([200]);
  });
});
