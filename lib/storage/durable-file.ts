/** Files that survive a power cut, and full disks that are noticed. */
import { writeSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#lib/base/errors.ts';

/** Gives a full disk its code and sentence; other errors come back as they are. */
export function explainFileError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error);
  return error;
}

function diskFull(cause?: unknown): AppError {
  return new AppError('storage.full', 'The disk is full. Free some space and try again.', { cause });
}

/** What {@link writeAll} needs of a `FileHandle`. */
export interface PositionalWriter {
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
}

/**
 * Writes all of `bytes` at `position`. A disk that fills up makes `write` return a short count without an error (write(2)), so the
 * rest is tried again, and nothing written means full.
 *
 * @throws AppError `storage.full`
 */
export async function writeAll(file: PositionalWriter, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesWritten } = await file
      .write(bytes, done, bytes.byteLength - done, position + done)
      .catch((error: unknown) => {
        throw explainFileError(error);
      });
    if (bytesWritten === 0) throw diskFull();
    done += bytesWritten;
  }
}

/**
 * {@link writeAll} at once, for a thread in which nothing else waits.
 *
 * @param write as of `node:fs`
 * @throws AppError `storage.full`
 */
export function writeAllSync(
  descriptor: number,
  bytes: Uint8Array,
  position: number,
  write: typeof writeSync = writeSync,
): void {
  let done = 0;
  while (done < bytes.byteLength) {
    let written: number;
    try {
      written = write(descriptor, bytes, done, bytes.byteLength - done, position + done);
    } catch (error) {
      throw explainFileError(error);
    }
    if (written === 0) throw diskFull();
    done += written;
  }
}

/** Makes names in this folder durable: a file's own fsync does not (fsync(2)). */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; NTFS journals names by itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder and its missing parents, each name durable. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw explainFileError(error);
  });
  if (first === undefined) return;
  for (let made = folder; ; made = path.dirname(made)) {
    await syncFolder(path.dirname(made)).catch((error: unknown) => {
      throw explainFileError(error);
    });
    if (path.resolve(made) === path.resolve(first)) return;
  }
}

/**
 * Gives `file` this text, whole or not at all; durable when it returns.
 *
 * @param draft a path on the same file system that nobody else writes to meanwhile
 * @throws AppError `storage.full`
 */
export async function replaceFile(file: string, text: string, draft: string): Promise<void> {
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    throw explainFileError(error);
  }
}
