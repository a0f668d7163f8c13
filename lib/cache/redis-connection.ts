import { randomId } from '#lib/base/ids.ts';
import type { RedisScript } from './redis-scripts.ts';
import { ReplyDeadlines } from './reply-deadlines.ts';
import { within } from './within.ts';

/** To connect and to say who it is; nobody waits for that. */
const CONNECT_MS = 2000;

export interface RedisConnectionOptions {
  url: string;
  /** Milliseconds that a reply may take. */
  deadlineMs: number;
  /** Told when the connection breaks by itself, once or more. */
  onBroken: (error: Error) => void;
}

/** What a script was answered. */
export type RedisReply = readonly unknown[];

/**
 * One connection to Redis. It never connects again by itself: who holds it ends it after the first failure of any kind, because
 * nobody knows then which replies are still to come, and opens another.
 */
export class RedisConnection {
  /**
   * Which process holds what is asked here, in which numbered database and in which role. Another name means that what is there
   * may be older than what was told the one before: it was restored from a snapshot, or is a replica that has taken over.
   */
  readonly home: string;
  readonly #client: Client;
  readonly #deadlines: ReplyDeadlines;

  private constructor(client: Client, home: string, deadlineMs: number) {
    this.#client = client;
    this.home = home;
    this.#deadlines = new ReplyDeadlines(deadlineMs);
  }

  /** @throws whatever keeps it from talking to a Redis */
  static async open({ url, deadlineMs, onBroken }: RedisConnectionOptions): Promise<RedisConnection> {
    const client = await clientFor(url);
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => undefined);
    client.on('error', (error: Error) => {
      broken.reject(error);
      onBroken(error);
    });
    const connecting = client.connect();
    try {
      await within(CONNECT_MS, Promise.race([connecting, broken.promise]));
      const info = await within(CONNECT_MS, Promise.race([client.sendCommand(['INFO']), broken.promise]));
      return new RedisConnection(client, homeOf(info, url), deadlineMs);
    } catch (error) {
      client.destroy();
      // Where it connects after all, nobody would ever end it.
      connecting.then(
        () => client.destroy(),
        () => undefined,
      );
      throw error;
    }
  }

  /**
   * Runs a script in one round trip. It gets a nonce before `args`, and must give it back first.
   *
   * @returns what it gives after the nonce
   * @throws in every case that is not that; the script may have run, or run later
   */
  async run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<RedisReply> {
    const nonce = randomId();
    const rest = [String(keys.length), ...keys, nonce, ...args.map(String)];
    const reply = await this.#deadlines.watch(this.#evaluate(script, rest));
    if (!Array.isArray(reply) || reply[0] !== nonce) throw unexpected();
    return reply.slice(1) as unknown[];
  }

  /** Whoever still waits for a reply gets an error. Calling it twice does nothing. */
  end(): void {
    this.#client.destroy();
  }

  async #evaluate({ sha1, text }: RedisScript, rest: string[]): Promise<unknown> {
    try {
      return await this.#client.sendCommand(['EVALSHA', sha1, ...rest]);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return this.#client.sendCommand(['EVAL', text, ...rest]);
    }
  }
}

/** For a reply of another shape than the question's. */
export function unexpected(): Error {
  return new Error('Redis answered something that was not asked');
}

type Client = Awaited<ReturnType<typeof clientFor>>;

async function clientFor(url: string) {
  // Loaded where it is used: it takes time and memory that a server without Redis need not spend.
  const { createClient } = await import('redis');
  return createClient({
    url,
    // Arrays, numbers and texts are all that is needed, and there is no greeting to wait for.
    RESP: 2,
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // Its own deadline leaves a timer for each command; see ReplyDeadlines.
    commandOptions: { timeout: 0 },
  });
}

/** `run_id` is new with each start of the process, `master_replid` with each change of role into a primary. */
function homeOf(info: unknown, url: string): string {
  const text = typeof info === 'string' ? info : '';
  const run = /^run_id:([0-9a-f]{40})\r?$/m.exec(text)?.[1];
  const history = /^master_replid:([0-9a-f]{40})\r?$/m.exec(text)?.[1];
  if (run === undefined || history === undefined) throw new Error('Redis does not say in INFO which process it is');
  const database = new URL(url).pathname.slice(1) || '0';
  return `${run}.${history}/${database}`;
}
