/**
 * Whose data folder it is.
 *
 * A server *takes* the folder: alone, or shared with others that also ask for sharing. It also becomes an *instance*, whose id
 * marks its temporary files and pending blobs; anyone can ask whether an instance is alive. Both are locks of the operating
 * system on small files, held through SQLite, which speaks them on every platform: the kernel drops them when the process
 * ends, however it ends, so there is nothing to expire and no heartbeat.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '#lib/base/clock.ts';
import { AppError } from '#lib/base/errors.ts';
import { randomId } from '#lib/base/ids.ts';

export interface FolderLockOptions {
  /** Others may hold the folder too, if they also share. */
  shared: boolean;
  /** Where this server answers; the refusal of a second one names it. */
  url: string;
}

export interface FolderLock {
  readonly instanceId: string;
  /** Whether an instance still runs; true for this one. */
  isAlive(instanceId: string): boolean;
  /** Instances that left traces in the folder, alive or dead. */
  instances(): string[];
  /** Forgets the traces of a dead instance. */
  forget(instanceId: string): void;
  release(): Promise<void>;
}

interface InstanceFacts {
  pid: number;
  url: string;
  started_at: string;
}

/** @throws AppError `storage.folder_in_use`, naming who has it; `storage.unwritable` */
export function takeFolder(folder: string, { shared, url }: FolderLockOptions): Promise<FolderLock> {
  const instances = path.join(folder, 'instances');
  try {
    mkdirSync(instances, { recursive: true });
  } catch (cause) {
    throw new AppError(
      'storage.unwritable',
      `The data folder ${folder} cannot be made or written: ${(cause as Error).message}`,
      { cause },
    );
  }
  const owner = hold(path.join(folder, 'server.lock'), shared ? 'shared' : 'alone');
  if (owner === undefined) throw inUse(folder, instances, shared);

  const instanceId = randomId();
  const fileOf = (id: string, ending: string) => path.join(instances, `${id}.${ending}`);
  const self = hold(fileOf(instanceId, 'lock'), 'alone');
  if (self === undefined) throw new Error('a new instance found itself already there');
  const facts: InstanceFacts = { pid: process.pid, url, started_at: systemClock.now().toISOString() };
  writeFileSync(fileOf(instanceId, 'json'), JSON.stringify(facts));

  const forget = (id: string) => {
    for (const ending of ['json', 'lock']) rmSync(fileOf(id, ending), { force: true });
  };
  let released = false;
  return Promise.resolve({
    instanceId,
    isAlive: id => id === instanceId || isHeld(fileOf(id, 'lock')),
    instances: () => namesIn(instances),
    forget,
    release() {
      if (released) return Promise.resolve();
      released = true;
      forget(instanceId);
      self.close();
      owner.close();
      return Promise.resolve();
    },
  });
}

/** Holds a lock until the returned connection is closed; undefined where another holds it. */
function hold(file: string, how: 'alone' | 'shared'): DatabaseSync | undefined {
  const connection = new DatabaseSync(file, { timeout: 0 });
  try {
    // Without a statement a plain BEGIN takes no lock yet.
    connection.exec(how === 'alone' ? 'begin exclusive' : 'begin; select count(*) from sqlite_master');
    return connection;
  } catch (error) {
    connection.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function isHeld(file: string): boolean {
  let connection: DatabaseSync;
  try {
    connection = new DatabaseSync(file, { timeout: 0, readOnly: true });
  } catch {
    return false;
  }
  try {
    connection.exec('begin; select count(*) from sqlite_master; rollback');
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    connection.close();
  }
}

function isBusy(error: unknown): boolean {
  // SQLITE_BUSY, https://sqlite.org/rescode.html
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === 5;
}

function namesIn(instances: string): string[] {
  return [...new Set(readdirSync(instances).map(name => name.replace(/\.(json|lock)(-journal)?$/, '')))];
}

function inUse(folder: string, instances: string, shared: boolean): AppError {
  const owner = namesIn(instances)
    .filter(id => isHeld(path.join(instances, `${id}.lock`)))
    .map(id => factsOf(path.join(instances, `${id}.json`)))
    .find(facts => facts !== undefined);
  const who =
    owner === undefined
      ? 'another Talk2Me'
      : `the Talk2Me at ${owner.url} (process ${owner.pid}, since ${owner.started_at})`;
  const remedy = shared ? 'Set REDIS_URL there too, so that both may share it' : 'Stop it, or choose another DATA_DIR';
  return new AppError('storage.folder_in_use', `The data folder ${folder} is in use by ${who}. ${remedy}.`);
}

function factsOf(file: string): InstanceFacts | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as InstanceFacts;
  } catch {
    return undefined;
  }
}
