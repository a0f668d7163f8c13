import { readdir, rm } from 'node:fs/promises';
import type { BlobStore } from './blob-store.ts';
import { TEMPORARY_FOLDER } from './disk-blob-store.ts';
import type { FolderLock } from './folder-lock.ts';
import { pathWithin } from './path-containment.ts';
import type { PendingBlobs } from './pending-blobs.repository.ts';

const BATCH = 200;

export interface SweepOptions {
  /** The data folder. */
  folder: string;
  lock: Pick<FolderLock, 'isAlive' | 'forgetDead'>;
  pending: PendingBlobs;
  blobs: BlobStore;
  /** Those of these keys that any row refers to. */
  refersTo: (keys: readonly string[]) => readonly string[] | Promise<readonly string[]>;
}

export interface Swept {
  /** Temporary files removed. */
  files: number;
  /** Blobs deleted because nothing refers to them, or never put. */
  blobs: number;
}

/** Cleans up after instances that died half-way through something; touches nothing of a living one. Safe to run at any time. */
export async function sweepFolder({ folder, lock, pending, blobs, refersTo }: SweepOptions): Promise<Swept> {
  const swept: Swept = { files: 0, blobs: 0 };
  for (const instance of await names(pathWithin(folder, TEMPORARY_FOLDER))) {
    if (lock.isAlive(instance)) continue;
    const left = pathWithin(folder, TEMPORARY_FOLDER, instance);
    swept.files += (await names(left)).length;
    await rm(left, { recursive: true, force: true });
  }

  const alive = new Map<string, boolean>();
  const isDead = (instance: string) => {
    if (!alive.has(instance)) alive.set(instance, lock.isAlive(instance));
    return alive.get(instance) === false;
  };
  const orphans = (await pending.list()).filter(entry => isDead(entry.instance_id)).map(entry => entry.key);
  for (let start = 0; start < orphans.length; start += BATCH) {
    const keys = orphans.slice(start, start + BATCH);
    const kept = new Set(await refersTo(keys));
    for (const key of keys) {
      if (kept.has(key)) continue;
      await blobs.delete(key);
      swept.blobs += 1;
    }
    await pending.finish(keys);
  }
  // Last: as long as an instance's lock file is there, what it left is known to be a dead one's.
  lock.forgetDead();
  return swept;
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // A file where a folder is expected is not ours (`.DS_Store`, say), and no reason not to start.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
