/**
 * One run for all who want the same at the same time.
 *
 * Whoever joins must get what was true when it asked. Where a stamp says that nothing changed since the run began, joining a run
 * that has begun is right (`join`). Where nothing can say so, one may only join a run that has not begun yet (`queue`): at most one
 * runs and one waits, however many ask.
 */
export class Flights<T> {
  readonly #running = new Map<string, Promise<T>>();
  readonly #queued = new Map<string, { running: Promise<unknown>; waiting: Promise<T> | undefined }>();

  /** How many run or wait. */
  get size(): number {
    return this.#running.size + this.#queued.size;
  }

  /** The run under way for this key and stamp, or undefined. */
  running(key: string, stamp: string): Promise<T> | undefined {
    return this.#running.get(idOf(key, stamp));
  }

  join(key: string, stamp: string, run: () => Promise<T>): Promise<T> {
    const id = idOf(key, stamp);
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    const started = begin(run).finally(() => this.#running.delete(id));
    this.#running.set(id, started);
    return started;
  }

  queue(key: string, run: () => Promise<T>): Promise<T> {
    const current = this.#queued.get(key);
    if (current === undefined) return this.#runQueued(key, run);
    current.waiting ??= current.running
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => this.#runQueued(key, run));
    return current.waiting;
  }

  #runQueued(key: string, run: () => Promise<T>): Promise<T> {
    const running = begin(run);
    const entry = { running, waiting: undefined as Promise<T> | undefined };
    this.#queued.set(key, entry);
    const end = () => {
      // Who waits takes the place over by itself.
      if (entry.waiting === undefined) this.#queued.delete(key);
    };
    running.then(end, end);
    return running;
  }
}

async function begin<T>(run: () => Promise<T>): Promise<T> {
  return run();
}

function idOf(key: string, stamp: string): string {
  return `${stamp}\n${key}`;
}
