/**
 * Where large bytes live: recordings, covers, renders. The contract that every store passes (`blob-store.suite.ts`).
 *
 * A blob is written once, whole or not at all, and never changes. Keys are made by us (`randomId`) and never used again, so a blob
 * may be read while the database is still being asked about it.
 */
export interface BlobStore {
  /**
   * A place to write to before it is known whether the bytes are wanted.
   *
   * @throws AppError `storage.full`
   */
  createTemporary(): Promise<TemporaryBlob>;

  /**
   * A place for a file that something else makes: a thread that mixes, a program that decodes.
   *
   * @throws AppError `storage.full`
   */
  createDraft(): Promise<BlobDraft>;

  /**
   * Stores a stream under `key`; durable when it returns. Nothing is left when the source fails or `signal` is aborted.
   *
   * @throws AppError `storage.full`; the source's own error; the signal's reason
   */
  put(
    key: string,
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: { signal?: AbortSignal },
  ): Promise<void>;

  /**
   * Bytes `start` to `end`, exclusive; all without a range. The stream holds the file open until it is read to its end or
   * cancelled, and goes on after the blob is deleted.
   *
   * @throws AppError `storage.blob_not_found`; RangeError for a range outside the blob
   */
  read(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>>;

  /**
   * A blob as a file, for decoders in other threads and programs. It is only to be read, and it may be gone once the blob is deleted.
   *
   * @throws AppError `storage.blob_not_found`
   */
  openFile(key: string): Promise<BlobFile>;

  /** Undefined where there is no such blob. */
  stat(key: string): Promise<BlobStat | undefined>;

  /** Durable when it returns. Deleting what is not there is not an error. */
  delete(key: string): Promise<void>;

  /** Keys that begin with `prefix`, in no particular order. For maintenance: it visits every blob. */
  list(prefix?: string): AsyncIterable<string>;
}

/** Bytes on their way into the store. Either {@link commit} or {@link discard} ends it. */
export interface TemporaryBlob {
  /** For decoders that read a file by themselves, until `commit` or `discard`. */
  readonly path: string;
  /** Bytes written so far. */
  readonly size: number;
  /**
   * Appends. Calls keep their order; `bytes` must not change until it returns.
   *
   * @throws AppError `storage.full`
   */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Makes durable what is written so far. To be called ahead of `commit` where something else takes time as well. A failure is
   * remembered: `commit` fails with it, too.
   *
   * @throws AppError `storage.full`
   */
  flush(): Promise<void>;
  /**
   * Makes the bytes the blob `key`; durable when it returns. When it throws, the temporary file is gone too.
   *
   * @throws AppError `storage.full`
   */
  commit(key: string): Promise<void>;
  /** Forgets the bytes. Does nothing after `commit` or a second time. */
  discard(): Promise<void>;
}

/** A file on its way into the store. Either {@link commit} or {@link discard} ends it. */
export interface BlobDraft {
  /** There is nothing yet. What is made there is left where it is until the end, or replaced. */
  readonly path: string;
  /**
   * Makes the file the blob `key`; durable when it returns. When it throws, the file is gone.
   *
   * @throws AppError `storage.full`; Error where nothing was made
   */
  commit(key: string): Promise<void>;
  /** Removes what was made. Does nothing after `commit` or a second time. */
  discard(): Promise<void>;
}

/** A blob on the local disk, for as long as it is held. */
export interface BlobFile {
  readonly path: string;
  release(): Promise<void>;
}

export interface ByteRange {
  /** The first byte, from 0. */
  start: number;
  /** Behind the last byte. */
  end: number;
}

export interface BlobStat {
  /** Bytes. */
  size: number;
}

/** Keys stay apart on file systems that fold case, and hold nothing that a path or an object store reads as structure. */
export const BLOB_KEY_PATTERN = /^[a-z0-9][a-z0-9_-]{2,127}$/;

/** @throws Error for a key that our code should not have made */
export function checkBlobKey(key: string): string {
  if (!BLOB_KEY_PATTERN.test(key)) throw new Error(`not a blob key: ${JSON.stringify(key.slice(0, 200))}`);
  return key;
}
