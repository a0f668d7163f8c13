import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomId } from '#lib/base/ids.ts';

export interface Epoch {
  /** Never used again. */
  readonly id: string;
  /** The server that holds the answers of this epoch, as it names itself; empty before there was one. */
  readonly home: string;
}

export interface SharedEpochOptions {
  /** Where all processes that share the cache look. */
  file: string;
  /** A name on the same file system that no other process uses. Its folder is made where it is missing. */
  draft: string;
}

const FORM = /^(?<id>[0-9a-f]{32}) (?<home>\S*)\n$/;

/**
 * The epoch in which the processes of one data folder hold answers together: one line in a file.
 *
 * Whoever cannot tell the cache of a change advances the epoch, and from that moment nobody finds what was held before. The file
 * is read whenever it is needed, which takes three microseconds: its time and inode number may come again, its text never does.
 * Nothing is flushed to the disk, because an epoch need not outlive the machine's uptime: every start advances it.
 */
export class SharedEpoch {
  readonly #file: string;
  readonly #draft: string;

  constructor({ file, draft }: SharedEpochOptions) {
    this.#file = file;
    this.#draft = draft;
  }

  /** Undefined where there is none, or none can be read: then nothing that is held may be given. */
  current(): Epoch | undefined {
    try {
      const { id, home } = FORM.exec(readFileSync(this.#file, 'utf8'))?.groups ?? {};
      return id === undefined || home === undefined ? undefined : { id, home };
    } catch {
      return undefined;
    }
  }

  /**
   * Ends the current epoch, for every process, before it returns. Where no new one can be written, on a full disk for instance, there
   * is none from here on, until a later call succeeds.
   *
   * @param home of the new epoch; the one of the old when not given
   * @throws the file system's error where the old epoch could not be ended
   */
  advance(home = this.current()?.home ?? ''): void {
    try {
      mkdirSync(path.dirname(this.#draft), { recursive: true });
      writeFileSync(this.#draft, `${randomId()} ${home}\n`, { mode: 0o600 });
      renameSync(this.#draft, this.#file);
    } catch {
      // Takes no room on the disk.
      rmSync(this.#file, { force: true });
    }
  }
}
