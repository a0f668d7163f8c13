import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CacheStatus } from '#lib/cache/cache-status.ts';
import type { CategoryCounts, Sound } from '#lib/sounds/sound.ts';
import { expectProblem, listed, multipart, sendJson, uploaded } from './support/client.ts';
import { noiseWav } from './support/recordings.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let serial = 0;
/** No two alike. */
const fresh = () => noiseWav(10_000 + 2 * (serial += 1));

async function cacheOf(name: string, of = server): Promise<CacheStatus['caches'][number]> {
  const response = await fetch(`${of.url}/api/cache/status`);
  expect(response.status).toBe(200);
  const { caches } = (await response.json()) as CacheStatus;
  const found = caches.find(cache => cache.name === name);
  expect(found, `${name} among ${caches.map(cache => cache.name).join()}`).toBeDefined();
  return found!;
}

describe('a list', () => {
  it('is computed once and then answered from the cache, with the same entity tag', async () => {
    await uploaded(server, { bytes: fresh() });
    const address = `${server.url}/api/sounds/effects?limit=7`;
    const first = await fetch(address);
    const before = await cacheOf('sounds.list');
    const second = await fetch(address);
    expect(await second.text()).toBe(await first.text());
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    const after = await cacheOf('sounds.list');
    expect(after).toMatchObject({ hits: before.hits + 1, misses: before.misses, sets: before.sets });
    const third = await fetch(address, { headers: { 'if-none-match': first.headers.get('etag')! } });
    expect(third.status).toBe(304);
    expect(await third.text()).toBe('');
  });

  it('is told from another by what is asked, whatever the order in which it is asked', async () => {
    const before = await cacheOf('sounds.list');
    const ask = (query: string) => listed(server, 'effects', query);
    await ask('?limit=9&sort=name');
    await ask('?sort=name&limit=9');
    expect(await cacheOf('sounds.list')).toMatchObject({ misses: before.misses + 1, hits: before.hits + 1 });
    await ask('?limit=9&sort=name&q=1');
    await ask('?limit=9&sort=name&tag=1');
    await ask('?limit=9&sort=name&page=2');
    expect(await cacheOf('sounds.list')).toMatchObject({ misses: before.misses + 4 });
  });

  it('that nobody has asked for is computed once for two hundred who ask at the same time', async () => {
    const before = await cacheOf('sounds.list');
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () => (await fetch(`${server.url}/api/sounds/background?limit=13`)).text()),
    );
    expect(new Set(answers).size).toBe(1);
    expect((await cacheOf('sounds.list')).sets).toBe(before.sets + 1);
  });

  it('that cannot be is refused each time, and not held', async () => {
    const before = await cacheOf('sounds.list');
    for (let n = 0; n < 2; n += 1) {
      const response = await fetch(`${server.url}/api/sounds/effects?cursor=nonsense`);
      await expectProblem(response, 400, 'request.invalid');
    }
    const after = await cacheOf('sounds.list');
    expect(after).toMatchObject({ sets: before.sets, entries: before.entries, failures: before.failures + 2 });
  });
});

describe('whoever writes', () => {
  const addressOf = (sound: Sound) => `${server.url}/api/sounds/${sound.kind}/${sound.id}`;
  /** Everything that tells of a sound. */
  async function shown(id: string) {
    const [list, one, categories, start, page] = await Promise.all([
      listed(server, 'effects', '?limit=200'),
      fetch(`${server.url}/api/sounds/effects/${id}`),
      fetch(`${server.url}/api/sounds/categories`),
      fetch(server.url),
      fetch(`${server.url}/sounds/effects`),
    ]);
    return {
      listed: list.items.find(item => item.id === id),
      total: list.total,
      one: one.status === 200 ? ((await one.json()) as Sound) : one.status,
      categories: ((await categories.json()) as CategoryCounts).categories.map(({ name, count }) => `${name} ${count}`),
      start: await start.text(),
      page: await page.text(),
    };
  }

  it('reads what was written, everywhere, from the next request on', { timeout: 120_000 }, async () => {
    const { total } = await shown('nothing');
    const made = await uploaded(server, { bytes: fresh(), fields: { name: 'Harbour bell', category: 'Bells' } });
    const created = await shown(made.id);
    expect(created).toMatchObject({ listed: made, one: made, total: total + 1 });
    expect(created.categories).toContain('Bells 1');
    expect(created.start).toContain('Harbour bell');
    expect(created.page).toContain('Harbour bell');

    const patched = await sendJson(server, 'PATCH', `/api/sounds/effects/${made.id}`, {
      name: 'Church bell',
      category: 'Churches',
    });
    expect(patched.status).toBe(200);
    const changed = await shown(made.id);
    expect(changed.listed).toMatchObject({ name: 'Church bell' });
    expect(changed.one).toEqual(changed.listed);
    expect(changed.categories).toContain('Churches 1');
    expect(changed.categories).not.toContain('Bells 1');
    expect(changed.start).toContain('Church bell');
    expect(changed.page).toContain('Church bell');
    expect(changed.page).not.toContain('Harbour bell');

    const form = multipart([{ name: 'audio_file', filename: 'other.wav', content: fresh() }]);
    const replaced = await fetch(`${addressOf(made)}/audio`, { method: 'PUT', body: form.body, headers: form.headers });
    expect(replaced.status).toBe(200);
    const other = await shown(made.id);
    expect(other.one).toEqual(await replaced.json());
    expect((other.one as Sound).sha256).not.toBe(made.sha256);
    expect(other.listed).toEqual(other.one);

    const deleted = await fetch(addressOf(made), { method: 'DELETE' });
    expect(deleted.status).toBe(204);
    const gone = await shown(made.id);
    expect(gone).toMatchObject({ listed: undefined, one: 404, total });
    expect(gone.categories).not.toContain('Churches 1');
    expect(gone.page).not.toContain('Church bell');

    const restored = await fetch(`${addressOf(made)}/restore`, { method: 'POST' });
    expect(restored.status).toBe(200);
    const back = await shown(made.id);
    expect(back.one).toEqual(await restored.json());
    expect(back.listed).toEqual(back.one);
    expect(back.categories).toContain('Churches 1');
  });

  it('and fails to, leaves what is held', async () => {
    const made = await uploaded(server, { bytes: fresh() });
    await listed(server, 'effects', '?limit=11');
    const before = await cacheOf('sounds.list');
    const refused = await sendJson(server, 'PATCH', `/api/sounds/effects/${made.id}`, { volume: 'loud' });
    expect(refused.status).toBe(422);
    await listed(server, 'effects', '?limit=11');
    expect(await cacheOf('sounds.list')).toMatchObject({ hits: before.hits + 1, misses: before.misses });
  });
});

describe('an operator', () => {
  it('sees what is held, and lets go of a tag or of everything', async () => {
    const sound = await uploaded(server, { bytes: fresh() });
    const fill = async () => {
      await listed(server, 'effects');
      await listed(server, 'background');
      await fetch(`${server.url}/api/sounds/effects/${sound.id}`);
      await fetch(`${server.url}/api/sounds/categories`);
      await fetch(`${server.url}/api/sounds/lengths`);
      await (await fetch(server.url)).text();
    };
    await fill();
    const status = (await (await fetch(`${server.url}/api/cache/status`)).json()) as CacheStatus;
    const caches = status.caches.filter(({ backend }) => backend !== 'disk');
    expect(caches.map(cache => cache.name)).toEqual([
      'sounds.categories',
      'sounds.lengths',
      'sounds.list',
      'sounds.one',
      'start',
    ]);
    for (const cache of caches) {
      expect(cache.entries, cache.name).toBeGreaterThan(0);
      expect(cache.bytes, cache.name).toBeGreaterThan(cache.entries * 100);
      expect(cache).toMatchObject({ max_entries: 1000, max_bytes: 67_108_864, ttl: 300, backend: 'memory' });
    }

    const one = await cacheOf('sounds.one');
    const dropped = await fetch(`${server.url}/api/cache?tag=sound:effects:${sound.id}`, { method: 'DELETE' });
    expect(await dropped.json()).toEqual({ dropped: 1 });
    expect((await cacheOf('sounds.one')).entries).toBe(one.entries - 1);
    expect((await cacheOf('sounds.list')).entries).toBeGreaterThan(0);

    const cleared = await fetch(`${server.url}/api/cache`, { method: 'DELETE' });
    expect(((await cleared.json()) as { dropped: number }).dropped).toBeGreaterThan(4);
    for (const { name } of caches) expect(await cacheOf(name)).toMatchObject({ entries: 0, bytes: 0 });
    await fill();
    expect((await cacheOf('start')).entries).toBe(1);
  });

  it('is told which parameter is wrong', async () => {
    const empty = await fetch(`${server.url}/api/cache?tag=`, { method: 'DELETE' });
    expect((await expectProblem(empty, 400, 'request.invalid')).errors?.[0]?.path).toBe('tag');
    const unknown = await fetch(`${server.url}/api/cache?tags=a`, { method: 'DELETE' });
    expect((await expectProblem(unknown, 400, 'request.invalid')).errors?.[0]?.path).toBe('tags');
  });

  it('bounds the cache by entries and by bytes', async () => {
    await using small = await startServer({ env: { CACHE_MAX_SIZE: '5', CACHE_MAX_BYTES: '65536' } });
    for (let limit = 1; limit <= 30; limit += 1) await listed(small, 'effects', `?limit=${limit}`);
    expect(await cacheOf('sounds.list', small)).toMatchObject({ entries: 5, max_entries: 5, sets: 30, evictions: 25 });
    for (let n = 0; n < 60; n += 1) await uploaded(small, { bytes: fresh(), fields: { name: 'n'.repeat(200) } });
    for (const limit of [50, 51, 52, 53, 54]) await listed(small, 'effects', `?limit=${limit}`);
    const cache = await cacheOf('sounds.list', small);
    expect(cache.bytes).toBeLessThanOrEqual(65_536);
    expect(cache.entries).toBeLessThan(3);
  });

  it('says how long an answer is fresh: an older one is given at once, and refreshed', async () => {
    await using hasty = await startServer({ env: { CACHE_TTL: '1' } });
    await listed(hasty, 'effects');
    await expect
      .poll(
        async () => {
          await listed(hasty, 'effects');
          return (await cacheOf('sounds.list', hasty)).stale_hits;
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0);
    await expect.poll(async () => (await cacheOf('sounds.list', hasty)).sets, { timeout: 10_000 }).toBeGreaterThan(1);
    expect((await cacheOf('sounds.list', hasty)).misses).toBe(1);
  });
});

describe('what others may keep', () => {
  const control = async (path: string, init: RequestInit = {}, of = server) => {
    const response = await fetch(`${of.url}${path}`, init);
    await response.body?.cancel();
    return response.headers.get('cache-control');
  };

  it('is said of every answer', async () => {
    const sound = await uploaded(server, { bytes: fresh() });
    const { id, audio_url, waveform_url } = sound;
    expect(await control(audio_url)).toBe('public, max-age=31536000, immutable');
    expect(await control(waveform_url)).toBe('public, max-age=31536000, immutable');
    expect(await control(`/api/sounds/effects/${id}/audio`)).toBe('private, no-cache');
    expect(await control('/api/sounds/effects')).toBe('private, no-cache');
    expect(await control(`/api/sounds/effects/${id}`)).toBe('private, no-cache');
    expect(await control('/api/sounds/categories')).toBe('private, no-cache');
    expect(await control('/api/openapi.json')).toBe('public, max-age=300, stale-while-revalidate=86400');
    expect(await control('/api/cache/status')).toBe('private, no-store');
    expect(await control('/api/health')).toBe('private, no-store');
    expect(await control('/api/sounds/effects/nothing')).toBe('no-store');
    expect(await control('/')).toContain('no-store');
    expect(await control('/sounds/effects')).toContain('no-store');
  });

  it('is nothing that a shared cache could give to someone without a right', async () => {
    const token = 'a-token-of-the-cache-test';
    const headers = { authorization: `Bearer ${token}` };
    await using closed = await startServer({ env: { ACCESS: 'login', ADMIN_TOKEN: token } });
    const form = multipart([{ name: 'audio_file', filename: 'a.wav', content: fresh() }]);
    const answer = await fetch(`${closed.url}/api/sounds/effects`, {
      method: 'POST',
      body: form.body,
      headers: { ...form.headers, ...headers },
    });
    const { audio_url, waveform_url } = (await answer.json()) as Sound;
    expect(await control(audio_url, { headers }, closed)).toBe('private, max-age=31536000, immutable');
    for (const path of [waveform_url, '/api/sounds/effects', '/api/openapi.json', '/api/cache/status']) {
      expect(await control(path, { headers }, closed), path).toMatch(/^private,/);
      expect(await control(path, {}, closed), path).toBe('no-store');
    }
  });
});
