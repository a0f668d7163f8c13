import { z } from 'zod';
import { CommandError } from './exit-codes.ts';

export interface ServerConnectionOptions {
  url: URL;
  token: string | undefined;
  /** That of Node when not given. */
  fetch?: typeof fetch;
}

/** The server was not reached, broke off, or cannot answer just now: asking again may help. */
export class UnreachedError extends CommandError {}

/** What was asked about is not there any more. */
export class GoneError extends CommandError {}

const problem = z.object({
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** Calls of a running server. */
export class ServerConnection {
  readonly #url: URL;
  readonly #token: string | undefined;
  readonly #fetch: typeof fetch;

  constructor({ url, token, fetch: given = fetch }: ServerConnectionOptions) {
    this.#url = url;
    this.#token = token;
    this.#fetch = given;
  }

  /** Whole, of a path of the server. */
  address(path: string): string {
    return new URL(path, this.#url).href;
  }

  /** @throws as {@link request} does; CommandError where the answer is another than the schema says */
  async json<T>(schema: z.ZodType<T>, method: string, path: string, signal: AbortSignal, body?: unknown): Promise<T> {
    const response = await this.request(method, path, signal, body);
    const text = await response.text().catch((error: unknown) => this.#unreached(error, signal));
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    throw new CommandError(
      `${this.#url.origin} answered ${method} ${path} in a shape that this version does not know. Use the command line of the server's own version.`,
    );
  }

  /**
   * The bytes of an answer as they come.
   *
   * @throws as {@link request} does, also where they break off
   */
  async *bytes(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
    const { body } = await this.request('GET', path, signal);
    try {
      yield* body ?? [];
    } catch (error) {
      this.#unreached(error, signal);
    }
  }

  /**
   * @returns an answer that tells of success
   * @throws UnreachedError; GoneError; CommandError with what the server says otherwise; the signal's reason
   */
  async request(method: string, path: string, signal: AbortSignal, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.#token !== undefined) headers['authorization'] = `Bearer ${this.#token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const sent = body === undefined ? null : JSON.stringify(body);
    const response = await this.#fetch(this.address(path), { method, headers, body: sent, signal }).catch(
      (error: unknown) => this.#unreached(error, signal),
    );
    if (response.ok) return response;
    const message = await this.#refusal(response);
    if (response.status >= 500 || response.status === 429) throw new UnreachedError(message);
    throw response.status === 404 ? new GoneError(message) : new CommandError(message);
  }

  #unreached(error: unknown, signal: AbortSignal): never {
    signal.throwIfAborted();
    throw new UnreachedError(`${this.#url.origin} cannot be reached: ${reasonOf(error)}.`, { cause: error });
  }

  async #refusal(response: Response): Promise<string> {
    const said = problem.safeParse(await response.json().catch(() => undefined));
    if (!said.success) return `${this.#url.origin} answered ${response.status} ${response.statusText}.`;
    const { detail, errors = [] } = said.data;
    const fields = errors.map(({ path, message }) => `\n  ${path} ${message}`).join('');
    const remedy = response.status === 401 ? ' Give the admin token in ADMIN_TOKEN or with --token.' : '';
    return `${detail}${remedy}${fields}`;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
