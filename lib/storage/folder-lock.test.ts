import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/base/clock.ts';
import { openDatabase } from './database.ts';
import { DiskBlobStore } from './disk-blob-store.ts';
import { takeFolder, type FolderLock } from './folder-lock.ts';
import { PendingBlobs } from './pending-blobs.repository.ts';
import { sweepFolder } from './sweep.ts';

const children: ChildProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function testFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'talk2me-lock-'));
  folders.push(folder);
  return folder;
}

interface Other {
  /** Of its hold, or the refusal's code and message. */
  answer: { instanceId?: string; code?: string; message?: string; pid: number };
  kill(): Promise<void>;
  release(): Promise<void>;
}

/** Another process that takes the folder and holds it until it is killed or told to let go. */
async function other(folder: string, shared = false): Promise<Other> {
  const script = `
    import { takeFolder } from ${JSON.stringify(path.join(import.meta.dirname, 'folder-lock.ts'))};
    const answer = value => console.log(JSON.stringify({ ...value, pid: process.pid }));
    try {
      const lock = takeFolder(${JSON.stringify(folder)}, { shared: ${shared}, url: 'http://first:3000' });
      answer({ instanceId: lock.instanceId });
      process.stdin.once('data', () => { lock.release(); process.exit(); });
    } catch (error) { answer({ code: error.code, message: error.message }); }`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: path.join(import.meta.dirname, '../..'),
  });
  children.push(child);
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  const exited = () => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve());
  return {
    answer: JSON.parse(text) as Other['answer'],
    async kill() {
      const gone = exited();
      child.kill('SIGKILL');
      await gone;
    },
    async release() {
      const gone = exited();
      child.stdin.write('go\n');
      await gone;
    },
  };
}

const take = (folder: string, shared = false): FolderLock => takeFolder(folder, { shared, url: 'http://second:3000' });

describe('a data folder', () => {
  it('has one owner, whom a refusal names, and is free once the owner is killed', async () => {
    const folder = testFolder();
    const first = await other(folder);
    expect(first.answer.instanceId).toMatch(/^[0-9a-f]{32}$/);
    expect(() => take(folder)).toThrow(
      expect.objectContaining({
        code: 'storage.folder_in_use',
        message: expect.stringContaining(`process ${first.answer.pid} at http://first:3000`) as unknown,
      }),
    );
    expect(() => take(folder, true)).toThrow(expect.objectContaining({ code: 'storage.folder_in_use' }));
    await first.kill();
    take(folder).release();
  });

  it('is free after its owner lets go, and nothing of that owner stays', async () => {
    const folder = testFolder();
    const first = await other(folder);
    await first.release();
    const lock = take(folder);
    expect(readdirSync(path.join(folder, 'instances')).map(name => name.slice(0, 32))).toEqual([
      lock.instanceId,
      lock.instanceId,
    ]);
    lock.release();
    lock.release();
    expect(readdirSync(path.join(folder, 'instances'))).toEqual([]);
  });

  it('may be shared by all who say so, and by none who does not', async () => {
    const folder = testFolder();
    const first = await other(folder, true);
    const second = take(folder, true);
    const third = await other(folder, false);
    expect(third.answer).toMatchObject({
      code: 'storage.folder_in_use',
      message: expect.stringContaining('http://first:3000') as unknown,
    });
    second.release();
    await first.kill();
    take(folder).release();
  });

  it('is refused with what may be done, and without a name where the owner has not written its own', async () => {
    const folder = testFolder();
    const first = await other(folder);
    expect(() => take(folder, true)).toThrow(/process \d+ at http:\/\/first:3000.* same REDIS_URL/);
    expect(() => take(folder)).toThrow(/another DATA_DIR/);
    writeFileSync(path.join(folder, 'instances', `${first.answer.instanceId}.json`), '{"pid": 1');
    expect(() => take(folder)).toThrow('in use by another process');
  });

  it('keeps nothing of a killed instance once it is forgotten, and everything of a living one', async () => {
    const folder = testFolder();
    const living = await other(folder, true);
    const killed = await other(folder, true);
    const lock = take(folder, true);
    await killed.kill();
    lock.forgetDead();
    const kept = [living.answer.instanceId, lock.instanceId].flatMap(id => [`${id}.json`, `${id}.lock`]);
    expect(readdirSync(path.join(folder, 'instances')).sort()).toEqual(kept.sort());
    // A journal beside a lock would stay behind every kill.
    expect(readdirSync(folder).sort()).toEqual(['instances', 'owner.lock']);
    // To ask for others and to sweep up behind them loosens no hold.
    const third = await other(folder, false);
    expect(third.answer).toMatchObject({ code: 'storage.folder_in_use' });
    lock.release();
  });

  it('tells a living instance from a killed one', async () => {
    const folder = testFolder();
    const first = await other(folder, true);
    const lock = take(folder, true);
    const id = first.answer.instanceId ?? '';
    expect([lock.isAlive(id), lock.isAlive(lock.instanceId), lock.isAlive('0'.repeat(32))]).toEqual([
      true,
      true,
      false,
    ]);
    lock.forgetDead();
    expect(lock.isAlive(id)).toBe(true);
    await first.kill();
    expect(lock.isAlive(id)).toBe(false);
    lock.forgetDead();
    expect(existsSync(path.join(folder, 'instances', `${id}.json`))).toBe(false);
    lock.release();
  });
});

describe('a sweep', () => {
  it('settles what a killed instance left and touches nothing of a living one', async () => {
    const folder = testFolder();
    const living = await other(folder, true);
    const killed = await other(folder, true);
    await killed.kill();
    const lock = take(folder, true);
    const database = await openDatabase(folder);
    const blobs = new DiskBlobStore({ folder, instanceId: lock.instanceId });
    const pending = new PendingBlobs(database, { instanceId: lock.instanceId, clock: systemClock });
    for (const { answer } of [living, killed]) {
      const instanceId = answer.instanceId ?? '';
      const theirs = new PendingBlobs(database, { instanceId, clock: systemClock });
      for (const state of ['referred', 'orphan', 'never-put']) {
        const key = `${state}-${instanceId}`;
        await theirs.expect([key]);
        if (state !== 'never-put') await blobs.put(key, [Uint8Array.of(1)]);
      }
      mkdirSync(path.join(folder, 'tmp', instanceId), { recursive: true });
      writeFileSync(path.join(folder, 'tmp', instanceId, 'half'), 'half');
    }
    const swept = await sweepFolder({
      folder,
      lock,
      pending,
      blobs,
      refersTo: keys => keys.filter(key => key.startsWith('referred')),
    });
    expect(swept).toEqual({ files: 1, blobs: 2 });
    const alive = living.answer.instanceId ?? '';
    const dead = killed.answer.instanceId ?? '';
    expect(readdirSync(path.join(folder, 'tmp')).sort()).toEqual([alive, lock.instanceId].sort());
    const kept: string[] = [];
    for await (const key of blobs.list()) kept.push(key);
    expect(kept.sort()).toEqual([`orphan-${alive}`, `referred-${alive}`, `referred-${dead}`].sort());
    expect((await pending.list()).map(entry => entry.instance_id)).toEqual([alive, alive, alive]);
    expect(await sweepFolder({ folder, lock, pending, blobs, refersTo: () => [] })).toEqual({ files: 0, blobs: 0 });
    await database.close();
    lock.release();
  });
});
