/**
 * Reading a long script takes a second, and a server that answers others has none to give: it is read in a thread, and so is one for
 * which names must be compared. A short one of which everything is known is read where it is.
 *
 * The triple: the messages and the client are here, the thread's side is `script.worker.ts`.
 */
import { AppError } from '#lib/base/errors.ts';
import { singleton } from '#lib/base/singleton.ts';
import type { ScriptNames } from '#lib/script/names.ts';
import { createWorkerPool, isWorkerCrash, type WorkerPool } from '#lib/workers/pool.ts';
import { poolSize, spawnScriptWorker } from '#lib/workers/spawn.ts';
import { readNames, readPlan, type ScriptFacts, type ReadPlan } from './script-facts.ts';

export type ScriptTask = { do: 'names'; script: string } | { do: 'plan'; script: string; facts: ScriptFacts };
export type ScriptResult = ScriptNames | ReadPlan;

/** UTF-16 units that are read in 20 ms or so, whatever they are: tags and findings take longest. */
const SHORT = 10_000;
const MAX_THREADS = 2;

/** What a script names. @throws AppError `book.invalid` where it is too much to be read; the signal's reason */
export async function namesInThread(script: string, signal?: AbortSignal): Promise<ScriptNames> {
  if (script.length <= SHORT) return readNames(script);
  return (await run({ do: 'names', script }, signal)) as ScriptNames;
}

/** What a script comes to. @throws as {@link namesInThread} */
export async function planInThread(script: string, facts: ScriptFacts, signal?: AbortSignal): Promise<ReadPlan> {
  if (script.length <= SHORT && !facts.suggests) return readPlan(script, facts);
  return (await run({ do: 'plan', script, facts }, signal)) as ReadPlan;
}

/** The process's one pool of these threads. */
export function scriptPool(): WorkerPool<ScriptTask, ScriptResult> {
  return singleton('audiobooks.script-pool', () =>
    createWorkerPool<ScriptTask, ScriptResult>({ spawn: spawnScriptWorker, size: poolSize(MAX_THREADS) }),
  );
}

async function run(task: ScriptTask, signal: AbortSignal | undefined): Promise<ScriptResult> {
  try {
    return await scriptPool().run(task, { signal });
  } catch (error) {
    if (!isWorkerCrash(error)) throw error;
    throw new AppError(
      'book.invalid',
      'The script holds more tags than this server can read at once. Divide the book.',
      {
        cause: error,
      },
    );
  }
}
