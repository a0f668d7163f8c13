import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { randomId } from '#lib/base/ids.ts';
import { assertBlobKey, missingBlob, type BlobRange, type BlobStore, type TemporaryBlob } from './blob-store.ts';
import { diskFull, translateDiskError } from './disk-errors.ts';

const READ_BYTES = 64 * 1024;

export interface DiskBlobStoreOptions {
  /** The data folder. */
  folder: string;
  /** Who writes: temporary files lie in `tmp/<instanceId>`, so that a sweep can tell whose they are. */
  instanceId: string;
}

/** Blobs as files: `blobs/<first two characters>/<key>`, written in `tmp/<instance>` of the same file system. */
export class DiskBlobStore implements BlobStore {
  readonly #blobs: string;
  readonly #temporary: string;

  constructor({ folder, instanceId }: DiskBlobStoreOptions) {
    this.#blobs = path.join(folder, 'blobs');
    this.#temporary = path.join(folder, 'tmp', instanceId);
  }

  async createTemporary(): Promise<TemporaryBlob> {
    const file = path.join(this.#temporary, randomId());
    try {
      await mkdir(this.#temporary, { recursive: true });
      return new TemporaryFile(file, await open(file, 'wx', 0o640), this.#pathOf);
    } catch (error) {
      await rm(file, { force: true });
      throw translateDiskError(error);
    }
  }

  async read(key: string, range?: BlobRange): Promise<ReadableStream<Uint8Array>> {
    const handle = await openExisting(this.#pathOf(key));
    let position = range?.start ?? 0;
    const end = range?.end ?? Infinity;
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const wanted = Math.min(READ_BYTES, end - position);
            const { bytesRead, buffer } = await handle.read(new Uint8Array(wanted), 0, wanted, position);
            position += bytesRead;
            if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
            if (bytesRead > 0 && position < end) return;
            await handle.close();
            // A file that ends before the range does was cut behind our back; better a broken answer than a wrong one.
            if (position < end && end !== Infinity) controller.error(missingBlob());
            else controller.close();
          } catch (error) {
            await handle.close();
            controller.error(error);
          }
        },
        cancel: () => handle.close(),
      },
      { highWaterMark: 1 },
    );
  }

  async size(key: string): Promise<number | undefined> {
    try {
      return (await stat(this.#pathOf(key))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    const file = this.#pathOf(key);
    try {
      await rm(file);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await syncFolder(path.dirname(file));
  }

  readonly #pathOf = (key: string): string => {
    assertBlobKey(key);
    return path.join(this.#blobs, key.slice(0, 2), key);
  };
}

class TemporaryFile implements TemporaryBlob {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #pathOf: (key: string) => string;
  #state: 'open' | 'closed' | 'committed' = 'open';
  #size = 0;

  constructor(file: string, handle: FileHandle, pathOf: (key: string) => string) {
    this.path = file;
    this.#handle = handle;
    this.#pathOf = pathOf;
  }

  get size(): number {
    return this.#size;
  }

  async write(bytes: Uint8Array): Promise<void> {
    let written = 0;
    try {
      while (written < bytes.byteLength) {
        // On a full disk this returns a short count, and no error; then the next returns 0 or says ENOSPC.
        const { bytesWritten } = await this.#handle.write(bytes, written, bytes.byteLength - written);
        if (bytesWritten === 0) throw diskFull();
        written += bytesWritten;
      }
    } catch (error) {
      throw translateDiskError(error);
    }
    this.#size += bytes.byteLength;
  }

  async commit(key: string): Promise<void> {
    const target = this.#pathOf(key);
    try {
      await this.#handle.sync();
      await this.#close();
      await makeFolderDurably(path.dirname(target));
      await rename(this.path, target);
      await syncFolder(path.dirname(target));
    } catch (error) {
      throw translateDiskError(error);
    }
    this.#state = 'committed';
  }

  async discard(): Promise<void> {
    if (this.#state === 'committed') return;
    await this.#close();
    await rm(this.path, { force: true });
  }

  async #close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    await this.#handle.close();
  }
}

async function openExisting(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (isMissing(error)) throw missingBlob(error);
    throw error;
  }
}

/** Makes the folder and the one above it, and writes their names down for good. */
async function makeFolderDurably(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; ; made = path.dirname(made)) {
    await syncFolder(path.dirname(made));
    if (made === first) return;
  }
}

/** A rename is durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
