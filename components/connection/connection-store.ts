/**
 * Whether the server is reached.
 *
 * `navigator.onLine` is only a hint: a server on this machine answers without any network, and a network says nothing of the
 * server. What counts is a request that failed, and then the server's pulse: where that is not felt either the connection is lost,
 * and the pulse is looked for again and again, ever less often, until it is felt.
 */
import { createStore, type Store } from '../store.ts';

/** Milliseconds until the pulse is looked for again, doubled each time. */
export const LOOK_AGAIN_AFTER = 1000;
export const LOOK_AGAIN_AT_MOST = 30_000;

export interface Loss {
  /** When the pulse is looked for next, in milliseconds of the clock; undefined while it is. */
  nextLook: number | undefined;
}

export interface Connection {
  /** Undefined while the server is reached, as far as is known. */
  readonly loss: Store<Loss | undefined>;
  /**
   * A request did not reach the server: looks for the pulse, unless the connection is known to be lost.
   *
   * @returns resolves when the server is reached: soon, or when the connection is back
   */
  doubt: () => Promise<void>;
  /** Looks for the pulse at once. */
  look: () => void;
  /** An answer came. */
  reached: () => void;
  /** Calls back each time that a lost connection is there again; returns the way out. */
  onBack: (listener: () => void) => () => void;
}

export interface ConnectionOptions {
  /** Whether the server answers; never rejects. */
  pulse: () => Promise<boolean>;
  clock: {
    /** Milliseconds, never going back. */
    now: () => number;
    /** Returns the way to call it off. */
    after: (ms: number, run: () => void) => () => void;
  };
}

export function createConnection({ pulse, clock }: ConnectionOptions): Connection {
  const loss = createStore<Loss | undefined>(undefined);
  let looking = false;
  let looks = 0;
  let callOff: (() => void) | undefined;
  let waiting: (() => void)[] = [];

  async function look(): Promise<void> {
    if (looking) return;
    callOff?.();
    callOff = undefined;
    looking = true;
    if (loss.get() !== undefined) loss.set({ nextLook: undefined });
    const felt = await pulse();
    if (!looking) return;
    looking = false;
    if (felt) return reached();
    const wait = Math.min(LOOK_AGAIN_AT_MOST, LOOK_AGAIN_AFTER * 2 ** looks);
    looks += 1;
    callOff = clock.after(wait, () => void look());
    loss.set({ nextLook: clock.now() + wait });
  }

  function reached(): void {
    looking = false;
    looks = 0;
    callOff?.();
    callOff = undefined;
    loss.set(undefined);
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  }

  return {
    loss,
    doubt() {
      if (loss.get() === undefined) void look();
      return new Promise(resolve => waiting.push(resolve));
    },
    look: () => void look(),
    reached() {
      if (loss.get() !== undefined) reached();
    },
    onBack(listener) {
      let was = loss.get();
      return loss.subscribe(() => {
        const [before, now] = [was, loss.get()];
        was = now;
        if (before !== undefined && now === undefined) listener();
      });
    },
  };
}
