import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, rm, statfs, writeFile } from 'node:fs/promises';
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

it('leaves nothing when the last step of a commit fails', async () => {
  await using under = await create();
  await mkdir(path.join(under.folder, 'blobs'));
  await writeFile(path.join(under.folder, 'blobs', 'ab'), 'in the way of the folder of this key');
  const temporary = await under.store.createTemporary();
  await temporary.write(Uint8Array.of(1));
  await expect(temporary.commit('abcdef')).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(await under.leftovers()).toEqual(['ab']);
  // The next one must not take the folder for made.
  await rm(path.join(under.folder, 'blobs', 'ab'));
  await under.store.put('abcdef', [Uint8Array.of(2)]);
  expect(await under.leftovers()).toEqual(['abcdef']);
});

it('does not commit what was cut short behind its back', async () => {
  await using under = await create();
  const temporary = await under.store.createTemporary();
  await temporary.write(new Uint8Array(100));
  const other = await open(temporary.path, 'r+');
  await other.truncate(50);
  await other.close();
  await expect(temporary.commit('abcdef')).rejects.toThrow('50 bytes on disk, 100 were written');
  expect(await under.leftovers()).toEqual([]);
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

const SMALL_DISK_BYTES = 256 * 1024;

/** A file system of 256 KiB, or undefined where this process may not mount one. */
async function smallDisk() {
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-small-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_BYTES}`, 'tmpfs', folder];
  const mounted = process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('mount', options).status === 0;
  const disk = {
    folder,
    async [Symbol.asyncDispose]() {
      if (mounted) spawnSync('umount', ['-l', folder]);
      await rm(folder, { recursive: true });
    },
  };
  if (mounted) return disk;
  await disk[Symbol.asyncDispose]();
  return undefined;
}

it('leaves nothing on a full disk, and goes on once there is room', async () => {
  await using disk = await smallDisk();
  // Without the right to mount, the simulated disks above are all there is.
  if (disk === undefined) return;
  const store = new DiskBlobStore({ folder: disk.folder, instanceId: 'me' });
  await store.put('before', [new Uint8Array(100_000)]);
  const { bfree, bsize } = await statfs(disk.folder);
  await expect(store.put('toolarge', [new Uint8Array(bfree * bsize + 1)])).rejects.toMatchObject({
    code: 'storage.full',
  });
  expect(await readdir(path.join(disk.folder, 'tmp', 'me'))).toEqual([]);
  expect(await store.stat('toolarge')).toBeUndefined();
  expect(await store.stat('before')).toEqual({ size: 100_000 });
  await store.delete('before');
  await store.put('after', [new Uint8Array(100_000)]);
  expect(await store.stat('after')).toEqual({ size: 100_000 });
});
