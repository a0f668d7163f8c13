import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SharedEpoch } from './shared-epoch.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'talk2me-epoch-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const fileIn = () => path.join(folder, 'cache-epoch');
const open = (name = 'one') =>
  new SharedEpoch({ file: fileIn(), draft: path.join(folder, 'tmp', name, 'cache-epoch') });

test('there is none before the first', () => {
  expect(open().current()).toBeUndefined();
});

test('what one advances, all see at once, and it is never the same again', () => {
  const one = open('one');
  const other = open('other');
  const seen = new Set<string>();
  for (let n = 0; n < 200; n += 1) {
    (n % 2 === 0 ? one : other).advance();
    expect(one.current()).toEqual(other.current());
    seen.add(one.current()!.id);
  }
  expect(seen.size).toBe(200);
});

test('the home stays until it is said to be another', () => {
  const epoch = open();
  epoch.advance();
  expect(epoch.current()?.home).toBe('');
  epoch.advance('run.history/0');
  epoch.advance();
  expect(epoch.current()?.home).toBe('run.history/0');
});

test('the file is for the owner alone, and nothing is left beside it', () => {
  open().advance('home');
  expect(statSync(fileIn()).mode & 0o777).toBe(0o600);
  expect(readdirSync(path.join(folder, 'tmp', 'one'))).toEqual([]);
});

test('what is half written, or written by somebody else, is no epoch', () => {
  const epoch = open();
  epoch.advance('home');
  const text = readFileSync(fileIn(), 'utf8');
  for (const other of ['', text.slice(0, 20), text.slice(0, -1), `${text}more`, text.toUpperCase()]) {
    writeFileSync(fileIn(), other);
    expect(epoch.current(), JSON.stringify(other)).toBeUndefined();
  }
});

test('where no new epoch can be written, the old one is over all the same', () => {
  open().advance('home');
  // A file where the folder of the draft would be: as good as a full disk.
  writeFileSync(path.join(folder, 'tmp', 'blocked'), '');
  const blocked = open('blocked');
  blocked.advance();
  expect(blocked.current()).toBeUndefined();
  expect(open().current()).toBeUndefined();
  open().advance();
  expect(blocked.current()).toBeDefined();
});

test('where the old one cannot be ended either, that is an error', () => {
  mkdirSync(path.join(fileIn(), 'in-the-way'), { recursive: true });
  expect(() => open().advance()).toThrow();
});
