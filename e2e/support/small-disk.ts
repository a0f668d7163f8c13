import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A file system that is full when a test says so. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  /** Bytes that can still be written. */
  free(): number;
  /** Fills the disk so that `bytes` remain, rounded up to whole blocks. */
  leave(bytes: number): void;
  /** Undoes {@link leave}. */
  empty(): void;
}

/** A tmpfs of `bytes`, or undefined where this process may not mount one: that takes Linux and root. */
export async function mountSmallDisk(bytes: number): Promise<SmallDisk | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), 'talk2me-disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]).status !== 0) {
    await rm(folder, { recursive: true });
    return undefined;
  }
  const ballast = path.join(folder, 'ballast');
  const free = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    folder,
    free,
    leave(wanted) {
      rmSync(ballast, { force: true });
      const { bsize } = statfsSync(folder);
      const blocks = Math.ceil(wanted / bsize);
      const file = openSync(ballast, 'w');
      try {
        const piece = Buffer.alloc(64 * bsize);
        for (;;) {
          const more = Math.floor(free() / bsize) - blocks;
          if (more <= 0) break;
          writeSync(file, piece, 0, Math.min(more, 64) * bsize);
        }
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      spawnSync('umount', ['-l', folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
