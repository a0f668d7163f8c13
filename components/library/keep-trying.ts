import { clock, connection } from '../connection/connection.ts';
import type { SoundListStore } from './list-store.ts';

/** Until the first new try, in milliseconds, doubled each time. */
export const TRY_AFTER = 2000;
export const TRY_AT_MOST = 30_000;

interface Means {
  /** Calls back when a lost connection is there again; returns the way out. */
  onBack: (listener: () => void) => () => void;
  /** Returns the way to call it off. */
  after: (ms: number, run: () => void) => () => void;
}

/** Tries again what a list could not get: when the connection is back, and now and then in any case. Returns the way out. */
export function keepTrying(
  store: Pick<SoundListStore, 'get' | 'subscribe' | 'retry'>,
  { onBack, after }: Means = { onBack: connection.onBack, after: clock.after },
): () => void {
  let tries = 0;
  let callOff: (() => void) | undefined;
  const hasFailed = () => store.get().status === 'failed' || store.get().stuck !== undefined;
  const follow = () => {
    if (hasFailed()) {
      callOff ??= after(Math.min(TRY_AT_MOST, TRY_AFTER * 2 ** tries), () => {
        callOff = undefined;
        tries += 1;
        store.retry();
      });
    } else if (store.get().status === 'ready') {
      tries = 0;
      callOff?.();
      callOff = undefined;
    }
  };
  const stopFollowing = store.subscribe(follow);
  const stopWaiting = onBack(() => hasFailed() && store.retry());
  follow();
  return () => {
    stopFollowing();
    stopWaiting();
    callOff?.();
  };
}
