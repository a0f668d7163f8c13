/**
 * Kept speech on disk: `speech/<first two digits>/<key>.flac`. A file is written elsewhere, synced and renamed, so it is whole or not
 * there. The files are all there is: when each was used last is its time of modification, which several servers share and a copy
 * of the folder keeps.
 */
import { open, opendir, rename, rm, stat, utimes } from 'node:fs/promises';
import type { Clock } from '#lib/base/clock.ts';
import { randomId } from '#lib/base/ids.ts';
import { explainFileError, makeFolder, syncFolder, writeAll } from '#lib/storage/durable-file.ts';
import { TEMPORARY_FOLDER } from '#lib/storage/disk-blob-store.ts';
import { pathWithin } from '#lib/storage/path-containment.ts';
import { SPEECH_HEAD_BYTES, speechHash } from './speech-file.ts';

/** Under the data folder. */
export const SPEECH_FOLDER = 'speech';

export interface SpeechEntry {
  key: string;
  /** Bytes. */
  size: number;
  /** Milliseconds of the wall clock. */
  usedAt: number;
}

export interface SpeechFolderOptions {
  /** The data folder. */
  folder: string;
  instanceId: string;
  clock: Clock;
}

const KEY = /^[0-9a-f]{64}$/;
const SHARD = /^[0-9a-f]{2}$/;
const FILE = /^([0-9a-f]{64})\.flac$/;
/** Uses closer together than this are one: a write to the disk for each would cost more than it tells. */
const USE_GRANULARITY_MS = 60_000;

export class SpeechFolder {
  readonly #root: string;
  readonly #temporary: string;
  readonly #clock: Clock;

  constructor({ folder, instanceId, clock }: SpeechFolderOptions) {
    this.#root = pathWithin(folder, SPEECH_FOLDER);
    this.#temporary = pathWithin(folder, TEMPORARY_FOLDER, instanceId);
    this.#clock = clock;
  }

  /** The bytes under `key`, as they lie on the disk, and notes that they were used; undefined where there are none. */
  async read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const handle = await open(this.#path(key), 'r').catch(whereMissing(undefined));
    if (handle === undefined) return undefined;
    try {
      const { mtimeMs, size } = await handle.stat();
      const bytes = new Uint8Array(size);
      let at = 0;
      for (let read = -1; read !== 0 && at < size; at += read) {
        ({ bytesRead: read } = await handle.read(bytes, at, size - at, at));
      }
      if (Math.abs(this.#clock.now().getTime() - mtimeMs) > USE_GRANULARITY_MS) await this.#touch(key);
      return bytes.subarray(0, at);
    } finally {
      await handle.close();
    }
  }

  /** Which recording is under `key`, damaged or not, as {@link speechHash} tells: no more is read than its head. That is no use of it. */
  async hash(key: string): Promise<string | undefined> {
    const handle = await open(this.#path(key), 'r').catch(whereMissing(undefined));
    if (handle === undefined) return undefined;
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(SPEECH_HEAD_BYTES), 0, SPEECH_HEAD_BYTES, 0);
      return speechHash(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  }

  /**
   * Durable when it returns.
   *
   * @throws AppError `storage.full`
   */
  async write(key: string, bytes: Uint8Array): Promise<void> {
    const target = this.#path(key);
    const shard = this.#shard(key);
    await makeFolder(this.#temporary);
    await makeFolder(shard);
    const draft = pathWithin(this.#temporary, randomId());
    try {
      const handle = await open(draft, 'wx', 0o600);
      try {
        await writeAll(handle, bytes, 0);
        await handle.sync();
      } finally {
        await handle.close();
      }
      // The clock of the entries, which is not always the system's.
      await utimes(draft, this.#clock.now(), this.#clock.now());
      await rename(draft, target);
      await syncFolder(shard);
    } catch (error) {
      await rm(draft, { force: true });
      throw explainFileError(error);
    }
  }

  /** Removing what is not there is no error. */
  async remove(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  /** Everything that is kept, in no particular order; whatever else lies there is not ours. */
  async *entries(): AsyncGenerator<SpeechEntry, void, void> {
    for await (const shard of names(this.#root)) {
      if (!SHARD.test(shard)) continue;
      for await (const name of names(pathWithin(this.#root, shard))) {
        const key = FILE.exec(name)?.[1];
        if (key === undefined || !key.startsWith(shard)) continue;
        const found = await stat(this.#path(key)).catch(whereMissing(undefined));
        if (found !== undefined) yield { key, size: found.size, usedAt: found.mtimeMs };
      }
    }
  }

  async #touch(key: string): Promise<void> {
    const now = this.#clock.now();
    // Evicted this moment, or the disk cannot be written to: what was read is as good.
    await utimes(this.#path(key), now, now).catch(() => undefined);
  }

  #shard(key: string): string {
    return pathWithin(this.#root, key.slice(0, 2));
  }

  #path(key: string): string {
    if (!KEY.test(key)) throw new Error(`not a key of speech: ${JSON.stringify(key.slice(0, 200))}`);
    return pathWithin(this.#shard(key), `${key}.flac`);
  }
}

async function* names(folder: string): AsyncGenerator<string, void, void> {
  const opened = await opendir(folder).catch(whereMissing(undefined));
  if (opened !== undefined) for await (const { name } of opened) yield name;
}

/** A file that went away, or a file where a folder was thought to be. */
function whereMissing<T>(value: T): (error: unknown) => T {
  return error => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return value;
    throw error;
  };
}
