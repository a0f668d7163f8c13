/**
 * Kept recordings on disk: `pcm/<first two digits>/<key>.pcm`. The files are all there is: when each was used last is its time of
 * modification, which several servers share.
 *
 * Who reads one has a name of its own for it (a hard link) among the temporary files of its instance: what another server removes here stays
 * there until it is let go, and what a killed server has not let go is swept with its temporary files.
 */
import { link, opendir, rename, rm, stat, utimes } from 'node:fs/promises';
import type { Clock } from '#lib/base/clock.ts';
import { randomId } from '#lib/base/ids.ts';
import { TEMPORARY_FOLDER } from '#lib/storage/disk-blob-store.ts';
import { explainFileError, makeFolder } from '#lib/storage/durable-file.ts';
import { pathWithin } from '#lib/storage/path-containment.ts';

/** Under the data folder. */
export const PCM_FOLDER = 'pcm';

export interface PcmEntry {
  key: string;
  /** Bytes. */
  size: number;
  /** Milliseconds of the wall clock. */
  usedAt: number;
}

export interface PcmFolderOptions {
  /** The data folder. */
  folder: string;
  instanceId: string;
  clock: Clock;
}

const KEY = /^[0-9a-f]{64}$/;
const SHARD = /^[0-9a-f]{2}$/;
const FILE = /^([0-9a-f]{64})\.pcm$/;
/** Uses closer together than this are one: a write to the disk for each would cost more than it tells. */
const USE_GRANULARITY_MS = 60_000;

export class PcmFolder {
  readonly #root: string;
  readonly #temporary: string;
  readonly #clock: Clock;

  constructor({ folder, instanceId, clock }: PcmFolderOptions) {
    this.#root = pathWithin(folder, PCM_FOLDER);
    this.#temporary = pathWithin(folder, TEMPORARY_FOLDER, instanceId);
    this.#clock = clock;
  }

  path(key: string): string {
    if (!KEY.test(key)) throw new Error(`not a key of kept sound: ${JSON.stringify(key.slice(0, 200))}`);
    return pathWithin(this.#shard(key), `${key}.pcm`);
  }

  /** Bytes of what is kept under `key`, and notes that it was used; undefined where there is nothing. */
  async use(key: string): Promise<number | undefined> {
    const found = await stat(this.path(key)).catch(whereMissing(undefined));
    if (found === undefined) return undefined;
    const now = this.#clock.now();
    if (Math.abs(now.getTime() - found.mtimeMs) > USE_GRANULARITY_MS) {
      // Evicted this moment, or the disk cannot be written to: it can be read all the same.
      await utimes(this.path(key), now, now).catch(() => undefined);
    }
    return found.size;
  }

  /**
   * Keeps what `write` writes to the path it is given. Not synced: a file that a power cut has damaged is found out and made anew.
   *
   * @throws what `write` throws; AppError `storage.full`
   */
  async place<T>(key: string, write: (draft: string) => Promise<T>): Promise<T> {
    await makeFolder(this.#temporary);
    await makeFolder(this.#shard(key));
    const draft = pathWithin(this.#temporary, randomId());
    try {
      const written = await write(draft);
      // The clock of the entries, which is not always the system's.
      await utimes(draft, this.#clock.now(), this.#clock.now());
      await rename(draft, this.path(key));
      return written;
    } catch (error) {
      await rm(draft, { force: true });
      throw explainFileError(error);
    }
  }

  /**
   * Another name of what is kept under `key`, which nobody else removes; undefined where there is nothing. Where the file system has no such
   * names, it is the file itself, which another server may remove.
   */
  async hold(key: string): Promise<{ path: string; letGo: () => Promise<void> } | undefined> {
    const path = this.path(key);
    await makeFolder(this.#temporary);
    const own = pathWithin(this.#temporary, randomId());
    try {
      await link(path, own);
      return { path: own, letGo: () => rm(own, { force: true }) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      return { path, letGo: () => Promise.resolve() };
    }
  }

  /** Removing what is not there is no error. Who holds it reads it all the same. */
  async remove(key: string): Promise<void> {
    await rm(this.path(key), { force: true });
  }

  /** Everything that is kept, in no particular order; whatever else lies there is not ours. */
  async *entries(): AsyncGenerator<PcmEntry, void, void> {
    for await (const shard of names(this.#root)) {
      if (!SHARD.test(shard)) continue;
      for await (const name of names(pathWithin(this.#root, shard))) {
        const key = FILE.exec(name)?.[1];
        if (key === undefined || !key.startsWith(shard)) continue;
        const found = await stat(this.path(key)).catch(whereMissing(undefined));
        if (found !== undefined) yield { key, size: found.size, usedAt: found.mtimeMs };
      }
    }
  }

  #shard(key: string): string {
    return pathWithin(this.#root, key.slice(0, 2));
  }
}

async function* names(folder: string): AsyncGenerator<string, void, void> {
  const opened = await opendir(folder).catch(whereMissing(undefined));
  if (opened !== undefined) for await (const { name } of opened) yield name;
}

function whereMissing<T>(value: T): (error: unknown) => T {
  return error => {
    if (isMissing(error)) return value;
    throw error;
  };
}

/** A file that went away, or a file where a folder was thought to be. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
