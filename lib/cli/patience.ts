/** Asking a server again that is not reached for a while, because it starts again for instance. */
import { setTimeout } from 'node:timers/promises';
import { UnreachedError } from './server-connection.ts';

/** Seconds before each next try; five minutes in all. */
const WAITS_S = [1, 2, 4, 8, ...Array.from({ length: 19 }, () => 15)];

export interface Patience {
  /** Told before each wait, with a sentence about what stands in the way. */
  onWaiting: (why: string) => void;
  pause: Pause;
  signal: AbortSignal;
}

/** @throws the signal's reason */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export const pause: Pause = (milliseconds, signal) =>
  setTimeout(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());

/** @throws what `ask` throws, where that is no UnreachedError or is one after all tries; the signal's reason */
export async function persistently<T>(ask: () => Promise<T>, given: Patience): Promise<T> {
  for (const seconds of WAITS_S) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof UnreachedError)) throw error;
      given.onWaiting(error.message);
    }
    await given.pause(seconds * 1000, given.signal);
  }
  return ask();
}
