import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { openDatabase } from './database.ts';
import { DiskBlobStore } from './disk-blob-store.ts';
import { PendingBlobs } from './pending-blobs.repository.ts';
import { sweepFolder, type SweepOptions } from './sweep.ts';

const DEAD = 'dead';
const LIVING = 'living';
const MINE = 'mine';

/** A data folder with three instances, one of them dead, and rows that refer to the keys of `rows`. */
async function library(rows: readonly string[] = []) {
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-sweep-'));
  const database = await openDatabase(folder, { durable: false });
  const of = (instanceId: string) => ({
    blobs: new DiskBlobStore({ folder, instanceId }),
    pending: new PendingBlobs(database, { instanceId, clock: systemClock }),
  });
  let forgotten = 0;
  const options: SweepOptions = {
    folder,
    lock: { isAlive: id => id !== DEAD && id !== '.DS_Store', forgetDead: () => void (forgotten += 1) },
    ...of(MINE),
    refersTo: keys => keys.filter(key => rows.includes(key)),
  };
  return {
    folder,
    of,
    options,
    sweep: () => sweepFolder(options),
    forgotten: () => forgotten,
    pendingKeys: async () => (await options.pending.list()).map(entry => entry.key),
    async blobKeys() {
      const keys: string[] = [];
      for await (const key of options.blobs.list()) keys.push(key);
      return keys.sort();
    },
    async [Symbol.asyncDispose]() {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

describe('the sweep of a data folder', () => {
  it('finds nothing to do in a new one', async () => {
    await using place = await library();
    expect(await place.sweep()).toEqual({ files: 0, blobs: 0 });
  });

  it('removes the temporary files of dead instances and no others', async () => {
    await using place = await library();
    for (const instance of [DEAD, LIVING, MINE]) {
      await mkdir(path.join(place.folder, 'tmp', instance), { recursive: true });
      for (const name of ['a', 'b']) await writeFile(path.join(place.folder, 'tmp', instance, name), name);
    }
    expect(await place.sweep()).toEqual({ files: 2, blobs: 0 });
    expect((await readdir(path.join(place.folder, 'tmp'))).sort()).toEqual([LIVING, MINE]);
    expect(await readdir(path.join(place.folder, 'tmp', LIVING))).toHaveLength(2);
    expect(await readdir(path.join(place.folder, 'tmp', MINE))).toHaveLength(2);
  });

  it('deletes pending blobs of dead instances that no row refers to, and keeps those that one does', async () => {
    await using place = await library(['referred']);
    const { blobs, pending } = place.of(DEAD);
    await pending.expect(['referred', 'unreferred', 'never-written']);
    await blobs.put('referred', [Uint8Array.of(1)]);
    await blobs.put('unreferred', [Uint8Array.of(2)]);
    await blobs.put('settled', [Uint8Array.of(3)]);
    expect((await place.sweep()).blobs).toBe(2);
    expect(await place.blobKeys()).toEqual(['referred', 'settled']);
    expect(await place.pendingKeys()).toEqual([]);
  });

  it('leaves what living instances are about to store', async () => {
    await using place = await library();
    for (const instance of [LIVING, MINE]) {
      const { blobs, pending } = place.of(instance);
      await pending.expect([`key-${instance}`]);
      await blobs.put(`key-${instance}`, [Uint8Array.of(1)]);
    }
    expect(await place.sweep()).toEqual({ files: 0, blobs: 0 });
    expect(await place.blobKeys()).toEqual(['key-living', 'key-mine']);
    expect((await place.pendingKeys()).sort()).toEqual(['key-living', 'key-mine']);
  });

  it('clears any number of pending blobs', async () => {
    await using place = await library();
    const { blobs, pending } = place.of(DEAD);
    const keys = Array.from({ length: 450 }, (_, n) => `key-${n}`);
    await pending.expect(keys);
    await blobs.put('key-449', [Uint8Array.of(1)]);
    expect((await place.sweep()).blobs).toBe(450);
    expect(await place.pendingKeys()).toEqual([]);
    expect(await place.blobKeys()).toEqual([]);
  });

  it('forgets the dead only after everything of theirs is gone', async () => {
    await using place = await library();
    await place.of(DEAD).pending.expect(['key']);
    const failing = { ...place.options, refersTo: () => Promise.reject(new Error('the disk is gone')) };
    await expect(sweepFolder(failing)).rejects.toThrow('the disk is gone');
    expect(place.forgotten()).toBe(0);
    expect(await place.pendingKeys()).toEqual(['key']);
    await place.sweep();
    expect(place.forgotten()).toBe(1);
  });

  it('does not stumble over files that other programs leave about', async () => {
    await using place = await library();
    await place.of(MINE).blobs.put('key', [Uint8Array.of(1)]);
    await mkdir(path.join(place.folder, 'tmp'), { recursive: true });
    for (const folder of ['tmp', 'blobs', 'blobs/ke'])
      await writeFile(path.join(place.folder, folder, '.DS_Store'), '');
    await place.sweep();
    expect(existsSync(path.join(place.folder, 'tmp', '.DS_Store'))).toBe(false);
    expect(await place.blobKeys()).toEqual(['key']);
  });
});
