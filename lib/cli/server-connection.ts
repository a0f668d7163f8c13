import { z } from 'zod';
import { CommandError } from './exit-codes.ts';

export interface ServerConnectionOptions {
  url: URL;
  token: string | undefined;
}

const problem = z.object({
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** Calls of a running server. */
export class ServerConnection {
  readonly #url: URL;
  readonly #token: string | undefined;

  constructor({ url, token }: ServerConnectionOptions) {
    this.#url = url;
    this.#token = token;
  }

  /** @throws as {@link request} does; CommandError where the answer is another than the schema says */
  async json<T>(schema: z.ZodType<T>, method: string, path: string, signal: AbortSignal, body?: unknown): Promise<T> {
    const response = await this.request(method, path, signal, body);
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    throw new CommandError(
      `${this.#url.origin} answered ${method} ${path} in a shape that this version does not know. Use the command line of the server's own version.`,
    );
  }

  /**
   * @returns an answer that tells of success
   * @throws CommandError with what the server says otherwise, or where it cannot be reached; the signal's reason
   */
  async request(method: string, path: string, signal: AbortSignal, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.#token !== undefined) headers['authorization'] = `Bearer ${this.#token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const sent = body === undefined ? null : JSON.stringify(body);
    const response = await fetch(new URL(path, this.#url), { method, headers, body: sent, signal }).catch(
      (error: unknown) => {
        signal.throwIfAborted();
        throw new CommandError(`${this.#url.origin} cannot be reached: ${reasonOf(error)}.`, { cause: error });
      },
    );
    if (response.ok) return response;
    throw new CommandError(await this.#refusal(response));
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

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
