interface Flight<T> {
  result: Promise<T>;
  /** Who waits for it. */
  passengers: number;
  ending: AbortController;
}

/** One run for all who want the same at the same time; it is ended when the last of them no longer does. */
export class SharedFlights<T> {
  readonly #flights = new Map<string, Flight<T>>();

  get size(): number {
    return this.#flights.size;
  }

  /** Rejects with what the run rejects with, or with the signal's reason, which ends the run only for who gave it. */
  async join(key: string, run: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#begin(key, run);
    flight.passengers += 1;
    const left = Promise.withResolvers<never>();
    const onAbort = () => left.reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([flight.result, left.promise]);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      flight.passengers -= 1;
      if (flight.passengers === 0) this.#end(key, flight, signal?.reason);
    }
  }

  #begin(key: string, run: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const ending = new AbortController();
    const flight: Flight<T> = { result: run(ending.signal), passengers: 0, ending };
    // Who left does not hear of it any more.
    flight.result.catch(() => undefined);
    this.#flights.set(key, flight);
    return flight;
  }

  /** Whoever comes now begins anew. After its result this does no more than forget it. */
  #end(key: string, flight: Flight<T>, reason: unknown): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    flight.ending.abort(reason);
  }
}
