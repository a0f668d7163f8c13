/**
 * One server owns a data folder, and whether an instance lives is a question with a true answer.
 *
 * A lock is an open SQLite transaction on a file of its own: the kernel lets go of it when the process ends in any way, `kill -9`
 * included, so there are no heartbeats to miss and no stale files to judge by age. Node has no other file lock.
 *
 * - `owner.lock` is held exclusively, or shared by all where the caches are shared.
 * - `instances/<id>.lock` is held exclusively by that instance, and `instances/<id>.json` says who it is.
 *
 * Never open a lock file by other means in a process that holds it: closing any descriptor drops POSIX locks (fcntl(2)).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { systemClock, type Clock } from '#lib/base/clock.ts';
import { AppError } from '#lib/base/errors.ts';
import { randomId } from '#lib/base/ids.ts';
import { explainFileError } from './durable-file.ts';
import { pathWithin } from './path-containment.ts';

const INSTANCES = 'instances';
const SQLITE_BUSY = 5;
/** A prober holds a lock for a moment; who starts just then waits that long. */
const START_WAIT_MS = 500;

const instanceInfo = z.object({ pid: z.number(), url: z.string(), started_at: z.string() });
export type InstanceInfo = z.infer<typeof instanceInfo>;

export interface FolderLock {
  /** Of this process's hold on the folder; new at each start. */
  readonly instanceId: string;
  /** Whether that instance holds its lock at this moment. When unsure, true. */
  isAlive(instanceId: string): boolean;
  /** Removes what dead instances left in `instances/`. */
  forgetDead(): void;
  release(): void;
}

export interface FolderLockOptions {
  /** Several may hold the folder when all say so. */
  shared: boolean;
  /** Where people reach this server; named to the one that is refused. */
  url: string;
  clock?: Clock;
}

/** @throws AppError `storage.folder_in_use`, naming who has it */
export function takeFolder(folder: string, { shared, url, clock = systemClock }: FolderLockOptions): FolderLock {
  try {
    mkdirSync(pathWithin(folder, INSTANCES), { recursive: true });
  } catch (error) {
    throw explainFileError(error);
  }
  const owner = hold(pathWithin(folder, 'owner.lock'), shared ? 'shared' : 'exclusive');
  if (owner === null) throw inUse(folder, shared);
  const file = (extension: 'lock' | 'json', id: string) => pathWithin(folder, INSTANCES, `${id}.${extension}`);
  const { instanceId, own } = holdNew(id => file('lock', id));
  const info: InstanceInfo = { pid: process.pid, url, started_at: clock.now().toISOString() };
  try {
    writeFileSync(file('json', instanceId), JSON.stringify(info));
  } catch (error) {
    rmSync(file('json', instanceId), { force: true });
    rmSync(file('lock', instanceId), { force: true });
    own.close();
    owner.close();
    throw explainFileError(error);
  }

  const isAlive = (id: string) => id === instanceId || isHeld(file('lock', id));
  let released = false;
  return {
    instanceId,
    isAlive,
    forgetDead() {
      for (const id of instanceIds(folder)) {
        if (id === instanceId) continue;
        const dead = hold(file('lock', id), 'exclusive', 0);
        if (dead === null) continue;
        // While it is held: who is just starting gets its lock after us and sees that the file is gone (`holdNew`).
        for (const extension of ['json', 'lock'] as const) rmSync(file(extension, id), { force: true });
        dead.close();
      }
    },
    release() {
      if (released) return;
      released = true;
      rmSync(file('json', instanceId), { force: true });
      rmSync(file('lock', instanceId), { force: true });
      own.close();
      owner.close();
    },
  };
}

/**
 * A new instance's lock. Its file is there for a moment before it is locked, and another server may take it for a dead one's and
 * remove it; a lock on a file that nobody finds any more is none.
 */
function holdNew(file: (id: string) => string): { instanceId: string; own: DatabaseSync } {
  for (;;) {
    const instanceId = randomId();
    const own = hold(file(instanceId), 'exclusive');
    if (own !== null && existsSync(file(instanceId))) return { instanceId, own };
    own?.close();
  }
}

/** The lock lasts until it is closed or the process ends. Null where another holds it in a way that excludes this. */
export function hold(file: string, mode: 'shared' | 'exclusive', waitMs = START_WAIT_MS): DatabaseSync | null {
  const database = new DatabaseSync(file, { timeout: waitMs });
  try {
    // Nothing is ever written, so no journal file either: one would be left by every kill, and need room on a full disk.
    database.exec('PRAGMA journal_mode = MEMORY');
    // A read transaction keeps SQLite's SHARED lock only once something was read.
    database.exec(mode === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_schema');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === SQLITE_BUSY) return null;
    throw error;
  }
}

function isHeld(file: string): boolean {
  if (!existsSync(file)) return false;
  const probe = hold(file, 'exclusive', 0);
  probe?.close();
  return probe === null;
}

function instanceIds(folder: string): string[] {
  const names = readdirSync(pathWithin(folder, INSTANCES));
  return [...new Set(names.map(name => /^([0-9a-f]{32})\.(?:lock|json)$/.exec(name)?.[1]))].filter(
    id => id !== undefined,
  );
}

function inUse(folder: string, shared: boolean): AppError {
  const holder = instanceIds(folder)
    .filter(id => isHeld(pathWithin(folder, INSTANCES, `${id}.lock`)))
    .map(id => readInfo(pathWithin(folder, INSTANCES, `${id}.json`)))
    .filter(info => info !== undefined)
    .sort((a, b) => a.started_at.localeCompare(b.started_at))[0];
  const who =
    holder === undefined ? 'another process' : `process ${holder.pid} at ${holder.url}, since ${holder.started_at}`;
  const remedy = shared
    ? 'Give that server the same REDIS_URL so that both may share it, or stop it.'
    : 'Stop that server, use its address, or give this one another DATA_DIR. With REDIS_URL set for both they may share it.';
  return new AppError('storage.folder_in_use', `The data folder is in use by ${who}. ${remedy}`, {
    details: holder === undefined ? {} : { pid: holder.pid, url: holder.url },
  });
}

function readInfo(file: string): InstanceInfo | undefined {
  try {
    return instanceInfo.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Written after the lock is taken, removed before it is let go: it may be missing or half there.
    return undefined;
  }
}
