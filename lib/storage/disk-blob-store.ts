import { open, opendir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { AppError } from '#lib/base/errors.ts';
import { randomId } from '#lib/base/ids.ts';
import {
  type BlobDraft,
  type BlobFile,
  BLOB_KEY_PATTERN,
  checkBlobKey,
  type BlobStat,
  type BlobStore,
  type ByteRange,
  type TemporaryBlob,
} from './blob-store.ts';
import { explainFileError, makeFolder, syncFolder, writeAll } from './durable-file.ts';
import { pathWithin } from './path-containment.ts';

/** Under the data folder. A blob is `blobs/<first two characters>/<key>`. */
export const BLOBS_FOLDER = 'blobs';
/** Under the data folder, one folder for each instance: its sweep after death is one removal. */
export const TEMPORARY_FOLDER = 'tmp';

const READ_BYTES = 64 * 1024;
/**
 * Written since the last flush, when the next begins by itself. Where gigabytes wait to be written, any fsync of the same disk waits
 * for them (ext4 writes data before the names that need it), and those of the database stop the whole process.
 */
const FLUSH_BYTES = 64 * 1024 * 1024;

export interface DiskBlobStoreOptions {
  /** The data folder. Blobs and temporary files must be on one file system. */
  folder: string;
  instanceId: string;
}

/** Blobs as files of the data folder. */
export class DiskBlobStore implements BlobStore {
  readonly #blobs: string;
  readonly #temporary: string;
  /** Shard folders that are durable, or about to be. */
  readonly #shards = new Map<string, Promise<void>>();

  constructor({ folder, instanceId }: DiskBlobStoreOptions) {
    this.#blobs = pathWithin(folder, BLOBS_FOLDER);
    this.#temporary = pathWithin(folder, TEMPORARY_FOLDER, instanceId);
  }

  async createTemporary(): Promise<TemporaryBlob> {
    await makeFolder(this.#temporary);
    const path = pathWithin(this.#temporary, randomId());
    // 'x': never an existing file. 0600: bytes that nobody has accepted yet.
    const handle = await open(path, 'wx', 0o600).catch(rethrow);
    return new TemporaryFile(path, handle, key => this.#place(path, key));
  }

  async createDraft(): Promise<BlobDraft> {
    await makeFolder(this.#temporary);
    const path = pathWithin(this.#temporary, randomId());
    const discard = () => rm(path, { force: true });
    const commit = async (key: string) => {
      try {
        checkBlobKey(key);
        await syncFile(path);
        await this.#place(path, key);
      } catch (error) {
        await discard();
        throw error;
      }
    };
    return { path, commit, discard };
  }

  async put(
    key: string,
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<void> {
    checkBlobKey(key);
    signal?.throwIfAborted();
    const temporary = await this.createTemporary();
    try {
      for await (const bytes of source) {
        signal?.throwIfAborted();
        await temporary.write(bytes);
      }
      signal?.throwIfAborted();
      await temporary.commit(key);
    } finally {
      await temporary.discard();
    }
  }

  async read(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
    const handle = await open(this.#path(key), 'r').catch((error: unknown) => {
      throw isMissing(error) ? notFound(error) : error;
    });
    try {
      const { size } = await handle.stat();
      const { start, end } = range ?? { start: 0, end: size };
      if (start < 0 || end > size || start > end) throw new RangeError(`bytes ${start} to ${end} of a blob of ${size}`);
      return streamOf(handle, start, end);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async openFile(key: string): Promise<BlobFile> {
    if ((await this.stat(key)) === undefined) throw notFound();
    return { path: this.#path(key), release: () => Promise.resolve() };
  }

  async stat(key: string): Promise<BlobStat | undefined> {
    try {
      const { size } = await stat(this.#path(key));
      return { size };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    try {
      await unlink(path);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await syncFolder(this.#shard(key));
  }

  async *list(prefix = ''): AsyncIterable<string> {
    for await (const shard of entries(this.#blobs)) {
      if (!shard.startsWith(prefix.slice(0, 2))) continue;
      for await (const key of entries(pathWithin(this.#blobs, shard))) {
        // Whatever else lies there, such as `.DS_Store`, is no blob.
        if (key.startsWith(prefix) && BLOB_KEY_PATTERN.test(key)) yield key;
      }
    }
  }

  /** The last step of a commit: the bytes are synced already. */
  async #place(from: string, key: string): Promise<void> {
    const target = this.#path(key);
    const shard = this.#shard(key);
    await this.#makeShard(shard);
    await rename(from, target).catch(rethrow);
    try {
      await syncFolder(shard);
    } catch (error) {
      // Not known to be durable, so not there.
      await rm(target, { force: true });
      throw explainFileError(error);
    }
  }

  /** Everyone who needs a shard waits for the one who makes it: that its name is there does not say that it is durable. */
  #makeShard(shard: string): Promise<void> {
    let made = this.#shards.get(shard);
    if (made === undefined) {
      // Synced also where it was there: whoever made it may have been killed before.
      made = makeFolder(shard)
        .then(() => syncFolder(this.#blobs))
        .catch((error: unknown) => {
          this.#shards.delete(shard);
          throw explainFileError(error);
        });
      this.#shards.set(shard, made);
    }
    return made;
  }

  #shard(key: string): string {
    return pathWithin(this.#blobs, key.slice(0, 2));
  }

  #path(key: string): string {
    return pathWithin(this.#blobs, checkBlobKey(key).slice(0, 2), key);
  }
}

class TemporaryFile implements TemporaryBlob {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #place: (key: string) => Promise<void>;
  #size = 0;
  /** Rejected for ever once a flush has failed: fsync tells of bytes that are lost only once. */
  #flushed: Promise<void> = Promise.resolve();
  /** Bytes up to which the last flush goes. */
  #flushedTo = 0;
  #isFlushing = false;
  #ended = false;

  constructor(path: string, handle: FileHandle, place: (key: string) => Promise<void>) {
    this.path = path;
    this.#handle = handle;
    this.#place = place;
  }

  get size(): number {
    return this.#size;
  }

  async write(bytes: Uint8Array): Promise<void> {
    // The position is taken before anything is awaited, so that writes that overlap keep their order.
    const position = this.#size;
    this.#size += bytes.byteLength;
    await writeAll(this.#handle, bytes, position);
    if (!this.#isFlushing && this.#size - this.#flushedTo >= FLUSH_BYTES) void this.flush().catch(() => undefined);
  }

  flush(): Promise<void> {
    this.#isFlushing = true;
    const flushed = this.#flushed.then(async () => {
      this.#flushedTo = this.#size;
      // ENOSPC and EIO of delayed allocation show here.
      await this.#handle.sync().catch(rethrow);
    });
    this.#flushed = flushed;
    const done = () => {
      if (this.#flushed === flushed) this.#isFlushing = false;
    };
    flushed.then(done, done);
    return flushed;
  }

  async commit(key: string): Promise<void> {
    if (this.#ended) throw new Error('the temporary file was committed or discarded before');
    try {
      checkBlobKey(key);
      await this.flush();
      const { size } = await this.#handle.stat();
      if (size !== this.#size) throw new Error(`${size} bytes on disk, ${this.#size} were written`);
      await this.#handle.close();
      await this.#place(key);
      this.#ended = true;
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  async discard(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#handle.close();
    await rm(this.path, { force: true });
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    throw explainFileError(error);
  } finally {
    await handle.close();
  }
}

function streamOf(handle: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  let position = start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          if (position < end) {
            const bytes = new Uint8Array(Math.min(READ_BYTES, end - position));
            const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, position);
            if (bytesRead === 0) throw new Error('the file of a blob became shorter');
            position += bytesRead;
            controller.enqueue(bytes.subarray(0, bytesRead));
          }
          if (position < end) return;
          await handle.close();
          controller.close();
        } catch (error) {
          await handle.close().catch(() => undefined);
          throw error;
        }
      },
      cancel: () => handle.close(),
    },
    // Nothing is read before it is asked for.
    { highWaterMark: 0 },
  );
}

async function* entries(folder: string): AsyncIterable<string> {
  try {
    for await (const entry of await opendir(folder)) yield entry.name;
  } catch (error) {
    const isFile = error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
    if (!isFile && !isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function notFound(cause?: unknown): AppError {
  return new AppError('storage.blob_not_found', 'The file is missing from the data folder.', { cause });
}

function rethrow(error: unknown): never {
  throw explainFileError(error);
}
