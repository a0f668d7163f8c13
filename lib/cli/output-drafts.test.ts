import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OutputDrafts } from './output-drafts.ts';

let folder = '';
let drafts: OutputDrafts;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'talk2me-drafts-'));
  drafts = new OutputDrafts(folder);
});
afterEach(() => rm(folder, { recursive: true }));

async function committed(key: string, text: string): Promise<void> {
  const draft = await drafts.createDraft();
  await writeFile(draft.path, text);
  await draft.commit(key);
  await draft.discard();
}

it('drafts get their names together, in place of what was there', async () => {
  await writeFile(path.join(folder, 'one.wav'), 'before');
  await committed('a', 'first');
  await committed('b', 'second');
  expect(await readFile(path.join(folder, 'one.wav'), 'utf8')).toBe('before');
  await drafts.place(
    new Map([
      ['a', path.join(folder, 'one.wav')],
      ['b', path.join(folder, 'two.wav')],
    ]),
  );
  await drafts.discard();
  expect((await readdir(folder)).sort()).toEqual(['one.wav', 'two.wav']);
  expect(await readFile(path.join(folder, 'one.wav'), 'utf8')).toBe('first');
});

it('what gets no name is gone in the end, committed or not', async () => {
  await committed('a', 'first');
  await committed('b', 'deleted');
  await drafts.delete('b');
  await drafts.createDraft();
  const given = await drafts.createDraft();
  await given.discard();
  expect(await readdir(folder)).toHaveLength(2);
  await drafts.discard();
  expect(await readdir(folder)).toEqual([]);
});
