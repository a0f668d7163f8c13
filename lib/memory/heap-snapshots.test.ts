import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { isAppError } from '#lib/base/errors.ts';
import { HeapSnapshots, SNAPSHOT_FOLDER } from './heap-snapshots.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'talk2me-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const TIMEOUT = 60_000;

describe('a heap snapshot', () => {
  it(
    'is a file that only its owner may read, and one at a time',
    async () => {
      const snapshots = new HeapSnapshots({ folder, clock: systemClock, explain: error => error });
      const writing = snapshots.write();
      const error = await snapshots.write().catch((thrown: unknown) => thrown);
      expect(isAppError(error) && error.code).toBe('memory.snapshot_running');
      const { name, size, ms } = await writing;
      const file = path.join(folder, SNAPSHOT_FOLDER, name);
      const found = await stat(file);
      expect(found.size).toBe(size);
      expect(found.mode & 0o777).toBe(0o600);
      expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
      expect(ms).toBeGreaterThan(0);
      // What the developer tools look for first; the whole would be half a gigabyte of JavaScript objects.
      expect((await readFile(file, 'utf8')).slice(0, 200)).toContain('"snapshot"');
      expect(await readdir(path.dirname(file))).toEqual([name]);
    },
    TIMEOUT,
  );

  it('leaves nothing behind where it cannot be written, and says why', async () => {
    await writeFile(path.join(folder, SNAPSHOT_FOLDER), 'a file where the folder should be');
    const explained = new Error('in words');
    const snapshots = new HeapSnapshots({ folder, clock: systemClock, explain: () => explained });
    await expect(snapshots.write()).rejects.toBe(explained);
    // And the next may begin.
    await expect(snapshots.write()).rejects.toBe(explained);
  });
});
