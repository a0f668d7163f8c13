import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import { categoryCounts, soundList, type Sound } from '#lib/sounds/sound.ts';
import {
  expectProblem,
  listed,
  namedFields,
  rawRequest,
  sendJson,
  sha256,
  upload,
  uploaded,
  type UploadInput,
} from './support/client.ts';
import { contentsOf, expectNothingHalfDone } from './support/data-folder.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

let serial = 0;
function fresh(seconds = 0.05): Promise<Uint8Array<ArrayBuffer>> {
  const frequency = 200 + (serial += 7);
  const signal = (time: number) => 0.5 * Math.sin(2 * Math.PI * frequency * time);
  return makeAudio({ format: 'wav', seconds, channels: 1, signal });
}

async function added(input: Omit<UploadInput, 'bytes'> & { seconds?: number } = {}): Promise<Sound> {
  return uploaded(server, { bytes: await fresh(input.seconds), ...input });
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });
const addressOf = ({ kind, id }: Sound) => `/api/sounds/${kind}/${id}`;

describe('a list', () => {
  const NAMES = ['Alder', 'birch', 'Cedar', 'Döner', 'elm', 'Fir 2', 'Fir 10'];
  beforeAll(async () => {
    for (const [i, name] of NAMES.entries()) {
      const fields = {
        id: `tree-${i}`,
        name,
        category: i < 4 ? 'Trees' : 'Woods',
        tags: ['tree', ...(i % 2 === 0 ? ['even'] : []), ...(i % 3 === 0 ? ['third'] : [])].join(','),
      };
      await added({ kind: 'background', fields, seconds: 0.05 * (NAMES.length - i) });
    }
  });
  const names = async (query: string) => (await listed(server, 'background', query)).items.map(item => item.name);

  it('shows the newest first, with its total', async () => {
    const list = await listed(server, 'background');
    expect(soundList.parse(list)).toEqual(list);
    expect(list.items.map(item => item.name)).toEqual([...NAMES].reverse());
    expect(list).toMatchObject({
      total: 7,
      total_exact: true,
      limit: 50,
      page: 1,
      has_more: false,
      next_cursor: null,
    });
  });

  it('is empty and whole for a kind without sounds, a page behind the end, and a filter that nothing meets', async () => {
    const empty = { items: [], has_more: false, next_cursor: null };
    expect(await listed(server, 'background', '?page=9')).toMatchObject({ ...empty, total: 7, page: 9 });
    expect(await listed(server, 'background', '?q=zzz')).toMatchObject({ ...empty, total: 0 });
    expect(await listed(server, 'background', '?tag=none&category=no')).toMatchObject({ ...empty, total: 0 });
  });

  it.each(['newest', 'oldest', 'name', 'length'])(
    'leads through all by page and by cursor alike, by %s',
    async sort => {
      const whole = await names(`?sort=${sort}`);
      expect(new Set(whole).size).toBe(7);
      const paged = [];
      for (let page = 1; page <= 4; page += 1) {
        const list = await listed(server, 'background', `?sort=${sort}&limit=2&page=${page}`);
        expect(list).toMatchObject({ page, limit: 2, total: 7, has_more: page < 4 });
        paged.push(...list.items.map(item => item.name));
      }
      expect(paged).toEqual(whole);
      const walked = [];
      let cursor: string | null = null;
      do {
        const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}&page=99`;
        const list = await listed(server, 'background', `?sort=${sort}&limit=2${query}`);
        if (cursor !== null) expect(list.page).toBeNull();
        expect(list.next_cursor === null).toBe(!list.has_more);
        walked.push(...list.items.map(item => item.name));
        cursor = list.next_cursor;
      } while (cursor !== null);
      expect(walked).toEqual(whole);
    },
  );

  it('sorts by name as people do, by length, and by age', async () => {
    expect(await names('?sort=name')).toEqual(['Alder', 'birch', 'Cedar', 'Döner', 'elm', 'Fir 2', 'Fir 10']);
    expect(await names('?sort=length')).toEqual([...NAMES].reverse());
    expect(await names('?sort=oldest')).toEqual(NAMES);
  });

  it('finds letters anywhere in name, id, tags and category, and beginnings of words with one or two', async () => {
    expect(await names('?q=eda')).toEqual(['Cedar']);
    expect(await names('?q=EDA')).toEqual(['Cedar']);
    expect(await names('?q=doner')).toEqual(['Döner']);
    expect(await names('?q=tree-4')).toEqual(['elm']);
    expect((await names('?q=thir')).sort()).toEqual(['Alder', 'Döner', 'Fir 10']);
    expect((await names('?q=oods')).sort()).toEqual(['Fir 10', 'Fir 2', 'elm']);
    expect((await names('?q=fi')).sort()).toEqual(['Fir 10', 'Fir 2']);
    expect(await names('?q=ed')).toEqual([]);
    expect(await names('?q=cedar+even')).toEqual(['Cedar']);
    expect(await names('?q=cedar+woods')).toEqual([]);
    for (const hostile of ['%22', "'", '*', '%25', '_', 'a%22+OR+1=1--', '%00', 'NEAR(', '%F0%9F%8E%B5', '%ED%A0%80']) {
      expect((await get(`/api/sounds/background?q=${hostile}`)).status, hostile).toBe(200);
    }
  });

  it('filters by category, by all of several tags, and by length, and counts what is left', async () => {
    expect((await listed(server, 'background', '?category=Trees')).total).toBe(4);
    expect((await names('?tag=even')).sort()).toEqual(['Alder', 'Cedar', 'Fir 10', 'elm']);
    expect((await names('?tag=even&tag=third')).sort()).toEqual(['Alder', 'Fir 10']);
    expect(await names('?tag=even&tag=third&category=Woods')).toEqual(['Fir 10']);
    expect((await names('?min_length=0.2&max_length=0.25')).sort()).toEqual(['Cedar', 'Döner']);
    expect(await names('?min_length=0.2&max_length=0.25&q=ced&tag=even')).toEqual(['Cedar']);
  });

  it.each([
    ['colour=red', 'colour'],
    ['constructor=x', 'constructor'],
    ['toString=x&toString=y', 'toString'],
    ['page=0', 'page'],
    ['page=-1', 'page'],
    ['page=1.5', 'page'],
    ['page=one', 'page'],
    ['page=', 'page'],
    ['page=100000001', 'page'],
    ['page=1&page=2', 'page'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=1e2', 'limit'],
    ['sort=loudest', 'sort'],
    ['min_length=-1', 'min_length'],
    ['max_length=long', 'max_length'],
    ['min_length=NaN', 'min_length'],
    [`q=${'q'.repeat(201)}`, 'q'],
    [`category=${'c'.repeat(65)}`, 'category'],
    [`tag=${'t'.repeat(65)}`, 'tag'],
    [Array.from({ length: 33 }, (_, i) => `tag=${i}`).join('&'), 'tag'],
    ['cursor=nonsense', 'cursor'],
    ['cursor=', 'cursor'],
    [`cursor=${'A'.repeat(3000)}`, 'cursor'],
    ['cursor=eyJhIjoxfQ', 'cursor'],
  ])('refuses %s and names the parameter', async (query, name) => {
    const problem = await expectProblem(await get(`/api/sounds/background?${query}`), 400, 'request.invalid');
    expect(namedFields(problem).map(path => path.split('.')[0])).toEqual([name]);
    expect(problem.detail).toContain(name);
  });

  it('refuses a cursor of another list, or an altered one', async () => {
    const cursor = (await listed(server, 'background', '?limit=2')).next_cursor!;
    for (const query of [
      `sort=name&cursor=${cursor}`,
      `q=fir&cursor=${cursor}`,
      `tag=even&cursor=${cursor}`,
      `cursor=${cursor.slice(0, -4)}`,
      `cursor=x${cursor}`,
    ]) {
      const problem = await expectProblem(await get(`/api/sounds/background?${query}`), 400, 'request.invalid');
      expect(namedFields(problem)).toEqual(['cursor']);
    }
    await expectProblem(await get(`/api/sounds/effects?cursor=${cursor}`), 400, 'request.invalid');
  });

  it('goes on with its cursor where sounds came and went meanwhile, without repeating any', async () => {
    const first = await listed(server, 'background', '?limit=3');
    const newcomer = await added({ kind: 'background', fields: { name: 'Newcomer' } });
    await fetch(server.url + addressOf(first.items[2]!), { method: 'DELETE' });
    const rest = await listed(server, 'background', `?limit=50&cursor=${first.next_cursor}`);
    expect(rest.items.map(item => item.name)).toEqual(['Döner', 'Cedar', 'birch', 'Alder']);
    await fetch(server.url + addressOf(newcomer), { method: 'DELETE' });
    expect((await fetch(`${server.url}${addressOf(first.items[2]!)}/restore`, { method: 'POST' })).status).toBe(200);
  });

  it('answers 304 while nothing changes, and anew once something has', async () => {
    const first = await get('/api/sounds/background?sort=name');
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^W\/"/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const again = await get('/api/sounds/background?sort=name', { 'if-none-match': `"other", ${etag}` });
    expect(again.status).toBe(304);
    expect(again.headers.get('etag')).toBe(etag);
    expect(await again.text()).toBe('');
    const sound = await added({ kind: 'background' });
    const changed = await get('/api/sounds/background?sort=name', { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    await fetch(server.url + addressOf(sound), { method: 'DELETE' });
  });

  it('is 404 for a kind that there is not', async () => {
    for (const kind of ['music', 'Effects', 'effects%2F', '..%2Feffects', '__proto__']) {
      await expectProblem(await get(`/api/sounds/${kind}`), 404, 'request.not_found');
    }
  });

  it('comes with the categories and tags in use, of both kinds or of one', async () => {
    const response = await get('/api/sounds/categories?kind=background');
    const counts = categoryCounts.parse(await response.json());
    expect(counts.categories).toEqual([
      { name: 'Trees', kind: 'background', count: 4 },
      { name: 'Woods', kind: 'background', count: 3 },
    ]);
    expect(counts.tags).toEqual([
      { name: 'tree', kind: 'background', count: 7 },
      { name: 'even', kind: 'background', count: 4 },
      { name: 'third', kind: 'background', count: 3 },
    ]);
    const etag = response.headers.get('etag')!;
    expect((await get('/api/sounds/categories?kind=background', { 'if-none-match': etag })).status).toBe(304);
    const effect = await added({ fields: { category: 'Trees', tags: 'wind' } });
    const both = categoryCounts.parse(await (await get('/api/sounds/categories')).json());
    expect(both.categories).toContainEqual({ name: 'Trees', kind: 'effects', count: 1 });
    await fetch(server.url + addressOf(effect), { method: 'DELETE' });
    expect(await (await get('/api/sounds/categories?kind=effects')).json()).toEqual({ categories: [], tags: [] });
    const problem = await expectProblem(await get('/api/sounds/categories?kind=music'), 400, 'request.invalid');
    expect(namedFields(problem)).toEqual(['kind']);
  });
});

describe('one sound', () => {
  it('is read with its ETag, and 304 while it is held', async () => {
    const sound = await added();
    const response = await get(addressOf(sound));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(sound);
    const etag = response.headers.get('etag')!;
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    for (const held of [etag, `"x", ${etag}`, `W/${etag}`, '*']) {
      const again = await get(addressOf(sound), { 'if-none-match': held });
      expect(again.status, held).toBe(304);
      expect(again.headers.get('etag')).toBe(etag);
    }
    expect((await get(addressOf(sound), { 'if-none-match': '"x"' })).status).toBe(200);
    const head = await fetch(server.url + addressOf(sound), { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('etag')).toBe(etag);
  });

  it('is 404 where there is none, whatever the id looks like', async () => {
    await expectProblem(await get('/api/sounds/effects/nothing-here'), 404, 'sound.not_found');
    for (const id of [
      'UPPER',
      '-x',
      'x'.repeat(65),
      '%00',
      'a%2Fb',
      '..%2f..%2fetc',
      '%E2%80%AE',
      'a.b',
      "a'--",
      '%FF',
    ]) {
      const answer = await rawRequest(server, { path: `/api/sounds/effects/${id}`, headers: { host: 'localhost' } });
      expect([400, 404], `${id}: ${answer.text}`).toContain(answer.status);
      expect(answer.text).not.toMatch(/node_modules|at .*\.js/);
    }
    await expectProblem(await get('/api/sounds/effects/nothing-here?x=1'), 400, 'request.invalid');
    for (const [method, path] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/restore'],
      ['GET', '/audio'],
      ['GET', '/peaks'],
      ['GET', '/waveform.webp'],
    ] as const) {
      const init = method === 'PATCH' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
      const response = await fetch(`${server.url}/api/sounds/effects/nothing-here${path}`, { method, ...init });
      await expectProblem(response, 404, 'sound.not_found');
    }
  });
});

describe('a change', () => {
  it('answers the sound as it is now, under a new ETag; null clears', async () => {
    const sound = await added({ fields: { category: 'Doors', tags: 'a,b', volume: '0.5', duration: '2' } });
    const before = (await get(addressOf(sound))).headers.get('etag');
    const patch = { name: ' New  name ', category: null, tags: ['C', 'c', 'd'], volume: null, pause_speech: true };
    const response = await sendJson(server, 'PATCH', addressOf(sound), patch);
    expect(response.status).toBe(200);
    const changed = (await response.json()) as Sound;
    expect(changed).toEqual({
      ...sound,
      name: 'New name',
      category: null,
      tags: ['c', 'd'],
      volume: null,
      pause_speech: true,
      updated_at: changed.updated_at,
    });
    expect(changed.updated_at >= sound.updated_at).toBe(true);
    expect(response.headers.get('etag')).not.toBe(before);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    const read = await get(addressOf(sound));
    expect(await read.json()).toEqual(changed);
    expect(read.headers.get('etag')).toBe(response.headers.get('etag'));
    const cleared = await sendJson(server, 'PATCH', addressOf(sound), {
      tags: null,
      duration: null,
      pause_speech: null,
    });
    expect(await cleared.json()).toMatchObject({ tags: [], duration: null, pause_speech: null, name: 'New name' });
  });

  it.each<[kind: 'effects' | 'background', patch: unknown, fields: string[]]>([
    ['effects', { colour: 'red' }, ['colour']],
    ['effects', { id: 'other' }, ['id']],
    ['effects', { sha256: 'a'.repeat(64) }, ['sha256']],
    ['effects', { loop: true, duck_level: 0.5 }, ['loop', 'duck_level']],
    ['background', { duration: 1, pause_speech: true }, ['duration', 'pause_speech']],
    ['effects', { volume: 5 }, ['volume']],
    ['effects', { volume: '1' }, ['volume']],
    ['effects', { name: null }, ['name']],
    ['effects', { name: '  ' }, ['name']],
    ['effects', { name: 'a\u0000b' }, ['name']],
    ['effects', { name: 'a\ud800b' }, ['name']],
    ['effects', { tags: 'a,b' }, ['tags']],
    ['effects', { tags: ['a', ''] }, ['tags.1']],
    ['effects', { start_at: 9 }, ['start_at']],
    ['effects', { start_at: 0.04, end_at: 0.02 }, ['end_at']],
    ['effects', { fade_in: -1, fade_out: 1e9 }, ['fade_in', 'fade_out']],
    ['effects', [], ['']],
    ['effects', null, ['']],
    ['effects', 'text', ['']],
  ])('of %s is refused by its field: %j', async (kind, patch, fields) => {
    const sound = await added({ kind });
    const problem = await expectProblem(await sendJson(server, 'PATCH', addressOf(sound), patch), 422, 'sound.invalid');
    expect(namedFields(problem).sort()).toEqual([...fields].sort());
    expect(await (await get(addressOf(sound))).json()).toEqual(sound);
  });

  it('does not touch what an object inherits', async () => {
    const sound = await added();
    const headers = { 'content-type': 'application/json' };
    const body = '{"__proto__": {"volume": 1}, "constructor": 1}';
    const response = await fetch(server.url + addressOf(sound), { method: 'PATCH', body, headers });
    expect([200, 422]).toContain(response.status);
    expect(await (await get(addressOf(sound))).json()).toMatchObject({ volume: null });
  });

  it('needs JSON, said to be JSON, in UTF-8, and not too much of it', async () => {
    const address = server.url + addressOf(await added());
    const patch = (body: BodyInit, type?: string) =>
      fetch(address, { method: 'PATCH', body, ...(type === undefined ? {} : { headers: { 'content-type': type } }) });
    for (const body of ['{', '', '{"name": }', 'name=x', '{"name": "x"}}']) {
      await expectProblem(await patch(body, 'application/json'), 400, 'request.malformed');
    }
    await expectProblem(await patch(Uint8Array.of(0x22, 0xff, 0x22), 'application/json'), 400, 'request.malformed');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', undefined]) {
      await expectProblem(await patch('{"name": "x"}', type), 415, 'request.not_json');
    }
    expect((await patch('{"name": "x"}', 'application/json; charset=utf-8')).status).toBe(200);
    expect((await patch('{"name": "y"}', 'application/merge-patch+json')).status).toBe(200);
    const huge = JSON.stringify({ name: 'n'.repeat(1_100_000) });
    await expectProblem(await patch(huge, 'application/json'), 413, 'request.too_large');
  });

  it('is made only to the version that If-Match names', async () => {
    const sound = await added();
    const first = (await get(addressOf(sound))).headers.get('etag')!;
    const change = (name: string, match: string) =>
      sendJson(server, 'PATCH', addressOf(sound), { name }, { 'if-match': match });
    const changed = await change('one', `"x", ${first}`);
    expect(changed.status).toBe(200);
    await expectProblem(await change('two', first), 412, 'sound.precondition_failed');
    await expectProblem(await change('two', `W/${changed.headers.get('etag')}`), 412, 'sound.precondition_failed');
    expect((await change('three', '*')).status).toBe(200);
    const deletion = (match: string) =>
      fetch(server.url + addressOf(sound), { method: 'DELETE', headers: { 'if-match': match } });
    await expectProblem(await deletion(first), 412, 'sound.precondition_failed');
    expect(((await (await get(addressOf(sound))).json()) as Sound).name).toBe('three');
    expect((await deletion((await get(addressOf(sound))).headers.get('etag')!)).status).toBe(204);
  });

  it('wins once where many have the same If-Match at the same time', async () => {
    const sound = await added();
    const match = (await get(addressOf(sound))).headers.get('etag')!;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        sendJson(server, 'PATCH', addressOf(sound), { name: `writer ${i}` }, { 'if-match': match }),
      ),
    );
    expect(answers.map(answer => answer.status).sort()).toEqual([200, ...Array<number>(19).fill(412)]);
    const winner = (await answers.find(answer => answer.status === 200)!.json()) as Sound;
    expect(await (await get(addressOf(sound))).json()).toEqual(winner);
  });
});

describe('a deletion', () => {
  it('hides the sound everywhere and frees its id, until it is restored', async () => {
    const sound = await added({ fields: { id: 'comes-back', category: 'Once' } });
    const total = (await listed(server, 'effects')).total;
    const gone = await fetch(server.url + addressOf(sound), { method: 'DELETE' });
    expect(gone.status).toBe(204);
    expect(await gone.text()).toBe('');
    for (const path of ['', '/audio', '/peaks', '/waveform.webp']) {
      await expectProblem(await get(addressOf(sound) + path), 404, 'sound.not_found');
    }
    await expectProblem(await fetch(server.url + addressOf(sound), { method: 'DELETE' }), 404, 'sound.not_found');
    expect((await listed(server, 'effects')).total).toBe(total - 1);
    expect((await listed(server, 'effects', '?q=comes-back')).total).toBe(0);
    expect((await listed(server, 'effects', '?category=Once')).total).toBe(0);

    const restored = await fetch(`${server.url}${addressOf(sound)}/restore`, { method: 'POST' });
    expect(restored.status).toBe(200);
    const back = (await restored.json()) as Sound;
    expect({ ...back, updated_at: '' }).toEqual({ ...sound, updated_at: '' });
    expect(restored.headers.get('etag')).toBe((await get(addressOf(sound))).headers.get('etag'));
    expect((await listed(server, 'effects', '?category=Once')).total).toBe(1);
    expect(sha256(await (await get(sound.audio_url)).bytes())).toBe(sound.sha256);
    await expectProblem(
      await fetch(`${server.url}${addressOf(sound)}/restore`, { method: 'POST' }),
      409,
      'sound.id_taken',
    );
  });

  it('cannot be undone while another has the id; the newest of several comes back first', async () => {
    const first = await added({ fields: { id: 'contested', name: 'first' } });
    await fetch(server.url + addressOf(first), { method: 'DELETE' });
    const second = await added({ fields: { id: 'contested', name: 'second' } });
    const restore = () => fetch(`${server.url}${addressOf(first)}/restore`, { method: 'POST' });
    await expectProblem(await restore(), 409, 'sound.id_taken');
    await fetch(server.url + addressOf(second), { method: 'DELETE' });
    expect(((await (await restore()).json()) as Sound).name).toBe('second');
  });

  it('keeps the bytes that can be restored, and nothing half-done', async () => {
    await expectNothingHalfDone(server.dataDir);
    expect(contentsOf(server.dataDir).blobs).toEqual(contentsOf(server.dataDir).rows);
  });
});

describe('the audio of a sound', () => {
  let bytes: Uint8Array;
  let sound: Sound;
  beforeAll(async () => {
    bytes = await fresh(0.5);
    sound = await uploaded(server, { bytes, filename: 'range.wav' });
  });
  const audio = (headers: Record<string, string> = {}, path = `${addressOf(sound)}/audio`, method = 'GET') =>
    fetch(server.url + path, { method, headers });

  it('comes whole, as it was uploaded', async () => {
    const response = await audio();
    expect(response.status).toBe(200);
    expect(sha256(await response.bytes())).toBe(sha256(bytes));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length),
      'content-type': 'audio/wav',
      etag: `"${sound.sha256}"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    });
  });

  it('is described by HEAD without being sent', async () => {
    const { body, headers, status } = await rawRequest(server, {
      method: 'HEAD',
      path: `${addressOf(sound)}/audio`,
      headers: { host: 'localhost' },
    });
    expect(status).toBe(200);
    expect(body.length).toBe(0);
    expect(headers).toMatchObject({
      'content-length': String(bytes.length),
      'content-type': 'audio/wav',
      etag: `"${sound.sha256}"`,
      'accept-ranges': 'bytes',
    });
  });

  const last = () => bytes.length - 1;
  it.each<[name: string, range: () => string, from: () => number, to: () => number]>([
    ['the first byte', () => 'bytes=0-0', () => 0, () => 0],
    ['the beginning', () => 'bytes=0-99', () => 0, () => 99],
    ['the middle', () => 'bytes=1000-20000', () => 1000, () => 20_000],
    ['the last byte', () => `bytes=${last()}-`, last, last],
    ['an open end', () => 'bytes=40000-', () => 40_000, last],
    ['an end past the end', () => 'bytes=40000-99999999', () => 40_000, last],
    ['a suffix', () => 'bytes=-500', () => bytes.length - 500, last],
    ['a suffix longer than the file', () => 'bytes=-99999999', () => 0, last],
    ['everything', () => 'bytes=0-', () => 0, last],
  ])('comes in part: %s', async (_name, range, from, to) => {
    const response = await audio({ range: range() });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${from()}-${to()}/${bytes.length}`);
    expect(response.headers.get('content-length')).toBe(String(to() - from() + 1));
    expect(response.headers.get('etag')).toBe(`"${sound.sha256}"`);
    expect(Buffer.from(await response.bytes()).equals(bytes.subarray(from(), to() + 1))).toBe(true);
  });

  it.each(['bytes=99999999-', 'bytes=-0'])('cannot come in the part %s', async range => {
    const response = await audio({ range });
    expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
    await expectProblem(response, 416, 'request.range');
    const head = await audio({ range }, undefined, 'HEAD');
    expect(head.status).toBe(416);
  });

  it.each(['bytes=5-1', 'bytes=a-b', 'items=0-5', 'bytes=0-1,5-9', 'bytes', 'bytes=-'])(
    'comes whole for a range that means nothing here: %s',
    async range => {
      const response = await audio({ range });
      expect(response.status).toBe(200);
      expect((await response.bytes()).length).toBe(bytes.length);
    },
  );

  it('comes in part only to who holds the same bytes, by If-Range', async () => {
    const part = async (ifRange: string) => (await audio({ range: 'bytes=0-9', 'if-range': ifRange })).status;
    expect(await part(`"${sound.sha256}"`)).toBe(206);
    expect(await part('"other"')).toBe(200);
    expect(await part(`W/"${sound.sha256}"`)).toBe(200);
    expect(await part('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(200);
  });

  it('may be kept for ever under the address with its hash, and under no other', async () => {
    for (const path of [sound.audio_url, sound.waveform_url, `${addressOf(sound)}/peaks?v=${sound.sha256}`]) {
      const response = await audio({}, path);
      expect(response.headers.get('cache-control'), path).toBe('public, max-age=31536000, immutable');
      await response.body?.cancel();
    }
    for (const path of [`${addressOf(sound)}/audio?v=${'0'.repeat(64)}`, `${addressOf(sound)}/waveform.webp?v=`]) {
      const response = await audio({}, path);
      expect(response.headers.get('cache-control'), path).toBe('private, no-cache');
      await response.body?.cancel();
    }
  });

  it('answers 304 to who holds it, even for a range', async () => {
    const response = await audio({ 'if-none-match': `"${sound.sha256}"`, range: 'bytes=0-5' });
    expect(response.status).toBe(304);
    expect(response.headers.get('etag')).toBe(`"${sound.sha256}"`);
    expect(await response.text()).toBe('');
  });

  it('carries any file name home without letting it into the headers', async () => {
    const name = 'a"b\\c%41é🎵;x=1\'(*).wav';
    const form = '--b\r\nContent-Disposition: form-data; name="audio_file"; filename="';
    const escaped = name.replaceAll('"', '%22').replaceAll('\\', '');
    const body = Buffer.concat([
      Buffer.from(`${form}${escaped}"\r\n\r\n`),
      await fresh(),
      Buffer.from('\r\n--b--\r\n'),
    ]);
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const response = await fetch(`${server.url}/api/sounds/effects`, { method: 'POST', body, headers });
    expect(response.status).toBe(201);
    const made = (await response.json()) as Sound;
    expect(made.original_filename).toBe(name.replaceAll('\\', ''));
    const disposition = (await get(`${addressOf(made)}/audio`)).headers.get('content-disposition')!;
    expect(disposition).toMatch(/^inline; filename="[^"\\]*"; filename\*=UTF-8''[\w%.~!#$&+^`|-]+$/);
    const encoded = /filename\*=UTF-8''(.*)$/.exec(disposition)![1]!;
    expect(decodeURIComponent(encoded)).toBe(made.original_filename);
  });
});

describe('the waveform of a sound', () => {
  it('comes as audiowaveform JSON, version 2', async () => {
    const sound = await added({ seconds: 1 });
    const response = await get(`${addressOf(sound)}/peaks`);
    const peaks = (await response.json()) as { length: number; data: number[]; samples_per_pixel: number };
    expect(peaks).toMatchObject({ version: 2, channels: 1, sample_rate: 44_100, bits: 8 });
    expect(peaks.data.length).toBe(peaks.length * 2);
    expect(peaks.length).toBeGreaterThan(100);
    expect(peaks.length).toBeLessThanOrEqual(800);
    expect(peaks.length * peaks.samples_per_pixel).toBeGreaterThanOrEqual(44_100);
    // −6 dBFS is half of full scale.
    expect(Math.max(...peaks.data)).toBeGreaterThanOrEqual(63);
    expect(Math.max(...peaks.data)).toBeLessThanOrEqual(65);
    expect(Math.min(...peaks.data)).toBeLessThanOrEqual(-63);
    const etag = response.headers.get('etag')!;
    expect((await get(`${addressOf(sound)}/peaks`, { 'if-none-match': etag })).status).toBe(304);
  });

  it('comes as a WebP picture', async () => {
    const sound = await added();
    const response = await get(sound.waveform_url);
    expect(response.headers.get('content-type')).toBe('image/webp');
    const bytes = Buffer.from(await response.bytes());
    expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
    expect(bytes.toString('latin1', 8, 12)).toBe('WEBP');
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    const again = await get(sound.waveform_url, { 'if-none-match': response.headers.get('etag')! });
    expect(again.status).toBe(304);
    expect(again.headers.get('content-type')).toBeNull();
  });
});

describe('an address or a method that is not there', () => {
  it('is a 404 problem anywhere under /api', async () => {
    for (const path of [
      '/api/nothing',
      '/api/sounds',
      '/api/sounds/effects/x/y',
      '/api/sounds/effects/x/cover',
      '/api/a/b/c/d',
    ]) {
      for (const method of ['GET', 'POST', 'DELETE', 'PUT']) {
        await expectProblem(await fetch(server.url + path, { method }), 404, 'request.not_found');
      }
    }
  });

  it.each([
    ['/api/health', ['POST', 'PUT', 'PATCH', 'DELETE'], 'GET, HEAD, OPTIONS'],
    ['/api/login', ['GET', 'PUT', 'DELETE'], 'POST, OPTIONS'],
    ['/api/sounds/effects', ['PUT', 'DELETE'], 'GET, POST, PATCH, HEAD, OPTIONS'],
    ['/api/sounds/categories', ['POST', 'DELETE'], 'GET, HEAD, OPTIONS'],
    ['/api/sounds/effects/x', ['POST', 'PUT'], 'GET, PATCH, DELETE, HEAD, OPTIONS'],
    ['/api/sounds/effects/x/restore', ['GET', 'DELETE'], 'POST, OPTIONS'],
    ['/api/sounds/effects/x/audio', ['POST', 'DELETE'], 'GET, PUT, HEAD, OPTIONS'],
    ['/sounds/effects/form/upload', ['GET', 'PUT'], 'POST, OPTIONS'],
  ])('is a 405 that says what is allowed: %s', async (path, methods, allowed) => {
    for (const method of methods) {
      const response = await fetch(server.url + path, { method });
      expect(response.headers.get('allow'), method).toBe(allowed);
      await expectProblem(response, 405, 'request.method_not_allowed');
    }
    const options = await fetch(server.url + path, { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toBe(allowed);
  });

  it('does not answer uploads to a kind that there is not', async () => {
    await expectProblem(
      await upload(server, { bytes: await fresh(), kind: 'music' as 'effects' }),
      404,
      'request.not_found',
    );
    await expectNothingHalfDone(server.dataDir);
  });
});
