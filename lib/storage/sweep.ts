import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { BlobStore } from './blob-store.ts';
import type { FolderLock } from './folder-lock.ts';
import type { PendingBlobs } from './pending-blobs.repository.ts';

export interface SweepOptions {
  folder: string;
  lock: FolderLock;
  pending: PendingBlobs;
  blobs: BlobStore;
  /** Those of the keys that a row refers to. */
  refersTo: (keys: readonly string[]) => string[];
}

/**
 * Clears what servers that are gone left half-done: their temporary files, and blobs that no row came to refer to, or whose
 * row was purged. What a living instance holds is not touched. Costs as much as was left, not as much as is stored.
 *
 * @returns how many temporary files and blobs went
 */
export async function sweepFolder({
  folder,
  lock,
  pending,
  blobs,
  refersTo,
}: SweepOptions): Promise<{ files: number; blobs: number }> {
  let files = 0;
  const temporary = path.join(folder, 'tmp');
  for (const instance of await namesIn(temporary)) {
    if (lock.isAlive(instance)) continue;
    files += (await namesIn(path.join(temporary, instance))).length;
    await rm(path.join(temporary, instance), { recursive: true, force: true });
  }

  const orphans = (await pending.list()).filter(entry => !lock.isAlive(entry.instance_id)).map(entry => entry.key);
  const kept = new Set(refersTo(orphans));
  let removed = 0;
  for (const key of orphans) {
    if (kept.has(key)) continue;
    await blobs.delete(key);
    removed += 1;
  }
  await pending.finish(orphans);

  for (const instance of lock.instances()) {
    if (!lock.isAlive(instance)) lock.forget(instance);
  }
  return { files, blobs: removed };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
