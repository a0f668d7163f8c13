import type { Clock } from '#lib/base/clock.ts';
import { RedisConnection } from './redis-connection.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
/** A connection that lasted so long was a good one: after it the pauses begin anew. */
const STEADY_MS = 10_000;

export interface RedisLinkOptions {
  url: string;
  /** Milliseconds that a reply may take. */
  deadlineMs: number;
  clock: Clock;
  /** Tries a new connection before anyone else gets it. @throws what is wrong with it */
  trial: (connection: RedisConnection) => Promise<void>;
  /** Once when an outage begins, with its error, and once when it ends. */
  onChange: (reachable: boolean, error?: unknown) => void;
}

/**
 * A connection to Redis for as long as there is one.
 *
 * It is *up*, with a connection, or *down*, without, and then an attempt is under way or waits for its turn. Whoever meets a failure
 * calls {@link lose}, which takes it down at once for everybody; attempts follow after 100 ms, 200 ms, … 5 s, until one passes its
 * trial. An outage is told when it begins, not when an attempt fails again.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  #connection: RedisConnection | undefined;
  #upSince = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  #down = false;
  #closed = false;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
  }

  /** Undefined while Redis is out of reach. */
  get connection(): RedisConnection | undefined {
    return this.#connection;
  }

  /** One attempt now, others when it fails. Never throws. */
  async start(): Promise<void> {
    const { trial, url, deadlineMs, clock, onChange } = this.#options;
    let connection: RedisConnection | undefined;
    const broken: unknown[] = [];
    const onBroken = (error: Error) => {
      broken.push(error);
      if (connection !== undefined) this.lose(connection, error);
    };
    try {
      connection = await RedisConnection.open({ url, deadlineMs, onBroken });
      await trial(connection);
      // Answers may still come after a reply that could not be read.
      if (broken.length > 0) throw broken[0];
    } catch (error) {
      connection?.end();
      this.#fail(error);
      return;
    }
    if (this.#closed) return connection.end();
    this.#connection = connection;
    this.#upSince = clock.monotonic();
    if (this.#down) onChange(true);
    this.#down = false;
  }

  /** Ends the connection, if it is still the one in use. */
  lose(connection: RedisConnection, error: unknown): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    if (this.#options.clock.monotonic() - this.#upSince > STEADY_MS) this.#pauseMs = FIRST_PAUSE_MS;
    connection.end();
    this.#fail(error);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.end();
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.start(), this.#pauseMs).unref();
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.#pauseMs);
    if (this.#down) return;
    this.#down = true;
    this.#options.onChange(false, error);
  }
}
