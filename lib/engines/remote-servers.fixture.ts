/** Servers that speak the real protocols on a local port, and misbehave on request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * - `silent`: takes the request and never answers.
 * - `stalls`: begins its answer and stops.
 * - `cut`: closes in the middle of an answer in chunks.
 * - `short`: promises more in `Content-Length` than it sends.
 * - `long`: sends more than it promised.
 * - `resets`: closes without an answer.
 * - `garbage`: audio by its label, noise by its bytes.
 * - `text`: 200, and words instead of audio.
 * - `endless`: an answer without end.
 * - `redirect`: sends to another address.
 * - `compressed`: packs what it was asked not to pack.
 * - `not_http`: another protocol.
 * - a number: that status with a JSON error; an object adds `Retry-After` or another body.
 */
export type Misbehaviour =
  | 'silent'
  | 'stalls'
  | 'cut'
  | 'short'
  | 'long'
  | 'resets'
  | 'garbage'
  | 'text'
  | 'endless'
  | 'redirect'
  | 'compressed'
  | 'not_http'
  | number
  | { status: number; retryAfter?: string; body?: string; type?: string };

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface RemoteServer extends AsyncDisposable {
  readonly url: URL;
  /** Every request so far, in the order of their arrival. */
  readonly seen: readonly SeenRequest[];
  /** Connections that are open. */
  readonly open: ReadonlySet<Socket>;
  /** Connections that were ever opened. */
  readonly connections: number;
  /** The next requests do this, one each; then it behaves again. */
  misbehave(...how: Misbehaviour[]): void;
  /** Until it is told otherwise; undefined for well. */
  misbehaveAlways(how: Misbehaviour | undefined): void;
}

export type Behave = (request: SeenRequest, response: ServerResponse) => void;

/** @param misbehavesAt which requests misbehave; the others are answered well */
export async function startServer(
  behave: Behave,
  misbehavesAt: (request: SeenRequest) => boolean = () => true,
): Promise<RemoteServer> {
  const seen: SeenRequest[] = [];
  const open = new Set<Socket>();
  const next: Misbehaviour[] = [];
  let always: Misbehaviour | undefined;
  let connections = 0;
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('error', () => undefined);
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(parts).toString() };
      seen.push(request);
      const how = misbehavesAt(request) ? (next.shift() ?? always) : undefined;
      if (how === undefined) behave(request, response);
      else act(how, response);
    });
  });
  server.on('connection', socket => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    seen,
    open,
    get connections() {
      return connections;
    },
    misbehave: (...how) => void next.push(...how),
    misbehaveAlways: how => void (always = how),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

const WAV_TYPE = { 'content-type': 'audio/wav' };
/** Large enough to arrive in more than one piece. */
const PIECE = Buffer.alloc(64 * 1024, 'RIFF');

function act(how: Misbehaviour, response: ServerResponse): void {
  if (typeof how === 'number') return act({ status: how }, response);
  if (typeof how === 'object') {
    const {
      status,
      retryAfter,
      body = JSON.stringify({ detail: `status ${status}` }),
      type = 'application/json',
    } = how;
    response.writeHead(status, {
      'content-type': type,
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    });
    return void response.end(body);
  }
  switch (how) {
    case 'silent':
      return;
    case 'stalls':
      return void response.writeHead(200, WAV_TYPE).write(PIECE);
    case 'cut':
      return void response.writeHead(200, WAV_TYPE).write(PIECE, () => response.destroy());
    case 'short':
      response.writeHead(200, { ...WAV_TYPE, 'content-length': 2 * PIECE.length });
      return void response.write(PIECE, () => response.destroy());
    case 'long':
      // By hand: Node's own server refuses to.
      return void response.socket?.end(
        'HTTP/1.1 200 OK\r\ncontent-type: audio/wav\r\ncontent-length: 4\r\n\r\nRIFFRIFF',
      );
    case 'resets':
      return void response.socket?.destroy();
    case 'garbage':
      return void response.writeHead(200, WAV_TYPE).end(noise(48_000));
    case 'text':
      return void response.writeHead(200, { 'content-type': 'text/plain' }).end('The model is still loading.');
    case 'endless':
      response.writeHead(200, WAV_TYPE);
      return pour(response);
    case 'redirect':
      return void response.writeHead(307, { location: 'http://127.0.0.1:9/elsewhere' }).end();
    case 'compressed':
      return void response.writeHead(200, { ...WAV_TYPE, 'content-encoding': 'gzip' }).end(PIECE);
    case 'not_http':
      return void response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n');
  }
}

function pour(response: ServerResponse): void {
  while (!response.destroyed && response.write(PIECE));
  if (!response.destroyed) response.once('drain', () => pour(response));
}

/** Bytes in which no sound is: a linear congruential generator (Numerical Recipes), so that they are the same in every run. */
export function noise(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  let state = 1;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    buffer[i] = state >>> 24;
  }
  return buffer;
}
