/** There is no place left, not even in line. */
export class CallSlotsFullError extends Error {
  override name = 'CallSlotsFullError';

  constructor(waiting: number) {
    super(`${waiting} calls are in line already`);
  }
}

/** Calls at most at one time; the others wait in line, in the order in which they came, and the line has an end. */
export class CallSlots {
  readonly #maxWaiting: number;
  readonly #line: (() => void)[] = [];
  #free: number;

  /** @param slots calls at one time, at least 1 */
  constructor({ slots, waiting }: { slots: number; waiting: number }) {
    this.#free = slots;
    this.#maxWaiting = waiting;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** Rejects with what `call` rejects with, with the signal's reason while in line, and with {@link CallSlotsFullError}. */
  async run<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#take(signal);
    try {
      return await call();
    } finally {
      this.#giveBack();
    }
  }

  #take(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    if (this.#line.length >= this.#maxWaiting) return Promise.reject(new CallSlotsFullError(this.#maxWaiting));
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#line.splice(this.#line.indexOf(onTurn), 1);
        reject(signal?.reason as Error);
      };
      const onTurn = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#line.push(onTurn);
    });
  }

  /** The slot goes to the next in line without being free in between, so nobody who comes now overtakes. */
  #giveBack(): void {
    const next = this.#line.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
