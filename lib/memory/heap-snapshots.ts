/** Heap snapshots of this process, for the memory tab of Chromium's developer tools. */
import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import v8 from 'node:v8';
import { AppError } from '#lib/base/errors.ts';
import type { Clock } from '#lib/base/clock.ts';

/** In the data folder. */
export const SNAPSHOT_FOLDER = 'heap-snapshots';

export interface HeapSnapshot {
  /** Of the file, in {@link SNAPSHOT_FOLDER}. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly ms: number;
}

export interface HeapSnapshotsOptions {
  /** The data folder, absolute. */
  readonly folder: string;
  readonly clock: Clock;
  /** Gives a full disk its words. */
  readonly explain: (error: unknown) => unknown;
}

export class HeapSnapshots {
  readonly #options: HeapSnapshotsOptions;
  #writing = false;

  constructor(options: HeapSnapshotsOptions) {
    this.#options = options;
  }

  /**
   * Writes one. The process answers nobody while V8 walks the heap, about a second for each 100 MB of it, and needs about as much
   * memory again. The file holds whatever the process holds, secrets included: only its owner may read it.
   *
   * @throws AppError `memory.snapshot_running`, and what `explain` makes of errors of the disk; no part of a file is left then
   */
  async write(): Promise<HeapSnapshot> {
    if (this.#writing) throw new AppError('memory.snapshot_running', 'A heap snapshot is being written. Wait for it.');
    this.#writing = true;
    const { folder, clock, explain } = this.#options;
    const started = clock.monotonic();
    const stamp = clock.now().toISOString().replaceAll(/[:.]/g, '-');
    const name = `heap-${stamp}.heapsnapshot`;
    const file = path.join(folder, SNAPSHOT_FOLDER, name);
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      try {
        await pipeline(v8.getHeapSnapshot(), createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      return { name, size: (await stat(file)).size, ms: clock.monotonic() - started };
    } catch (error) {
      throw explain(error);
    } finally {
      this.#writing = false;
    }
  }
}
