/**
 * One exchange with a server, over `node:http` and `node:https`.
 *
 * Not `fetch`: Next replaces the global one by its own that caches, and neither has a time limit for connecting apart from the others,
 * tells a refused connection from a broken one without looking into causes, or promises to follow no redirect and to decode no
 * content encoding. Here every one of these is in plain sight.
 */
import http from 'node:http';
import https from 'node:https';

export interface RemoteRequest {
  method: 'GET' | 'POST';
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: Uint8Array | undefined;
  /** Until there is a connection to send on, TLS included. */
  connectTimeoutMs: number;
  /** Without a byte, once the answer has begun. */
  idleTimeoutMs: number;
  /** Ends the exchange at any point, down to the socket. */
  signal: AbortSignal;
}

export interface RemoteResponse {
  status: number;
  /** By lower-case name. */
  header(name: string): string | undefined;
  /**
   * The body as it arrives; fails with {@link TransportError} where it does not arrive whole. Read it to its end or call {@link end}.
   */
  body: AsyncIterable<Uint8Array>;
  /** Lets go of the connection; what was not read is lost. Does nothing at the end of the body. */
  end(): void;
}

export interface Transport {
  /**
   * Rejects with {@link TransportError}, or the signal's reason. An answer of any status is an answer; redirects are not followed.
   */
  send(request: RemoteRequest): Promise<RemoteResponse>;
  /** Closes connections that are kept for reuse. */
  close(): void;
}

/**
 * - `unreachable`: no connection. Nothing was sent.
 * - `broken`: the connection ended before the answer began.
 * - `cut`: it ended before the answer did.
 * - `slow`: the answer began and then stood still.
 * - `untrusted`: its certificate is not accepted.
 * - `not_http`: what it sends is not HTTP.
 */
export type TransportFailure = 'unreachable' | 'broken' | 'cut' | 'slow' | 'untrusted' | 'not_http';

export class TransportError extends Error {
  override name = 'TransportError';
  readonly failure: TransportFailure;

  /** @param message for people, continues "it cannot be reached: …" and the like */
  constructor(failure: TransportFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }
}

/** Idle connections are closed after this, unless the server announces less; most servers close them after 5 s. */
const KEEP_ALIVE_MS = 4_000;
const MAX_HEADER_BYTES = 16 * 1024;

export function createTransport(): Transport {
  const agent = { keepAlive: true, timeout: KEEP_ALIVE_MS, scheduling: 'lifo' } as const;
  const agents = { 'http:': new http.Agent(agent), 'https:': new https.Agent(agent) };
  return {
    async send(request) {
      const { signal } = request;
      signal.throwIfAborted();
      const kept = await exchange(request, agents);
      if (kept !== 'stale') return kept;
      // A kept connection that the server closed at the same moment: says nothing about the server (RFC 9112, 9.3.1).
      const fresh = await exchange(request, undefined);
      if (fresh === 'stale') throw new TransportError('broken', 'the connection was closed before an answer');
      return fresh;
    },
    close() {
      for (const one of Object.values(agents)) one.destroy();
    },
  };
}

type Agents = { 'http:': http.Agent; 'https:': https.Agent };

/** @param agents undefined for a connection of its own */
function exchange(request: RemoteRequest, agents: Agents | undefined): Promise<RemoteResponse | 'stale'> {
  const { method, url, headers, body, connectTimeoutMs, signal } = request;
  const secure = url.protocol === 'https:';
  const sent = (secure ? https : http).request(url, {
    method,
    agent: agents?.[secure ? 'https:' : 'http:'] ?? false,
    headers: {
      ...headers,
      // Compressed audio would have to be unpacked under a limit of its own, and gains nothing.
      'accept-encoding': 'identity',
      ...(body === undefined ? {} : { 'content-length': String(body.byteLength) }),
    },
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  return new Promise((resolve, reject) => {
    let response: http.IncomingMessage | undefined;
    const onAbort = () => void sent.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    sent.once('close', () => signal.removeEventListener('abort', onAbort));

    let connecting: NodeJS.Timeout | undefined;
    let timedOut = false;
    const connected = () => clearTimeout(connecting);
    sent.once('socket', socket => {
      if (!socket.connecting) return;
      connecting = setTimeout(() => {
        timedOut = true;
        sent.destroy();
      }, connectTimeoutMs);
      socket.once(secure ? 'secureConnect' : 'connect', connected);
    });

    // Stays for the life of the request: an error after the answer has begun reaches the body, and must not end the process here.
    sent.on('error', error => {
      connected();
      if (response !== undefined) return;
      if (signal.aborted) reject(signal.reason as Error);
      else if (timedOut) reject(new TransportError('unreachable', 'no connection was made in time', error));
      else if (sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '')) resolve('stale');
      else reject(explain(error));
    });
    sent.once('response', incoming => {
      response = incoming;
      resolve(responseOf(incoming, request));
    });
    sent.end(body);
  });
}

function responseOf(incoming: http.IncomingMessage, request: RemoteRequest): RemoteResponse {
  return {
    status: incoming.statusCode ?? 0,
    header: name => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: bodyOf(incoming, request),
    end: () => void incoming.destroy(),
  };
}

async function* bodyOf(
  incoming: http.IncomingMessage,
  { signal, idleTimeoutMs }: RemoteRequest,
): AsyncGenerator<Uint8Array, void, void> {
  let stoodStill = false;
  const idle = setTimeout(() => {
    stoodStill = true;
    incoming.destroy();
  }, idleTimeoutMs);
  try {
    for await (const chunk of incoming) {
      idle.refresh();
      yield chunk as Uint8Array;
    }
    signal.throwIfAborted();
    if (!incoming.complete) throw new Error('the connection was closed');
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (stoodStill) throw new TransportError('slow', 'the answer began and then stood still', error);
    throw codeOf(error)?.startsWith('HPE_') === true
      ? explain(error)
      : new TransportError('cut', 'the answer was cut short', error);
  } finally {
    clearTimeout(idle);
  }
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name could not be looked up',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'no connection was made in time',
};

const UNTRUSTED = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** Of an error before the answer began. */
function explain(error: unknown): TransportError {
  const code = codeOf(error) ?? '';
  const unreachable = UNREACHABLE[code];
  if (unreachable !== undefined) return new TransportError('unreachable', unreachable, error);
  if (UNTRUSTED.test(code)) return new TransportError('untrusted', `its certificate is not accepted (${code})`, error);
  if (code.startsWith('HPE_') || code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return new TransportError('not_http', 'what it sends is not HTTP', error);
  }
  return new TransportError('broken', 'the connection was closed before an answer', error);
}

/** Of the error, or of the first of several: a name with more than one address fails with all of them at once. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && !('code' in error && typeof error.code === 'string'))
    return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
