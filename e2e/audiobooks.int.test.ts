import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  audiobook as schema,
  audiobookList,
  scriptReport,
  type Audiobook,
  type AudiobookList,
  type ScriptReport,
} from '#lib/audiobooks/audiobook.ts';
import { madeBook } from './support/books.ts';
import { expectProblem, namedFields, sendJson, uploaded } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';
import { tone } from './support/tone.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const get = async (at: string) => fetch(`${server.url}${at}`);
const check = async (script: string, more: object = {}): Promise<ScriptReport> => {
  const response = await sendJson(server, 'POST', '/api/scripts/check', { script, ...more });
  expect(response.status).toBe(200);
  return scriptReport.parse(await response.json());
};

describe('a book', () => {
  it('is made, read, changed, deleted and brought back', async () => {
    const response = await sendJson(server, 'POST', '/api/audiobooks', {
      title: '  The   Night ',
      author: '',
      script: 'Hello.\r\n',
      cast: { narrator: 'embedded:slt' },
      settings: { gaps: { sentence: 0.5 } },
    });
    expect(response.status).toBe(201);
    const book = schema.parse(await response.json());
    expect(book).toMatchObject({
      title: 'The Night',
      author: null,
      script: 'Hello.\r\n',
      settings: { gaps: { sentence: 0.5 } },
    });
    const at = response.headers.get('location')!;
    const read = await get(at);
    expect(read.headers.get('etag')).toBe(response.headers.get('etag'));
    expect(await read.json()).toEqual(book);
    const known = await fetch(`${server.url}${at}`, { headers: { 'if-none-match': read.headers.get('etag')! } });
    expect(known.status).toBe(304);

    const changed = await sendJson(server, 'PATCH', at, { script: 'Good night.', author: 'Somebody' });
    expect(await changed.json()).toMatchObject({
      title: 'The Night',
      author: 'Somebody',
      script: 'Good night.',
      cast: book.cast,
    });
    expect((await fetch(`${server.url}${at}`, { method: 'DELETE' })).status).toBe(204);
    await expectProblem(await get(at), 404, 'book.not_found');
    const restored = await fetch(`${server.url}${at}/restore`, { method: 'POST' });
    expect(await restored.json()).toMatchObject({ id: book.id, script: 'Good night.' });
    await expectProblem(await fetch(`${server.url}${at}/restore`, { method: 'POST' }), 404, 'book.not_found');
  });

  it('is not overwritten by a tab that has an older version', async () => {
    const { id } = await madeBook(server, {});
    const at = `/api/audiobooks/${id}`;
    const etag = (await get(at)).headers.get('etag')!;
    const first = await sendJson(server, 'PATCH', at, { script: 'Mine.' }, { 'if-match': etag });
    expect(first.status).toBe(200);
    await expectProblem(
      await sendJson(server, 'PATCH', at, { script: 'Yours.' }, { 'if-match': etag }),
      412,
      'book.precondition_failed',
    );
    await expectProblem(
      await fetch(`${server.url}${at}`, { method: 'DELETE', headers: { 'if-match': etag } }),
      412,
      'book.precondition_failed',
    );
    expect(((await (await get(at)).json()) as Audiobook).script).toBe('Mine.');
    const both = await Promise.all(
      ['a', 'b'].map(script => sendJson(server, 'PATCH', at, { script }, { 'if-match': first.headers.get('etag')! })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('is kept whatever its script says, and to the last character', async () => {
    const script = `{{{voice:\n\u{1f600}\té\u2028${'{'.repeat(1000)}\\"`;
    const { id } = await madeBook(server, { script });
    expect(((await (await get(`/api/audiobooks/${id}`)).json()) as Audiobook).script).toBe(script);
  });

  it('may be as long as a dozen novels, and no longer', async () => {
    const script = 'Ünd so weiter. '.repeat(333_333);
    const { id } = await madeBook(server, { script });
    expect(((await (await get(`/api/audiobooks/${id}`)).json()) as Audiobook).script).toBe(script);
    const problem = await expectProblem(
      await sendJson(server, 'POST', '/api/audiobooks', { title: 'Long', script: 'x'.repeat(5_000_001) }),
      422,
      'book.invalid',
    );
    expect(namedFields(problem)).toEqual(['script']);
  });

  it.each([
    [{ title: '' }, 'title'],
    [{ title: 'x'.repeat(201) }, 'title'],
    [{ title: 'x', cast: { 'Not A Name': 'embedded:slt' } }, 'cast.Not A Name'],
    [{ title: 'x', settings: { gaps: { sentence: -1 } } }, 'settings.gaps.sentence'],
    [{ title: 'x', settings: { background: { volume: 5 } } }, 'settings.background.volume'],
    [{ title: 'x', settings: { limiter_dbfs: 1 } }, 'settings.limiter_dbfs'],
    [{ title: 'x', settings: { unknown: 1 } }, 'settings.unknown'],
    [{ title: 'x', script: 'a\0b' }, 'script'],
    [{ title: 'x', id: 'mine' }, 'id'],
  ])('is refused as %j', async (draft, field) => {
    const problem = await expectProblem(await sendJson(server, 'POST', '/api/audiobooks', draft), 422, 'book.invalid');
    expect(namedFields(problem)).toEqual([field]);
  });
});

describe('the list of books', () => {
  it('shows each once, the one changed last first, page by page', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push((await madeBook(server, { title: `Book ${n}` })).id);
    await sendJson(server, 'PATCH', `/api/audiobooks/${ids[1]}`, { author: 'Changed' });
    const seen: string[] = [];
    let cursor: string | null | undefined;
    let total: number | undefined;
    while (cursor !== null) {
      const answer = await get(`/api/audiobooks?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      const page: AudiobookList = audiobookList.parse(await answer.json());
      seen.push(...page.items.map(({ id }) => id));
      expect(page.has_more).toBe(page.next_cursor !== null);
      total = page.total;
      cursor = page.next_cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(total!);
    expect(seen.slice(0, 5)).toEqual([ids[1], ids[4], ids[3], ids[2], ids[0]]);
  });

  it('refuses a cursor that it did not give', async () => {
    for (const cursor of ['x', btoa('[1,2]'), btoa('{}')]) {
      const problem = await expectProblem(await get(`/api/audiobooks?cursor=${cursor}`), 400, 'request.invalid');
      expect(namedFields(problem)).toEqual(['cursor']);
    }
  });
});

describe('the check of a script', () => {
  it('tells what it comes to, and speaks nothing', async () => {
    await uploaded(server, { bytes: await tone(501), fields: { id: 'door' } });
    await uploaded(server, { bytes: await tone(502), kind: 'background', fields: { id: 'rain' } });
    const script =
      '{{{voice:narrator}}}{{{bg:rain}}}\n# One\nWho is there?{{{sfx:door}}} Nobody. {{{voice:"embedded:rms"}}}Me.';
    const report = await check(script, { cast: { narrator: 'embedded:slt' } });
    expect(report.diagnostics).toEqual([]);
    expect(report.chapters).toMatchObject([{ title: 'One', start: { line: 2, column: 1 } }]);
    expect(report.voices).toEqual([
      { id: 'embedded:slt', name: 'narrator', uses: 3 },
      { id: 'embedded:rms', name: 'embedded:rms', uses: 1 },
    ]);
    expect(report.sounds).toEqual([
      { id: 'rain', kind: 'background', uses: 1 },
      { id: 'door', kind: 'effects', uses: 1 },
    ]);
    expect(report.estimated_length).toBeGreaterThan(1);
  });

  it('names what is wrong with its place, the nearest name and a fix', async () => {
    await uploaded(server, { bytes: await tone(503), fields: { id: 'groan_01' } });
    const script = '{{{voice:narrator}}}Hello.\n{{{sfx:groan_1}}}';
    const { diagnostics } = await check(script, { cast: { narrator: 'embedded:slt' } });
    expect(diagnostics).toHaveLength(1);
    const [{ start, severity, suggestion, fixes, message } = diagnostics[0]!] = diagnostics;
    expect({ start, severity, suggestion }).toEqual({
      start: { line: 2, column: 8, offset: 34 },
      severity: 'error',
      suggestion: 'groan_01',
    });
    expect(message).toContain('groan_1');
    const [edit] = fixes![0]!.edits;
    const fixed = script.slice(0, edit!.start) + edit!.text + script.slice(edit!.end);
    expect((await check(fixed, { cast: { narrator: 'embedded:slt' } })).diagnostics).toEqual([]);
  });

  it('takes the own id of a voice for it, and the default voice for what comes first', async () => {
    const { diagnostics, voices } = await check('Before. {{{voice:rms}}}After.', {
      settings: { default_voice: 'embedded:slt' },
    });
    expect(diagnostics).toEqual([]);
    expect(voices.map(({ id, name }) => [id, name])).toEqual([
      ['embedded:slt', null],
      ['embedded:rms', 'rms'],
    ]);
  });
});
