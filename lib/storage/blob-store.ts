/**
 * Where recordings lie: bytes under keys, written once and never changed. Disk today, S3 tomorrow; nothing above this contract
 * may assume either.
 */
import { AppError } from '#lib/base/errors.ts';

/** Keys are made by us, never from what a client sent: 8 to 64 lower-case letters and digits. */
export const BLOB_KEY_PATTERN = /^[0-9a-z]{8,64}$/;

export interface BlobRange {
  /** First byte. */
  start: number;
  /** Behind the last byte. */
  end: number;
}

/** Bytes on their way into the store; not visible in it before {@link commit}. */
export interface TemporaryBlob {
  /** A file that adapters of programs and decoders can read while it is written. */
  readonly path: string;
  /** Bytes written so far. */
  readonly size: number;
  /** Appends all of the bytes. @throws AppError `storage.full` */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes the blob durable under its key, then visible. @throws AppError `storage.full` */
  commit(key: string): Promise<void>;
  /** Forgets the bytes. Does nothing after {@link commit}, and may be called twice. */
  discard(): Promise<void>;
}

export interface BlobStore {
  createTemporary(): Promise<TemporaryBlob>;
  /** The bytes of a range, or all of them. Cancelling the stream releases what it holds. @throws AppError `storage.missing` */
  read(key: string, range?: BlobRange): Promise<ReadableStream<Uint8Array>>;
  /** Size in bytes, or undefined where there is none. */
  size(key: string): Promise<number | undefined>;
  /** Durable when it returns; a key that is not there is none the less deleted. */
  delete(key: string): Promise<void>;
}

export function assertBlobKey(key: string): void {
  if (!BLOB_KEY_PATTERN.test(key)) throw new Error(`not a blob key: ${JSON.stringify(key)}`);
}

export function missingBlob(cause?: unknown): AppError {
  return new AppError(
    'storage.missing',
    'The bytes of this sound are missing from the data folder. Restore them from a backup.',
    {
      cause,
    },
  );
}
