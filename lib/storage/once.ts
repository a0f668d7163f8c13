/**
 * Something that is to happen once to a data folder, however many starts and servers it takes.
 *
 * A deed is *untouched*, then *begun*, then *over*: `<name>.json` says which of the last two. Whoever does it holds `<name>.lock`,
 * which the kernel lets go of when the process ends, so a deed that was begun and that nobody holds was interrupted.
 */
import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { explainFileError, makeFolder, syncFolder } from './durable-file.ts';
import { hold } from './folder-lock.ts';
import { pathWithin } from './path-containment.ts';

const note = z.object({ state: z.enum(['begun', 'over']) });

export interface DeedInHand {
  state: 'untouched' | 'begun';
  /** Durable when it returns. */
  mark(state: 'begun' | 'over'): Promise<void>;
  /** Lets others do it, or go on with it. Calling it twice does nothing. */
  release(): void;
}

/**
 * Takes the deed in hand. `over` where there is nothing left to do, `busy` while another process or call is at it.
 *
 * @param folder the data folder
 * @param name also the beginning of the names of its files
 */
export async function takeOnce(folder: string, name: string): Promise<DeedInHand | 'over' | 'busy'> {
  const file = pathWithin(folder, `${name}.json`);
  if ((await readState(file)) === 'over') return 'over';
  await makeFolder(folder);
  const lock = hold(pathWithin(folder, `${name}.lock`), 'exclusive', 0);
  if (lock === null) return 'busy';
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    lock.close();
  };
  try {
    // Read again: whoever held the lock a moment ago may have finished.
    const state = await readState(file);
    if (state === 'over') {
      release();
      return 'over';
    }
    return { state, mark: next => replace(folder, file, JSON.stringify({ state: next })), release };
  } catch (error) {
    release();
    throw error;
  }
}

async function readState(file: string): Promise<'untouched' | 'begun' | 'over'> {
  try {
    return note.parse(JSON.parse(await readFile(file, 'utf8'))).state;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'untouched';
    throw error;
  }
}

/** Whole or not at all. Only one writes at a time: the holder of the lock. */
async function replace(folder: string, file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(`${text}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    await syncFolder(folder);
  } catch (error) {
    throw explainFileError(error);
  }
}
