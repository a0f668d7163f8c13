import type { Clock } from '#lib/base/clock.ts';

export interface CircuitBreakerOptions {
  clock: Clock;
  /** Failures in a row after which it opens. */
  threshold?: number;
  /** Milliseconds that it stays open the first time; twice as long after every probe that fails. */
  openMs?: number;
  /** Milliseconds that it stays open at most. */
  maxOpenMs?: number;
}

type State =
  | { name: 'closed'; failures: number }
  | { name: 'open'; until: number; openMs: number }
  | { name: 'probing'; openMs: number };

/** What {@link CircuitBreaker.admit} says: go on and tell how it went, or come back in so many milliseconds. */
export type Admission = { admitted: true; probe: boolean } | { admitted: false; retryInMs: number };

/**
 * Keeps calls away from a server that does not work, so that nobody waits for it and it is left to recover.
 *
 * - *Closed:* every attempt is admitted. `threshold` failures in a row open it; one success forgets those before it.
 * - *Open:* no attempt is admitted until its time is over. The next one after that is the probe.
 * - *Probing:* that one attempt is under way, and no other is admitted. Its success closes, its failure opens for twice as long
 *   as before; where it is abandoned, the next attempt is the probe.
 *
 * An attempt that began while it was closed may end when it no longer is: its failure changes nothing then, its success closes,
 * for the server has answered.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #threshold: number;
  readonly #openMs: number;
  readonly #maxOpenMs: number;
  #state: State = { name: 'closed', failures: 0 };

  constructor({ clock, threshold = 5, openMs = 5_000, maxOpenMs = 120_000 }: CircuitBreakerOptions) {
    this.#clock = clock;
    this.#threshold = threshold;
    this.#openMs = openMs;
    this.#maxOpenMs = maxOpenMs;
  }

  get isClosed(): boolean {
    return this.#state.name === 'closed';
  }

  /** Whether an attempt may begin. Who is admitted tells how it ended. */
  admit(): Admission {
    const state = this.#state;
    if (state.name === 'closed') return { admitted: true, probe: false };
    if (state.name === 'probing') return { admitted: false, retryInMs: state.openMs };
    const left = state.until - this.#clock.monotonic();
    if (left > 0) return { admitted: false, retryInMs: left };
    this.#state = { name: 'probing', openMs: state.openMs };
    return { admitted: true, probe: true };
  }

  /** The server answered, and not with a failure of its own. */
  succeeded(): void {
    this.#state = { name: 'closed', failures: 0 };
  }

  failed(): void {
    const state = this.#state;
    if (state.name === 'probing') this.#open(Math.min(state.openMs * 2, this.#maxOpenMs));
    if (state.name !== 'closed') return;
    const failures = state.failures + 1;
    if (failures >= this.#threshold) this.#open(this.#openMs);
    else this.#state = { name: 'closed', failures };
  }

  /** The probe ended before it could tell anything about the server. */
  abandoned(): void {
    const state = this.#state;
    if (state.name !== 'probing') return;
    this.#state = { name: 'open', until: this.#clock.monotonic(), openMs: state.openMs };
  }

  #open(openMs: number): void {
    this.#state = { name: 'open', until: this.#clock.monotonic() + openMs, openMs };
  }
}
