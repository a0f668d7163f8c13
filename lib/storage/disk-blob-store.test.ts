import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { blobStoreSuite, type BlobStoreUnderTest } from './blob-store.suite.ts';
import { DiskBlobStore } from './disk-blob-store.ts';
import { writeAll, type PositionalWriter } from './durable-file.ts';

async function create(): Promise<BlobStoreUnderTest & { folder: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-blobs-'));
  return {
    folder,
    store: new DiskBlobStore({ folder, instanceId: 'me' }),
    async leftovers() {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      return found.filter(entry => entry.isFile()).map(entry => entry.name);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

blobStoreSuite('disk', create);

it('keeps blobs and temporary files where the layout says', async () => {
  await using under = await create();
  await under.store.put('abcdef', [Uint8Array.of(1)]);
  const temporary = await under.store.createTemporary();
  expect(path.dirname(temporary.path)).toBe(path.join(under.folder, 'tmp', 'me'));
  await temporary.discard();
  expect(await readdir(path.join(under.folder, 'blobs', 'ab'))).toEqual(['abcdef']);
});

it('stops reading when the reader does', async () => {
  await using under = await create();
  await under.store.put('abcdef', [new Uint8Array(500_000)]);
  const reader = (await under.store.read('abcdef')).getReader();
  await reader.read();
  await reader.cancel();
  expect((await reader.read()).done).toBe(true);
});

/** A disk with this many bytes left, as Linux behaves: what fits is written and counted, no error. */
function nearlyFullDisk(room: number): PositionalWriter & { written: number } {
  return {
    written: 0,
    write(_bytes, _offset, length) {
      const bytesWritten = Math.min(length, room - this.written);
      this.written += bytesWritten;
      return Promise.resolve({ bytesWritten });
    },
  };
}

it('notices a write that was cut short by a full disk', async () => {
  await expect(writeAll(nearlyFullDisk(10), new Uint8Array(11), 0)).rejects.toMatchObject({ code: 'storage.full' });
  await writeAll(nearlyFullDisk(10), new Uint8Array(10), 0);
});

it('finishes a write that the system takes in parts', async () => {
  const positions: number[] = [];
  const file: PositionalWriter = {
    write(_bytes, offset, _length, position) {
      positions.push(offset, position);
      return Promise.resolve({ bytesWritten: 1 });
    },
  };
  await writeAll(file, new Uint8Array(3), 100);
  expect(positions).toEqual([0, 100, 1, 101, 2, 102]);
});

it.runIf(process.platform === 'linux')('names a disk that says by itself that it is full', async () => {
  const full = await open('/dev/full', 'w');
  await expect(writeAll(full, new Uint8Array(10), 0)).rejects.toMatchObject({ code: 'storage.full' });
  await full.close();
});
