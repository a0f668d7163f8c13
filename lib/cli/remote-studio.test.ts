import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Render, RenderStatus } from '#lib/renders/render.ts';
import { InterruptedError } from './exit-codes.ts';
import { OutputDrafts } from './output-drafts.ts';
import { RemoteStudio } from './remote-studio.ts';
import { ServerConnection } from './server-connection.ts';
import type { FinishedOutput } from './studio.ts';

const BOOK = 'b'.repeat(32);
const RENDER = 'f'.repeat(32);
const AT = '2026-01-01T00:00:00.000Z';
const FILE = 'the bytes of a finished file';
const ADDRESSES = `  book    http://studio.test/studio/${BOOK}
  render  http://studio.test/api/renders/${RENDER}
  files   http://studio.test/api/renders/${RENDER}/audio?output=1 and so on, once it is completed
`;
const LEFT = `The render was left on the server.
${ADDRESSES}Fetch them there, or call this again: what was spoken is not spoken again.
`;

const book = { title: 'Night', script: 'Hello.', cast: {}, settings: {} };
const wish = { format: 'wav', sample_rate: 44_100, channels: 2, bit_depth: 16, dither: false } as const;
const lost = () => new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });
const busy = () => Response.json({ detail: 'The server starts.' }, { status: 503 });
const gone = () => Response.json({ detail: 'There is no such render.' }, { status: 404 });

function renderThat(status: RenderStatus): Render {
  const isDone = status === 'completed';
  const output = {
    name: 'Night.wav',
    url: `/api/renders/${RENDER}/audio?output=1`,
    content_type: 'audio/wav',
    size: FILE.length,
    sha256: createHash('sha256').update(FILE).digest('hex'),
    length: 1,
    chapter: null,
    peak_dbfs: -3,
    limited_db: 0,
  };
  return {
    id: RENDER,
    audiobook_id: BOOK,
    title: book.title,
    wish,
    status,
    stage: 'speak',
    progress: isDone ? 1 : 0.5,
    units_total: 2,
    units_reused: 0,
    units_synthesised: 1,
    units_failed: 0,
    length: 1,
    eta: null,
    error: null,
    failures: [],
    warnings: [],
    created_at: AT,
    started_at: AT,
    finished_at: null,
    revision: 1,
    outputs: isDone ? [output] : [],
  };
}

type Answer = () => Response | Error;
const is =
  (status: RenderStatus): Answer =>
  () =>
    Response.json(renderThat(status));
const file: Answer = () => new Response(FILE);
/** Sends the beginning of the file, and no more. */
const halfOfFile: Answer = () =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(FILE.slice(0, 9)));
      },
      pull: controller => controller.error(lost()),
    }),
  );

/** A server that gives these answers in turn, the last of them for ever, and makes and removes whatever it is told to. */
function serverWith({ looks, files = [file], removal }: { looks: Answer[]; files?: Answer[]; removal?: Answer }) {
  const removed: string[] = [];
  const next = (answers: Answer[]) => (answers.length > 1 ? answers.shift()! : answers[0]!)();
  const { author, created_at, updated_at } = { author: null, created_at: AT, updated_at: AT };
  const answers: Record<string, Answer> = {
    'POST /api/audiobooks': () => Response.json({ id: BOOK, ...book, author, created_at, updated_at }, { status: 201 }),
    [`POST /api/audiobooks/${BOOK}/renders`]: is('running'),
    [`GET /api/renders/${RENDER}`]: () => next(looks),
    [`GET /api/renders/${RENDER}/audio`]: () => next(files),
  };
  const answer = async (method: string, pathname: string): Promise<Response> => {
    const given =
      method === 'DELETE'
        ? (removal ?? (() => new Response(null, { status: 204 })))
        : answers[`${method} ${pathname}`]!;
    const one = given();
    if (one instanceof Error) throw one;
    if (method === 'DELETE' && one.ok) removed.push(pathname);
    return one;
  };
  const fetch: typeof globalThis.fetch = (url, init) => {
    init?.signal?.throwIfAborted();
    return answer(init?.method ?? 'GET', new URL(url instanceof Request ? url.url : url).pathname);
  };
  return { fetch, removed };
}

let folder = '';
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'talk2me-remote-'))));
afterEach(() => rm(folder, { recursive: true }));

/** A render to its end, in no time. */
async function render(
  server: ReturnType<typeof serverWith>,
  {
    keep = false,
    place,
    onPause,
  }: {
    keep?: boolean;
    place?: ((outputs: readonly FinishedOutput[]) => Promise<void>) | undefined;
    onPause?: (abort: () => void) => void;
  } = {},
) {
  const interruption = new AbortController();
  const { signal } = interruption;
  const abort = () => interruption.abort(new InterruptedError('SIGINT'));
  const seen = { waits: [] as string[], notices: '', pausedMs: 0 };
  const pause = async (milliseconds: number) => {
    seen.pausedMs += milliseconds;
    onPause?.(abort);
    signal.throwIfAborted();
  };
  const connection = new ServerConnection({
    url: new URL('http://studio.test'),
    token: undefined,
    fetch: server.fetch,
  });
  const drafts = new OutputDrafts(folder);
  const request = {
    book,
    wish,
    drafts,
    place:
      place ?? (outputs => drafts.place(new Map(outputs.map(({ draft, name }) => [draft, path.join(folder, name)])))),
    onProgress: () => undefined,
    onWaiting: (why: string) => void seen.waits.push(why),
    onNotice: (text: string) => void (seen.notices += text),
  };
  const end = await new RemoteStudio(connection, { keep, pause })
    .render(request, signal)
    .catch((error: unknown) => error);
  await drafts.discard();
  return { end, ...seen, files: await readdir(folder), removed: server.removed };
}

const ALL = [`/api/renders/${RENDER}`, `/api/audiobooks/${BOOK}`];

describe('a render by a server', () => {
  it('outlives lost connections and a server that starts again, and is removed when its file is here', async () => {
    const looks = [
      is('running'),
      lost,
      busy,
      () => new Response('<h1>Bad gateway</h1>', { status: 502 }),
      is('running'),
      is('completed'),
    ];
    const { end, waits, notices, files, removed } = await render(serverWith({ looks }));
    expect(end).toMatchObject({ status: 'completed' });
    expect(waits).toEqual([
      'http://studio.test cannot be reached: read ECONNRESET.',
      'The server starts.',
      expect.stringMatching(/^http:\/\/studio\.test answered 502/),
    ]);
    expect({ notices, files, removed }).toEqual({ notices: '', files: ['Night.wav'], removed: ALL });
  });

  it('fetches a file again that broke off', async () => {
    const server = serverWith({ looks: [is('completed')], files: [halfOfFile, lost, file] });
    const { end, waits, files, removed } = await render(server);
    expect(end).toMatchObject({ status: 'completed' });
    expect(waits).toHaveLength(2);
    expect(await readFile(path.join(folder, 'Night.wav'), 'utf8')).toBe(FILE);
    expect({ files, removed }).toEqual({ files: ['Night.wav'], removed: ALL });
  });

  it('is left there, and told where, when the server is not reached for minutes', async () => {
    const { end, pausedMs, notices, files, removed } = await render(serverWith({ looks: [is('running'), lost] }));
    expect(end).toMatchObject({ message: 'http://studio.test cannot be reached: read ECONNRESET.' });
    expect(pausedMs).toBeGreaterThan(4 * 60_000);
    expect(pausedMs).toBeLessThan(10 * 60_000);
    expect({ notices, files, removed }).toEqual({ notices: LEFT, files: [], removed: [] });
  });

  it.each([
    ['arrives damaged', { files: [() => new Response('other bytes')] }, undefined],
    ['has no room here', {}, () => Promise.reject(new Error('no room'))],
  ])('is left there when its file %s', async (_, answers, place) => {
    const server = serverWith({ looks: [is('completed')], ...answers });
    const { end, notices, files, removed } = await render(server, { place });
    expect(end).toBeInstanceOf(Error);
    expect({ notices, files, removed }).toEqual({ notices: LEFT, files: [], removed: [] });
  });

  it.each([
    ['cancelled', is('cancelled'), 'Somebody cancelled the render on the server.'],
    ['removed', gone, 'There is no such render.'],
  ])('is removed with its book where somebody else %s it', async (_, look, message) => {
    const { end, notices, removed } = await render(serverWith({ looks: [look] }));
    expect(end).toMatchObject({ message });
    expect({ notices, removed }).toEqual({ notices: '', removed: ALL });
  });

  it('is removed when it is cancelled, also while the server is not reached', async () => {
    const onPause = (abort: () => void) => abort();
    const { end, notices, removed } = await render(serverWith({ looks: [lost] }), { onPause });
    expect(end).toBeInstanceOf(InterruptedError);
    expect({ notices, removed }).toEqual({ notices: '', removed: ALL });
  });

  it('tells what it could not remove', async () => {
    const { end, notices } = await render(serverWith({ looks: [is('completed')], removal: lost }));
    expect(end).toMatchObject({ status: 'completed' });
    expect(notices).toBe(
      `What was made on the server could not be removed: http://studio.test cannot be reached: read ECONNRESET.\n${ADDRESSES}Remove the book there.\n`,
    );
  });

  it('says where book and render are kept', async () => {
    const { end, notices, removed } = await render(serverWith({ looks: [is('completed')] }), { keep: true });
    expect(end).toMatchObject({ kept: { audiobook_id: BOOK, render_id: RENDER } });
    expect({ notices, removed }).toEqual({
      notices: `The book is kept at http://studio.test/studio/${BOOK}\n`,
      removed: [],
    });
  });

  it('says why nothing goes on while somebody has paused it', async () => {
    const { waits } = await render(serverWith({ looks: [is('paused'), is('running'), is('completed')] }));
    expect(waits).toEqual(['The render is paused on the server.']);
  });
});
