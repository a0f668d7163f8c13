/**
 * Something that is to happen once to a data folder, however many starts and servers it takes.
 *
 * A deed is *untouched*, then *begun*, then *over*: `<name>.json` says which of the last two. Whoever does it holds `<name>.lock`,
 * which the kernel lets go of when the process ends, so a deed that was begun and that nobody holds was interrupted.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { makeFolder, replaceFile } from './durable-file.ts';
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
    // Only the holder of the lock writes, so the draft is nobody else's.
    const mark = (next: 'begun' | 'over') => replaceFile(file, `${JSON.stringify({ state: next })}\n`, `${file}.new`);
    return { state, mark, release };
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
