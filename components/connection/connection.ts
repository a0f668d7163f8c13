/** The one connection of this tab. */
import { createStore } from '../store.ts';
import { createConnection, type ConnectionOptions } from './connection-store.ts';

/** Milliseconds that an answer may take before it counts as none. */
const PULSE_TIME_LIMIT = 5000;

export const clock: ConnectionOptions['clock'] = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export const connection = createConnection({
  pulse: () =>
    fetch('/api/health', { cache: 'no-store', signal: AbortSignal.timeout(PULSE_TIME_LIMIT) }).then(
      // A proxy in front of a server that is down has answers of its own.
      answer => answer.ok,
      () => false,
    ),
  clock,
});

if (typeof window !== 'undefined') {
  const lookAgain = () => connection.loss.get() !== undefined && connection.look();
  window.addEventListener('offline', connection.look);
  window.addEventListener('online', lookAgain);
  // Timers sleep in a tab that nobody looks at.
  window.addEventListener('focus', lookAgain);
}

/** What was asked for while the connection is lost, and what becomes of it, in words; empty for nothing in particular. */
export const wish = createStore('');
export const COMES_LATER = 'No connection to the server. What was chosen opens when it is back.';

/** Tries before a part of the page that does not come although the server is reached is given up. */
const MOST_LOADS = 4;

/** Loads a part of the page, and waits for the connection where there is none: it comes late instead of never. */
export function whenReached<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    for (let loads = 1; ; loads += 1) {
      try {
        return await load();
      } catch (error) {
        if (loads === MOST_LOADS) throw error;
        wish.set(COMES_LATER);
        await connection.doubt();
        wish.set('');
      }
    }
  };
}
