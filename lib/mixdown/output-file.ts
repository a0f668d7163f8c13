import { createHash } from 'node:crypto';
import { closeSync, fdatasync, fsyncSync, openSync, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { explainFileError, writeAllSync } from '#lib/storage/durable-file.ts';

const WRITE_BYTES = 256 * 1024;
/** Written since the last flush, when the next begins beside the writing; see `disk-blob-store.ts`. */
const FLUSH_BYTES = 64 * 1024 * 1024;

const flush = promisify(fdatasync);

/** A file that is written from its beginning to its end by a thread of its own, durable when it is finished. */
export class OutputFile {
  readonly #descriptor: number;
  readonly #gathered = new Uint8Array(WRITE_BYTES);
  readonly #hash = createHash('sha256');
  #used = 0;
  #written = 0;
  #flushedTo = 0;
  #flushing: Promise<void> = Promise.resolve();

  /** Takes the place of what is there. */
  constructor(file: string) {
    try {
      this.#descriptor = openSync(file, 'w+', 0o600);
    } catch (error) {
      throw explainFileError(error);
    }
  }

  /** Bytes so far. */
  get size(): number {
    return this.#written + this.#used;
  }

  /** @throws AppError `storage.full` */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const room = WRITE_BYTES - this.#used;
      const part = at === 0 && bytes.length <= room ? bytes : bytes.subarray(at, at + room);
      this.#gathered.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
      if (this.#used === WRITE_BYTES) this.#writeGathered();
    }
  }

  /** Whether so much was written since the last flush that there should be one. */
  get wantsFlush(): boolean {
    return this.#written - this.#flushedTo >= FLUSH_BYTES;
  }

  /** Begins one beside the writing. Never two at once: a disk that cannot follow slows the writer down. */
  async flush(): Promise<void> {
    await this.#flushing;
    this.#flushedTo = this.#written;
    this.#flushing = flush(this.#descriptor);
    // Told at the next flush, or at the end.
    this.#flushing.catch(() => undefined);
  }

  /**
   * @param head takes the place of the first bytes
   * @returns the SHA-256 of the file, lower-case hexadecimal
   * @throws AppError `storage.full`
   */
  async finish(head: Uint8Array | undefined): Promise<string> {
    try {
      this.#writeGathered();
      if (head !== undefined) writeAllSync(this.#descriptor, head, 0);
      await this.#flushing;
      fsyncSync(this.#descriptor);
      return head === undefined ? this.#hash.digest('hex') : this.#hashAgain();
    } catch (error) {
      throw explainFileError(error);
    }
  }

  async close(): Promise<void> {
    await this.#flushing.catch(() => undefined);
    closeSync(this.#descriptor);
  }

  #writeGathered(): void {
    const bytes = this.#gathered.subarray(0, this.#used);
    writeAllSync(this.#descriptor, bytes, this.#written);
    this.#hash.update(bytes);
    this.#written += this.#used;
    this.#used = 0;
  }

  #hashAgain(): string {
    const hash = createHash('sha256');
    for (let at = 0, read = -1; read !== 0; at += read) {
      read = readSync(this.#descriptor, this.#gathered, 0, WRITE_BYTES, at);
      hash.update(this.#gathered.subarray(0, read));
    }
    return hash.digest('hex');
  }
}
