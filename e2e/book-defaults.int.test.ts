import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { scriptReport } from '#lib/audiobooks/audiobook.ts';
import { settledDefaults, type SettledDefaults } from '#lib/audiobooks/book-defaults.ts';
import type { BookTimeline } from '#lib/renders/render.ts';
import { begunRender, madeBook, rendered, renderedBytes, renderThat } from './support/books.ts';
import { expectProblem, namedFields, sendJson, uploaded } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';
import { tone } from './support/tone.ts';

const AT = '/api/admin/settings';
const CAST = { narrator: 'embedded:kal16' };

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await uploaded(server, { bytes: await tone(603, 1), fields: { id: 'door' } });
});
afterAll(() => server.stop());
afterEach(async () => void (await put({})));

async function put(settings: object, headers: Record<string, string> = {}): Promise<Response> {
  return sendJson(server, 'PUT', AT, settings, headers);
}

async function settled(response: Response): Promise<SettledDefaults> {
  expect(response.status).toBe(200);
  return settledDefaults.parse(await response.json());
}

async function lengthOf(script: string, settings: object = {}): Promise<number> {
  const response = await sendJson(server, 'POST', '/api/scripts/check', { script, cast: CAST, settings });
  return scriptReport.parse(await response.json()).estimated_length;
}

describe('the defaults of books', () => {
  it('2.1, 3.2: are built in until somebody changes them, and built in again where they are left out', async () => {
    const builtIn = await settled(await fetch(`${server.url}${AT}`));
    expect(builtIn).toMatchObject({ gaps: { sentence: 0.3, tail: 2 }, effects: { volume: 0.8 }, limiter_dbfs: -1 });
    const changed = await settled(await put({ gaps: { tail: 5 }, background: { duck_speech: false } }));
    expect(changed).toEqual({
      ...builtIn,
      gaps: { ...builtIn.gaps, tail: 5 },
      background: { ...builtIn.background, duck_speech: false },
    });
    expect(await settled(await fetch(`${server.url}${AT}`))).toEqual(changed);
    expect(await settled(await put({}))).toEqual(builtIn);
  });

  it('2.1: are weaker than what a book says, and stronger than what is built in', async () => {
    const script = '{{{voice:narrator}}}One. Two.';
    const before = await lengthOf(script);
    await put({ gaps: { sentence: 1.3, tail: 5 } });
    expect(await lengthOf(script)).toBeCloseTo(before + 1 + 3, 6);
    expect(await lengthOf(script, { gaps: { sentence: 0.3 } })).toBeCloseTo(before + 3, 6);
  });

  it('are what a render had when it was asked for, and change a book without a word being spoken again', async () => {
    const book = await madeBook(server, { script: '{{{voice:narrator}}}The defaults.{{{sfx:door}}}', cast: CAST });
    const first = await rendered(server, book.id);
    await put({ gaps: { head: 2 }, effects: { volume: 0 } });
    const second = await rendered(server, book.id);
    expect(second).toMatchObject({ units_synthesised: 0, units_reused: 1 });
    expect(second.length! - first.length!).toBeCloseTo(1.25, 6);
    const timeline = (await (await fetch(`${server.url}/api/audiobooks/${book.id}/timeline`)).json()) as BookTimeline;
    expect(timeline.units[0]!.start).toBe(2);
    const [loud, silent] = [await renderedBytes(server, first), await renderedBytes(server, second)];
    const effect = (bytes: Buffer) => bytes.subarray(-4 * 44_100, -2 * 44_100);
    expect(effect(silent).every(byte => byte === 0)).toBe(true);
    expect(loud.length).toBeLessThan(silent.length);

    const waiting = await begunRender(server, book.id);
    await put({ gaps: { head: 30 } });
    const over = await renderThat(server, waiting.id, ({ status }) => status === 'completed');
    expect(over.length).toBeCloseTo(second.length!, 6);
  });

  it('are not overwritten by who has not seen them', async () => {
    const { headers } = await fetch(`${server.url}${AT}`);
    const seen = { 'if-match': headers.get('etag')! };
    const mine = await put({ limiter_dbfs: -2 }, seen);
    expect(mine.status).toBe(200);
    await expectProblem(await put({ limiter_dbfs: -3 }, seen), 412, 'book.precondition_failed');
    expect(
      (await settled(await put({ limiter_dbfs: -3 }, { 'if-match': mine.headers.get('etag')! }))).limiter_dbfs,
    ).toBe(-3);
  });

  it('are refused field by field', async () => {
    for (const [wrong, field] of [
      [{ gaps: { sentence: -1 } }, 'gaps.sentence'],
      [{ background: { duck_level: 2 } }, 'background.duck_level'],
      [{ limiter_dbfs: 1 }, 'limiter_dbfs'],
      [{ default_voice: 'embedded:slt' }, 'default_voice'],
      [{ effects: { loud: 1 } }, 'effects.loud'],
    ] as const) {
      const problem = await expectProblem(await put(wrong), 422, 'book.invalid');
      expect(namedFields(problem), JSON.stringify(wrong)).toEqual([field]);
    }
  });

  it('survive a restart', async () => {
    // `stop` of the first one removes the folder, when the second one is gone.
    await using one = await startServer();
    await sendJson(one, 'PUT', AT, { gaps: { chapter: 3 } });
    await one.kill9();
    await using two = await startServer({ dataDir: one.dataDir });
    expect((await settled(await fetch(`${two.url}${AT}`))).gaps.chapter).toBe(3);
  });
});
