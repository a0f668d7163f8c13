import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import {
  lengthCounts,
  MAX_CHANGED_AT_ONCE,
  MAX_SOUND_SECONDS,
  soundsChanged,
  type LengthBucket,
  type Sound,
  type SoundsChanged,
} from '#lib/sounds/sound.ts';
import { expectProblem, listed, namedFields, sendJson, uploaded } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let serial = 0;
async function added(fields: Record<string, string> = {}, seconds = 0.05): Promise<Sound> {
  const frequency = 200 + (serial += 7);
  const signal = (time: number) => 0.5 * Math.sin(2 * Math.PI * frequency * time);
  return uploaded(server, { bytes: await makeAudio({ format: 'wav', seconds, channels: 1, signal }), fields });
}
const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });

describe('a filter of several categories', () => {
  beforeAll(async () => {
    for (const [id, category, tags] of [
      ['hail', 'Weather', 'cold'],
      ['gale', 'Weather', 'loud'],
      ['latch', 'Doors', 'cold'],
      ['bell', 'Town, old', 'loud'],
      ['plain', '', 'cold'],
    ] as const) {
      await added({ id, name: id, category, tags });
    }
  });
  const ids = async (query: string) =>
    (await listed(server, 'effects', `?sort=oldest&${query}`)).items.map(({ id }) => id);

  it('finds the sounds of any of them, each once', async () => {
    expect(await ids('category=Weather&category=Doors')).toEqual(['hail', 'gale', 'latch']);
    expect(await ids('category=Weather&category=Weather')).toEqual(['hail', 'gale']);
    expect(await ids('category=Weather&category=Nothing')).toEqual(['hail', 'gale']);
    expect(await ids('category=Town%2C+old&category=Doors')).toEqual(['latch', 'bell']);
    expect(await ids('category=Nothing&category=Nor+this')).toEqual([]);
  });

  it('meets tags, of which all must be there, and a search', async () => {
    expect(await ids('category=Weather&category=Doors&tag=cold')).toEqual(['hail', 'latch']);
    expect(await ids('category=Weather&category=Doors&tag=cold&q=lat')).toEqual(['latch']);
  });

  it('is followed by cursors that know the same filter in any order', async () => {
    const first = await listed(server, 'effects', '?category=Doors&category=Weather&sort=name&limit=2');
    expect(first).toMatchObject({ total: 3, total_exact: true, has_more: true });
    const cursor = encodeURIComponent(first.next_cursor!);
    const second = await listed(
      server,
      'effects',
      `?category=Weather&category=Doors&sort=name&limit=2&cursor=${cursor}`,
    );
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['gale', 'hail', 'latch']);
    const other = await get(`/api/sounds/effects?category=Weather&sort=name&cursor=${cursor}`);
    expect(namedFields(await expectProblem(other, 400, 'request.invalid'))).toEqual(['cursor']);
  });

  it('names 32 at most', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `category=c${n}`).join('&');
    expect((await listed(server, 'effects', `?${many(32)}`)).items).toEqual([]);
    const problem = await expectProblem(await get(`/api/sounds/effects?${many(33)}`), 400, 'request.invalid');
    expect(problem.errors).toEqual([{ path: 'category', message: 'must be at most 32 categories' }]);
  });
});

describe('the histogram of lengths', () => {
  const read = async (query = '') =>
    lengthCounts.parse(await (await get(`/api/sounds/lengths${query}`)).json()).lengths;
  const at = (lengths: readonly LengthBucket[], seconds: number) =>
    lengths.find(({ from, to }) => from <= seconds && seconds < to)!.count;

  it('counts every sound once, in buckets without gaps up to the longest that is taken', async () => {
    const lengths = await read('?kind=effects');
    expect(lengths.reduce((sum, { count }) => sum + count, 0)).toBe((await listed(server, 'effects')).total);
    expect(lengths[0]!.from).toBe(0);
    for (const [i, { to }] of lengths.entries()) expect(to).toBe(lengths[i + 1]?.from ?? MAX_SOUND_SECONDS);
    const both = await read();
    expect(both.filter(({ kind }) => kind === 'effects')).toEqual(lengths);
    expect(both.filter(({ kind }) => kind === 'background').every(({ count }) => count === 0)).toBe(true);
  });

  it('follows what is uploaded, deleted and brought back', async () => {
    const before = at(await read('?kind=effects'), 1.2);
    const { id } = await added({ id: 'over-a-second' }, 1.2);
    expect(at(await read('?kind=effects'), 1.2)).toBe(before + 1);
    await fetch(`${server.url}/api/sounds/effects/${id}`, { method: 'DELETE' });
    expect(at(await read('?kind=effects'), 1.2)).toBe(before);
    await fetch(`${server.url}/api/sounds/effects/${id}/restore`, { method: 'POST' });
    expect(at(await read('?kind=effects'), 1.2)).toBe(before + 1);
  });

  it('is not sent again while it is the same', async () => {
    const etag = (await get('/api/sounds/lengths?kind=effects')).headers.get('etag')!;
    expect((await get('/api/sounds/lengths?kind=effects', { 'if-none-match': etag })).status).toBe(304);
    expect(namedFields(await expectProblem(await get('/api/sounds/lengths?kind=x'), 400, 'request.invalid'))).toEqual([
      'kind',
    ]);
  });

  it('leaves the id lengths to sounds', async () => {
    expect((await added({ id: 'lengths' })).id).toBe('lengths');
    expect((await get('/api/sounds/effects/lengths')).status).toBe(200);
  });
});

describe('a change to several sounds', () => {
  const change = async (wish: object): Promise<SoundsChanged> => {
    const response = await sendJson(server, 'PATCH', '/api/sounds/effects', wish);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toContain('no-store');
    return soundsChanged.parse(await response.json());
  };
  const read = async (id: string) => (await (await get(`/api/sounds/effects/${id}`)).json()) as Sound;

  it('sets a category and adds tags, and answers what was before and what is now', async () => {
    await added({ id: 'm1', category: 'Old', tags: 'a' });
    await added({ id: 'm2', tags: 'b,c' });
    const { changed, failed } = await change({
      ids: ['m1', 'missing', 'm2', 'm1'],
      category: 'New',
      add_tags: ['C', 'd'],
      remove_tags: ['a'],
    });
    expect(changed.map(({ id, before }) => [id, before])).toEqual([
      ['m1', { category: 'Old', tags: ['a'] }],
      ['m2', { category: null, tags: ['b', 'c'] }],
    ]);
    expect(changed.map(({ sound }) => sound)).toEqual([await read('m1'), await read('m2')]);
    expect(await read('m1')).toMatchObject({ category: 'New', tags: ['c', 'd'] });
    expect(await read('m2')).toMatchObject({ category: 'New', tags: ['b', 'c', 'd'] });
    expect(failed).toEqual([
      { id: 'missing', code: 'sound.not_found', detail: expect.stringContaining('missing') as string },
    ]);
    expect((await listed(server, 'effects', '?category=New&tag=d')).total).toBe(2);
  });

  it('deletes, frees ids, and brings back those whose id is still free', async () => {
    for (const id of ['gone1', 'gone2']) await added({ id, category: 'Gone' });
    expect((await change({ ids: ['gone1', 'gone2'], deleted: true })).changed.map(({ sound }) => sound)).toEqual([
      null,
      null,
    ]);
    expect((await get('/api/sounds/effects/gone1')).status).toBe(404);
    await added({ id: 'gone2' });
    const { changed, failed } = await change({ ids: ['gone1', 'gone2'], deleted: false });
    expect(changed.map(({ id }) => id)).toEqual(['gone1']);
    expect(failed.map(({ id, code }) => [id, code])).toEqual([['gone2', 'sound.id_taken']]);
    expect(await read('gone1')).toMatchObject({ category: 'Gone' });
  });

  it.each<[string, object, string]>([
    ['no ids', { ids: [], category: 'x' }, 'ids'],
    ['too many ids', { ids: Array.from({ length: MAX_CHANGED_AT_ONCE + 1 }, (_, n) => `s${n}`), category: 'x' }, 'ids'],
    ['an id that is none', { ids: ['../x'], category: 'x' }, 'ids.0'],
    ['no change', { ids: ['m1'] }, ''],
    ['a deletion with something else', { ids: ['m1'], deleted: true, category: 'x' }, 'deleted'],
    ['a field that is not changed this way', { ids: ['m1'], category: 'x', volume: 1 }, 'volume'],
    ['a tag with a comma', { ids: ['m1'], add_tags: ['a,b'] }, 'add_tags.0'],
    ['a category that is too long', { ids: ['m1'], category: 'x'.repeat(65) }, 'category'],
  ])('is refused as a whole with %s', async (_name, wish, path) => {
    const response = await sendJson(server, 'PATCH', '/api/sounds/effects', wish);
    expect(namedFields(await expectProblem(response, 422, 'sound.invalid'))).toEqual([path]);
  });
});
