import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOver, render as schema, renderList, type BookTimeline, type Render } from '#lib/renders/render.ts';
import { begunRender, madeBook, readWav16, rendered, renderedBytes, renderNow, renderThat } from './support/books.ts';
import { expectProblem, namedFields, sendJson, sha256, uploaded } from './support/client.ts';
import { startServer, type TestServer } from './support/server.ts';
import { tone } from './support/tone.ts';

const KILLS = process.env['TEST_LONG'] === '1' ? 200 : 20;
/** Of one render, one after the other. */
const KILLS_EACH = 5;
const CAST = { narrator: 'embedded:slt', other: 'embedded:kal16' };

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await furnish(server);
});
afterAll(() => server.stop());

async function furnish(where: TestServer): Promise<void> {
  await uploaded(where, { bytes: await tone(601, 1), fields: { id: 'door' } });
  await uploaded(where, { bytes: await tone(602, 3), kind: 'background', fields: { id: 'rain' } });
}

const words = 'one two three four five six seven eight nine ten'.split(' ');
/** A text that no other test has spoken. */
function script(name: string, sentences: number): string {
  const lines = Array.from(
    { length: sentences },
    (_, n) => `{{{voice:${n % 3 === 2 ? 'other' : 'narrator'}}}}${name} ${words[n % 10]} and ${n}.`,
  );
  return `{{{voice:narrator}}}{{{bg:rain}}}\n# First\n${lines.join('\n')}\n{{{sfx:door}}}\n# Second\nThe end of ${name}.`;
}

describe('a render', () => {
  it('goes from the queue to a file that is what it says', async () => {
    const book = await madeBook(server, { title: 'All: of it?', script: script('Alpha', 4), cast: CAST });
    const render = schema.parse(await rendered(server, book.id));
    expect(render).toMatchObject({
      audiobook_id: book.id,
      units_total: 7,
      units_synthesised: 7,
      units_reused: 0,
      units_failed: 0,
      failures: [],
    });
    const [output] = render.outputs;
    expect(output).toMatchObject({ name: 'All of it.wav', content_type: 'audio/wav', chapter: null });
    const bytes = await renderedBytes(server, render);
    expect(bytes.length).toBe(output!.size);
    expect(sha256(bytes)).toBe(output!.sha256);
    const { sampleRate, channels } = readWav16(bytes);
    expect(channels).toHaveLength(2);
    expect(channels[0]!.length / sampleRate).toBeCloseTo(output!.length, 6);
    expect(output!.length).toBeCloseTo(render.length!, 6);
    expect(
      20 * Math.log10(channels.reduce((most, one) => one.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0)),
    ).toBeCloseTo(output!.peak_dbfs!, 2);

    const part = await fetch(`${server.url}/api/renders/${render.id}/audio`, { headers: { range: 'bytes=100-199' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(100, 200));
  });

  it('says when everything is heard', async () => {
    const book = await madeBook(server, { script: script('Beta', 3), cast: CAST });
    const at = `${server.url}/api/audiobooks/${book.id}/timeline`;
    const before = (await (await fetch(at)).json()) as BookTimeline;
    expect(before.exact).toBe(false);
    const render = await rendered(server, book.id);
    const timeline = (await (await fetch(`${server.url}/api/renders/${render.id}/timeline`)).json()) as BookTimeline;
    expect(timeline).toMatchObject({ exact: true, length: render.length });
    expect(await (await fetch(at)).json()).toEqual(timeline);
    expect(timeline.chapters.map(({ title }) => title)).toEqual(['First', 'Second']);
    for (const { text, offset, offset_end } of timeline.units)
      expect(book.script.slice(offset, offset_end)).toContain(text.split(' ')[0]);
    expect(timeline.units[0]).toMatchObject({ text: 'First', start: 0.75, line: 2, spoken: true });
    expect(timeline.effects).toMatchObject([{ sound: 'door' }]);
    expect(timeline.beds).toMatchObject([{ sound: 'rain', start: 0.75 }]);
  });

  it('speaks only what is new, and nothing where only sounds were changed', async () => {
    const book = await madeBook(server, { script: script('Gamma', 5), cast: CAST });
    const first = await rendered(server, book.id);
    // The titles were spoken for another book.
    expect(first).toMatchObject({ units_total: 8, units_synthesised: 6 });
    const again = await rendered(server, book.id);
    expect(again).toMatchObject({ units_synthesised: 0, units_reused: 8 });
    expect(again.outputs[0]!.sha256).toBe(first.outputs[0]!.sha256);

    await sendJson(server, 'PATCH', '/api/sounds/background/rain', { volume: 0.7 });
    const louder = await rendered(server, book.id);
    expect(louder).toMatchObject({ units_synthesised: 0 });
    expect(louder.outputs[0]!.sha256).not.toBe(first.outputs[0]!.sha256);
    await sendJson(server, 'PATCH', '/api/sounds/background/rain', { volume: null });

    const changed = book.script.replace('Gamma three', 'Gamma quite another');
    await sendJson(server, 'PATCH', `/api/audiobooks/${book.id}`, { script: changed });
    expect(await rendered(server, book.id)).toMatchObject({ units_synthesised: 1, units_reused: 7 });
  });

  it('has the text that the book had when it was asked for', async () => {
    const book = await madeBook(server, { script: script('Delta', 12), cast: CAST });
    const { id } = await begunRender(server, book.id);
    await sendJson(server, 'PATCH', `/api/audiobooks/${book.id}`, { script: '{{{voice:narrator}}}Something else.' });
    expect(await renderThat(server, id, isOver)).toMatchObject({ status: 'completed', units_total: 15 });
  });

  it('is the same in parts: chapters, ranges, and previews', async () => {
    const book = await madeBook(server, { script: script('Epsilon', 4), cast: CAST });
    const whole = await rendered(server, book.id);
    const bytes = await renderedBytes(server, whole);
    const timeline = (await (await fetch(`${server.url}/api/renders/${whole.id}/timeline`)).json()) as BookTimeline;
    const frame = (seconds: number) => Math.round(seconds * 44_100);
    const part = (start: number, end: number) => bytes.subarray(44 + 4 * frame(start), 44 + 4 * frame(end));

    const chapters = await rendered(server, book.id, { chapters: [2, 1] });
    expect(chapters.outputs.map(({ chapter, name }) => [chapter, name])).toEqual([
      [2, 'A book - 02 Second.wav'],
      [1, 'A book - 01 First.wav'],
    ]);
    for (const [n, { start, end }] of [timeline.chapters[1]!, timeline.chapters[0]!].entries()) {
      expect(Buffer.compare((await renderedBytes(server, chapters, n)).subarray(44), part(start, end))).toBe(0);
    }
    const range = await rendered(server, book.id, { range: { start: 1.5, end: 4.25 } });
    expect(Buffer.compare((await renderedBytes(server, range)).subarray(44), part(1.5, 4.25))).toBe(0);
    const preview = await fetch(`${server.url}/api/audiobooks/${book.id}/preview?start=2&end=5`);
    expect(preview.headers.get('content-type')).toBe('audio/wav');
    expect(Buffer.compare(Buffer.from(await preview.arrayBuffer()).subarray(44), part(2, 5))).toBe(0);
  });

  it('speaks for a preview only what comes before its end', async () => {
    const book = await madeBook(server, { script: script('Zeta', 30), cast: CAST });
    const preview = await fetch(`${server.url}/api/audiobooks/${book.id}/preview?start=0&end=3`);
    expect(preview.status).toBe(200);
    const early = Buffer.from(await preview.arrayBuffer());
    const render = await rendered(server, book.id);
    expect(render.units_reused).toBeGreaterThan(1);
    expect(render.units_reused).toBeLessThan(15);
    const bytes = await renderedBytes(server, render);
    expect(Buffer.compare(early.subarray(44), bytes.subarray(44, 44 + 4 * 3 * 44_100))).toBe(0);
  });

  it('is FLAC where that is wished, with the same samples, and in other rates, depths and channels', async () => {
    const book = await madeBook(server, { script: script('Eta', 2), cast: CAST });
    const flac = await rendered(server, book.id, { format: 'flac' });
    expect(flac.outputs[0]).toMatchObject({ content_type: 'audio/flac', name: 'A book.flac' });
    expect((await renderedBytes(server, flac)).toString('latin1', 0, 4)).toBe('fLaC');
    expect(flac.outputs[0]!.size).toBeLessThan((await rendered(server, book.id)).outputs[0]!.size * 0.8);
    const mono = await rendered(server, book.id, { channels: 1, sample_rate: 24_000, bit_depth: 24 });
    const bytes = await renderedBytes(server, mono);
    expect([bytes.readUInt16LE(22), bytes.readUInt32LE(24)]).toEqual([1, 24_000]);
  });

  it('is refused with its reasons', async () => {
    const bad = await madeBook(server, { script: '{{{voice:narrator}}}Hello.\n{{{sfx:dor}}}', cast: CAST });
    const at = `/api/audiobooks/${bad.id}/renders`;
    const problem = await expectProblem(await sendJson(server, 'POST', at, {}), 422, 'script.has_errors');
    expect(problem).toMatchObject({ line: 2, column: 8, error_count: 1 });
    expect(problem.detail).toContain('dor');
    for (const [wish, field] of [
      [{ format: 'ogg' }, 'format'],
      [{ sample_rate: 44_000 }, 'sample_rate'],
      [{ format: 'flac', bit_depth: 32 }, 'bit_depth'],
      [{ bit_depth: 32, dither: true }, 'dither'],
      [{ range: { start: 3, end: 2 } }, 'range.end'],
      [{ chapters: [1], range: { start: 0, end: 1 } }, 'range'],
      [{ chapters: [] }, 'chapters'],
    ] as const) {
      expect(namedFields(await expectProblem(await sendJson(server, 'POST', at, wish), 422, 'render.invalid'))).toEqual(
        [field],
      );
    }
    const good = await madeBook(server, { script: script('Theta', 1), cast: CAST });
    const chapter = await sendJson(server, 'POST', `/api/audiobooks/${good.id}/renders`, { chapters: [3] });
    expect((await expectProblem(chapter, 422, 'render.invalid')).detail).toContain('has 2');
    await expectProblem(
      await sendJson(server, 'POST', `/api/audiobooks/${'0'.repeat(32)}/renders`, {}),
      404,
      'book.not_found',
    );
    const far = await begunRender(server, good.id, { range: { start: 5000, end: 5001 } });
    expect(await renderThat(server, far.id, isOver)).toMatchObject({
      status: 'failed',
      error: { code: 'render.invalid' },
    });
  });

  it('goes on past what cannot be spoken, and names it with its line', async () => {
    const text = '{{{voice:narrator}}}Iota one.\nПривет, мир.\nIota two.';
    const book = await madeBook(server, { script: text, cast: CAST });
    const { id } = await begunRender(server, book.id);
    const render = await renderThat(server, id, isOver);
    expect(render).toMatchObject({
      status: 'failed',
      units_total: 3,
      units_synthesised: 2,
      units_failed: 1,
      error: { code: 'speech.unsayable', line: 2, text: 'Привет, мир.' },
      outputs: [],
    });
    await expectProblem(await fetch(`${server.url}/api/renders/${id}/audio`), 409, 'render.not_completed');
    await sendJson(server, 'PATCH', `/api/audiobooks/${book.id}`, {
      script: text.replace('Привет, мир', 'Hello, world'),
    });
    expect(await rendered(server, book.id)).toMatchObject({ units_reused: 2, units_synthesised: 1 });
  });
});

/** Events of a stream until it ends, or until `enough`. */
async function events(
  id: string,
  headers: Record<string, string> = {},
  enough: (all: Render[]) => boolean = () => false,
) {
  const response = await fetch(`${server.url}/api/renders/${id}/events`, { headers });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const seen: { id: number; render: Render }[] = [];
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const match = /^id: (\d+)\ndata: (.*)$/.exec(text.slice(0, end));
      if (match !== null) seen.push({ id: Number(match[1]), render: JSON.parse(match[2]!) as Render });
      text = text.slice(end + 2);
    }
    if (enough(seen.map(({ render }) => render))) break;
  }
  return seen;
}

describe('the progress of a render', () => {
  it('is told at each change until it is over, and never goes back', async () => {
    const book = await madeBook(server, { script: script('Kappa', 12), cast: CAST });
    const { id } = await begunRender(server, book.id);
    const seen = await events(id);
    expect(seen.at(-1)!.render.status).toBe('completed');
    const shares = seen.map(({ render }) => render.progress);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(new Set(seen.map(({ render }) => render.units_synthesised)).size).toBeGreaterThan(3);
    for (const { id: event, render } of seen) expect(event).toBe(render.revision);
  });

  it('goes on from the event that a client has', async () => {
    const book = await madeBook(server, { script: script('Lambda', 12), cast: CAST });
    const { id } = await begunRender(server, book.id);
    const [first] = await events(id, {}, all => all.length >= 2);
    const rest = await events(id, { 'last-event-id': String(first!.id) });
    expect(rest.every(one => one.id > first!.id)).toBe(true);
    const over = rest.at(-1)!;
    expect(over.render.status).toBe('completed');
    // What is known already is not told again, and there is nothing more to wait for.
    expect(await events(id, { 'last-event-id': String(over.id) })).toEqual([]);
  });

  it('of a render that is not there is a problem', async () => {
    await expectProblem(await fetch(`${server.url}/api/renders/${'0'.repeat(32)}/events`), 404, 'render.not_found');
  });
});

describe('somebody who changes their mind', () => {
  const act = (method: string, id: string, what = '') => fetch(`${server.url}/api/renders/${id}${what}`, { method });
  const isSpeaking = ({ units_synthesised }: Render) => units_synthesised >= 2;

  it('pauses a render and goes on with what is finished', async () => {
    const book = await madeBook(server, { script: script('Mu', 30), cast: CAST });
    const { id } = await begunRender(server, book.id);
    await renderThat(server, id, isSpeaking);
    const paused = await act('POST', id, '/pause');
    expect(await paused.json()).toMatchObject({ status: 'paused' });
    const { units_synthesised: done } = await renderNow(server, id);
    expect(done).toBeLessThan(33);
    await expectProblem(await act('POST', id, '/pause'), 409, 'render.wrong_state');
    expect((await act('POST', id, '/resume')).status).toBe(200);
    const over = await renderThat(server, id, isOver);
    expect(over).toMatchObject({ status: 'completed', units_total: 33 });
    expect(over.units_synthesised + over.units_reused).toBe(33);
    await expectProblem(await act('POST', id, '/resume'), 409, 'render.wrong_state');
  });

  it('cancels it, takes it up again after all, and removes it with its file', async () => {
    const book = await madeBook(server, { script: script('Nu', 30), cast: CAST });
    const { id } = await begunRender(server, book.id);
    await renderThat(server, id, isSpeaking);
    const cancelled = await act('DELETE', id);
    expect(await cancelled.json()).toMatchObject({ status: 'cancelled' });
    expect((await renderNow(server, id)).status).toBe('cancelled');
    expect((await act('POST', id, '/resume')).status).toBe(200);
    const over = await renderThat(server, id, isOver);
    expect(over.status).toBe('completed');
    const blobs = await blobsOf(server.dataDir);
    expect((await act('DELETE', id)).status).toBe(204);
    await expectProblem(await fetch(`${server.url}${over.outputs[0]!.url}`), 404, 'render.not_found');
    expect((await blobsOf(server.dataDir)).length).toBe(blobs.length - 1);
  });

  it('waits in line behind others, and is found in the list', async () => {
    const book = await madeBook(server, { script: script('Xi', 20), cast: CAST });
    const ids = [];
    for (let n = 0; n < 4; n += 1) ids.push((await begunRender(server, book.id)).id);
    const list = renderList.parse(
      await (await fetch(`${server.url}/api/renders?audiobook_id=${book.id}&limit=3`)).json(),
    );
    expect(list.items.map(({ id }) => id)).toEqual([...ids].reverse().slice(0, 3));
    expect(list).toMatchObject({ total: 4, has_more: true });
    const rest = await fetch(`${server.url}/api/renders?audiobook_id=${book.id}&limit=3&cursor=${list.next_cursor}`);
    expect(renderList.parse(await rest.json()).items.map(({ id }) => id)).toEqual([ids[0]]);
    const queued = await fetch(`${server.url}/api/renders?status=queued`);
    expect(renderList.parse(await queued.json()).items.length).toBeGreaterThan(0);
    // Without its book nobody wants them.
    await fetch(`${server.url}/api/audiobooks/${book.id}`, { method: 'DELETE' });
    for (const id of ids) expect(isOver(await renderThat(server, id, isOver))).toBe(true);
  });
});

async function blobsOf(folder: string): Promise<string[]> {
  const names = await readdir(path.join(folder, 'blobs'), { recursive: true, withFileTypes: true });
  return names.filter(one => one.isFile()).map(({ name }) => name);
}

/** Every file of kept speech, with what changes when it is written again. Lists of voices, which stand beside it, may be. */
async function speechIn(folder: string): Promise<Map<string, number>> {
  const root = path.join(folder, 'speech');
  const names = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = names
    .filter(one => one.isFile() && one.name.endsWith('.flac'))
    .map(one => path.join(one.parentPath, one.name));
  return new Map(await Promise.all(files.map(async file => [file, (await stat(file)).ino] as const)));
}

describe('a render whose server is killed', () => {
  it(
    `goes on with the next one, ${KILLS} times, to the same bytes, and nothing is spoken twice`,
    { timeout: 60_000 + KILLS * 30_000 },
    async () => {
      for (let kill = 0, round = 0; kill < KILLS; round += 1) {
        const text = script(`Omega ${round}`, 24);
        await using reference = await startServer();
        await furnish(reference);
        const book = await madeBook(reference, { script: text, cast: CAST });
        const expected = (await rendered(reference, book.id)).outputs[0]!.sha256;

        let one = await startServer();
        try {
          await furnish(one);
          const { id } = await begunRender(one, (await madeBook(one, { script: text, cast: CAST })).id);
          for (let n = 0; n < KILLS_EACH && kill < KILLS; n += 1, kill += 1) {
            // Each time a little later: while it speaks, while recordings are made ready, while it mixes.
            await renderThat(one, id, now => now.progress >= ((n + 1) / (KILLS_EACH + 1)) * 0.95 || isOver(now));
            const spoken = await speechIn(one.dataDir);
            await one.kill9();
            const { dataDir } = one;
            one = await startServer({ dataDir });
            const now = await speechIn(dataDir);
            for (const [file, inode] of spoken) expect(now.get(file), file).toBe(inode);
          }
          const over = await renderThat(one, id, isOver);
          expect(over).toMatchObject({ status: 'completed', units_total: 27 });
          expect(over.units_reused + over.units_synthesised).toBe(27);
          expect(over.outputs[0]!.sha256).toBe(expected);
          expect(await blobsOf(one.dataDir)).toHaveLength(3);
        } finally {
          const { dataDir } = one;
          await one.stop();
          await rm(dataDir, { recursive: true, force: true });
        }
      }
    },
  );
});
