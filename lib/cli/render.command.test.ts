import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ScriptReport } from '#lib/audiobooks/audiobook.ts';
import { PLACE_OPTIONS, readOptions, RENDER_OPTIONS, SCRIPT_OPTIONS } from './options.ts';
import { renderBook } from './render.command.ts';
import type { RenderRequest, Studio } from './studio.ts';
import { testTerminal } from './terminal.fixture.ts';

let folder = '';
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'talk2me-render-')), 'books');
  await mkdir(folder);
  await writeFile(path.join(folder, 'a.txt'), 'Hello.');
});
afterEach(() => rm(path.dirname(folder), { recursive: true }));

const start = { line: 1, column: 1, offset: 0 };
const chaptersCalled = (...titles: string[]) => titles.map(title => ({ title, start, units: 1 }));

/** Renders files with such names, and chapters with such titles. */
function studioThatSays(names: readonly string[], chapters: ScriptReport['chapters']): Studio {
  return {
    check: () => Promise.resolve({ diagnostics: [], chapters, units: 1, voices: [], sounds: [], estimated_length: 1 }),
    voices: () => Promise.reject(new Error('nobody asks for them')),
    close: () => Promise.resolve(),
    async render({ drafts, place }: RenderRequest) {
      const outputs = [];
      for (const [n, name] of names.entries()) {
        const draft = await drafts.createDraft();
        await writeFile(draft.path, `file ${n}`);
        await draft.commit(name);
        const facts = { content_type: 'audio/wav', size: 6, sha256: '', length: 1, peak_dbfs: -1, limited_db: 0 };
        outputs.push({ name, draft: name, chapter: null, ...facts });
      }
      await place(outputs);
      const units = { units_total: 1, units_reused: 1, units_synthesised: 0, units_failed: 0 };
      return { status: 'completed', length: 1, ...units, error: null, failures: [], warnings: [], outputs };
    },
  };
}

async function render(studio: Studio, ...args: string[]) {
  const options = { ...PLACE_OPTIONS, ...SCRIPT_OPTIONS, ...RENDER_OPTIONS };
  const { values, positionals } = readOptions(['a.txt', ...args], options);
  const terminal = testTerminal(folder);
  const signal = new AbortController().signal;
  const code = await renderBook(positionals, values, { terminal, studio, signal });
  return { code, files: (await readdir(folder)).sort(), around: await readdir(path.dirname(folder)) };
}

it('files have the names that the command gives them, whatever a server calls them', async () => {
  const studio = studioThatSays(['../.bashrc', '/tmp/other', ''], chaptersCalled('../../up', '\u0007', '.'));
  const { code, files, around } = await render(studio, '--out', 'my book.wav', '--chapters', '3,1,2');
  expect({ code, around }).toEqual({ code: 0, around: ['books'] });
  expect(files).toEqual(['a.txt', 'my book - 01 .. .. up.wav', 'my book - 02.wav', 'my book - 03.wav']);
  expect(await readFile(path.join(folder, 'my book - 03.wav'), 'utf8')).toBe('file 0');
  expect((await render(studioThatSays(['../x'], []), '--out', 'only.wav')).files).toContain('only.wav');
});

it('names of chapters fit, however long they are', async () => {
  const studio = studioThatSays(['a', 'b'], chaptersCalled('Глава, в которой '.repeat(40), 'Другая глава '.repeat(40)));
  const { code, files } = await render(studio, '--out', `${'книга '.repeat(22)}.wav`, '--chapters', '1,2');
  expect(code).toBe(0);
  expect(files).toHaveLength(3);
});

it('more files than were asked for are refused, and none is left', async () => {
  const studio = studioThatSays(['a', 'b'], chaptersCalled('One'));
  await expect(render(studio, '--out', 'a.wav')).rejects.toThrow('more files than were asked for');
  expect(await readdir(folder)).toEqual(['a.txt']);
});
