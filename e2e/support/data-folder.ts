import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { DATABASE_FILE } from '#lib/storage/database.ts';
import { SqliteConnection } from '#lib/storage/sqlite.ts';

/** Every file and folder under `folder`, relative and sorted; folders end with a slash. */
export function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(entry => path.join(path.relative(folder, entry.parentPath), entry.name) + (entry.isDirectory() ? '/' : ''))
    .sort();
}

export interface FolderContents {
  /** Files under `tmp/`. */
  temporary: string[];
  /** Keys of the files under `blobs/`. */
  blobs: string[];
  /** Keys that rows refer to, deleted sounds that can be restored included. */
  rows: string[];
  /** Keys that are expected and not yet there, or to be removed. */
  pending: string[];
}

export function contentsOf(dataDir: string): FolderContents {
  const files = tree(dataDir).filter(name => !name.endsWith('/'));
  const database = new SqliteConnection(path.join(dataDir, DATABASE_FILE), DATABASE_FILE, { readOnly: true });
  try {
    const keys = (sql: string) => database.all<{ key: string }>(sql).map(row => row.key);
    return {
      temporary: files.filter(name => name.startsWith('tmp/')),
      blobs: files
        .filter(name => name.startsWith('blobs/'))
        .map(name => path.basename(name))
        .sort(),
      rows: keys('select blob_key as key from sounds').sort(),
      pending: keys('select key from pending_blobs'),
    };
  } finally {
    database.close();
  }
}

/**
 * That no upload left anything half-done: no temporary file, no blob without a row or row without a blob, nothing pending.
 * Polls, because a server learns of a client that went away when it does, not when the client goes.
 */
export async function expectNothingHalfDone(dataDir: string): Promise<void> {
  await expect
    .poll(
      () => {
        const { temporary, blobs, rows, pending } = contentsOf(dataDir);
        const orphans = blobs.filter(key => !rows.includes(key));
        const missing = rows.filter(key => !blobs.includes(key));
        return { temporary, orphans, missing, pending };
      },
      { timeout: 3_000 },
    )
    .toEqual({ temporary: [], orphans: [], missing: [], pending: [] });
}
