import { afterEach, describe, expect, test, vi } from 'vitest';
import { takeDrop } from './drop.ts';

type Tree = { [name: string]: Tree | string };

/** Entries as browsers give them: folders tell at most 100 at a time, and an empty portion at the end. */
function entryOf(name: string, node: Tree | string, parent = ''): FileSystemEntry {
  const fullPath = `${parent}/${name}`;
  if (typeof node === 'string') {
    const file = (found: (file: File) => void, failed: (error: Error) => void) =>
      node === 'unreadable' ? failed(new Error('gone')) : found(new File([node], name));
    return { isFile: true, isDirectory: false, name, fullPath, file } as unknown as FileSystemEntry;
  }
  const createReader = () => {
    const inside = Object.entries(node).map(([child, below]) => entryOf(child, below, fullPath));
    return { readEntries: (found: (portion: FileSystemEntry[]) => void) => found(inside.splice(0, 100)) };
  };
  return { isFile: false, isDirectory: true, name, fullPath, createReader } as unknown as FileSystemEntry;
}

function transferOf(tree: Tree): DataTransfer {
  const items = Object.entries(tree).map(([name, node]) => ({
    kind: 'file',
    webkitGetAsEntry: () => entryOf(name, node),
    getAsFile: () => (typeof node === 'string' ? new File([node], name) : null),
  }));
  return { items: [{ kind: 'string' }, ...items] } as unknown as DataTransfer;
}

async function pathsOf(tree: Tree, onUnreadable: () => void = () => undefined) {
  const portions: string[][] = [];
  for await (const portion of takeDrop(transferOf(tree), onUnreadable)) {
    portions.push(portion.map(({ path, file }) => path || file.name));
  }
  return portions;
}

afterEach(() => vi.unstubAllGlobals());

describe('a drop', () => {
  test('gives loose files first, then folders in depth with their paths', async () => {
    const tree = { 'a.wav': 'a', pack: { rain: { 'b.wav': 'b' }, 'c.wav': 'c' }, 'd.wav': 'd' };
    expect((await pathsOf(tree)).flat()).toEqual(['a.wav', 'd.wav', 'pack/c.wav', 'pack/rain/b.wav']);
  });

  test('reads a folder of thousands to its end, in portions', async () => {
    const pack = Object.fromEntries(Array.from({ length: 2345 }, (_, i) => [`${i}.wav`, 'x']));
    const portions = await pathsOf({ pack });
    expect(portions.flat()).toHaveLength(2345);
    expect(Math.max(...portions.map(portion => portion.length))).toBe(100);
  });

  test('counts what cannot be read and goes on', async () => {
    const unreadable = vi.fn();
    expect((await pathsOf({ pack: { 'a.wav': 'unreadable', 'b.wav': 'b' } }, unreadable)).flat()).toEqual([
      'pack/b.wav',
    ]);
    expect(unreadable).toHaveBeenCalledOnce();
  });

  test('of an empty folder is nothing', async () => {
    expect(await pathsOf({ pack: {} })).toEqual([]);
  });
});
